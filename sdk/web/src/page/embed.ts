/** What a frame of another page shows: `<nabij-nearby>`, with the attributes that the address names. */

import "../nearby/nearby.ts";

const ATTRIBUTES = ["locale", "theme", "k", "technologies", "owners"];

const asked = new URLSearchParams(location.search);
const nearby = document.createElement("nabij-nearby");
for (const name of ATTRIBUTES) {
  const value = asked.get(name);
  if (value !== null) nearby.setAttribute(name, value);
}
document.documentElement.lang = nearby.locale;
document.body.append(nearby);
