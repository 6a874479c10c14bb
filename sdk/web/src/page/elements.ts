/** The page that documents `<nabij-nearby>`: its examples name the service that shows them. */

import "../nearby/nearby.ts";

for (const each of document.querySelectorAll("[data-origin]")) each.textContent = location.origin;
