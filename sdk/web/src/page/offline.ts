/**
 * The service worker: it keeps the page and the public files, so that list and map are there without a
 * network after the first visit. Nothing about a person passes through it, and nothing of anybody is kept.
 */

declare const self: ServiceWorkerGlobalScope;

export {};

const KEPT = "nabij-public";
const PAGE = "/";
/** The addresses at which the page stands: those of `routes.ts`. */
const PAGES = /^\/(sources|privacy|consent|signin|statement|cookies|accessibility)?$/;
const ASSET = /^\/assets\/[\w.-]+$/;
const DATA = /^\/v1\/(catalogue(\/\d+\/\w+)?|places\/all)$/;
/** Of an earlier version of the page, or of the catalogue: the oldest go. */
const MOST_FILES = 80;

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && PAGES.test(pathname)) event.respondWith(navigated(request));
  else if (ASSET.test(pathname)) event.respondWith(kept(pathname));
  else if (DATA.test(pathname)) event.respondWith(fresh(pathname));
});

/** The page tells which public files it had before the worker was there. */
self.addEventListener("message", (event) => {
  const paths: unknown[] = Array.isArray(event.data) ? event.data : [];
  const mine = paths.filter((each): each is string => typeof each === "string");
  const open = mine.filter((each) => each === PAGE || ASSET.test(each) || DATA.test(each));
  event.waitUntil(Promise.allSettled(open.map(fetched)));
});

async function navigated(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    return orThrow(await match(PAGE), error);
  }
}

async function kept(path: string): Promise<Response> {
  return (await match(path)) ?? (await fetched(path));
}

async function fresh(path: string): Promise<Response> {
  try {
    return await fetched(path);
  } catch (error) {
    return orThrow(await match(path), error);
  }
}

function orThrow(found: Response | undefined, error: unknown): Response {
  if (found === undefined) throw error;
  return found;
}

async function match(path: string): Promise<Response | undefined> {
  return (await caches.open(KEPT)).match(path);
}

/** Fetch a public file as nobody in particular, and keep it. */
async function fetched(path: string): Promise<Response> {
  const answer = await fetch(path, { credentials: "omit" });
  if (answer.ok) {
    const cache = await caches.open(KEPT);
    await cache.delete(path); // what is put anew counts as the newest
    await cache.put(path, answer.clone());
    const files = await cache.keys();
    const oldest = files.slice(0, Math.max(0, files.length - MOST_FILES));
    await Promise.all(oldest.map((each) => cache.delete(each)));
  }
  return answer;
}
