/** Let the browser keep the page and the public files, for when there is no network. */

/** Register the service worker, and tell it what was loaded before it was there. */
export async function keepForOffline(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/offline.js");
  } catch {
    return; // not allowed here, as in a private window: then nothing is kept
  }
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
  const own = loaded.filter(({ origin }) => origin === location.origin);
  active?.postMessage(["/", "/v1/places/all", ...own.map(({ pathname }) => pathname)]);
}
