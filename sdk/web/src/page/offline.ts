/**
 * The service worker: it keeps the page and the public files, so that list and map are there without a
 * network after the first visit. Nothing about a person passes through it, and nothing of anybody is kept.
 */

declare const self: ServiceWorkerGlobalScope;

export {};

const CACHE = "nabij-public";
const PAGE = "/";
/** The addresses at which the page stands: those of `routes.ts`. */
const PAGES = /^\/(sources|privacy|consent|signin|statement|cookies|accessibility)?$/;
const ASSET = /^\/assets\/[\w.-]+$/;
const DATA = /^\/v1\/(catalogue(\/\d+\/\w+)?|places\/all)$/;
/** Files of earlier versions of the page and the catalogue are deleted, the oldest first. */
const MOST_FILES = 80;

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  const answer = answerTo(request, pathname);
  if (answer !== null) event.respondWith(answer);
});

/** Return the answer to a request for what is public; null: the browser asks the service itself. */
function answerTo(request: Request, path: string): Promise<Response> | null {
  const isPage = request.mode === "navigate" && PAGES.test(path);
  if (isPage) return networkFirst(() => fetch(request), PAGE);
  if (ASSET.test(path)) return cacheFirst(path);
  if (DATA.test(path)) return networkFirst(() => fetchAndStore(path), path);
  return null;
}

/** The page tells which public files it had before the worker was there. */
self.addEventListener("message", (event) => {
  const paths: unknown[] = Array.isArray(event.data) ? event.data : [];
  const mine = paths.filter((each): each is string => typeof each === "string");
  const open = mine.filter((each) => each === PAGE || ASSET.test(each) || DATA.test(each));
  event.waitUntil(Promise.allSettled(open.map(fetchAndStore)));
});

async function networkFirst(load: () => Promise<Response>, path: string): Promise<Response> {
  try {
    return await load();
  } catch (error) {
    const stored = await match(path);
    if (stored === undefined) throw error;
    return stored;
  }
}

async function cacheFirst(path: string): Promise<Response> {
  return (await match(path)) ?? (await fetchAndStore(path));
}

async function match(path: string): Promise<Response | undefined> {
  return (await caches.open(CACHE)).match(path);
}

/** Fetch a public file without the cookie, and store it; the oldest files make room. */
async function fetchAndStore(path: string): Promise<Response> {
  const answer = await fetch(path, { credentials: "omit" });
  if (!answer.ok) return answer;
  const cache = await caches.open(CACHE);
  await cache.delete(path); // what is put anew counts as the newest
  await cache.put(path, answer.clone());
  const files = await cache.keys();
  const oldest = files.slice(0, Math.max(0, files.length - MOST_FILES));
  await Promise.all(oldest.map((each) => cache.delete(each)));
  return answer;
}
