/** The addresses of the page, and moving between them. The language is part of the address. */

import type { Key, Locale } from "../texts/texts.ts";

/** Each address, and the text that names it. `backend/nabij_backend/web/endpoints.py` serves them. */
export const ROUTES = {
  "/": "near.title",
  "/sources": "tab.sources",
  "/privacy": "pr.title",
  "/consent": "ask.title",
  "/signin": "in.title",
  "/statement": "foot.statement",
  "/cookies": "cookies.title",
  "/accessibility": "a11y.title",
} as const satisfies Readonly<Record<string, Key>>;

export type Path = keyof typeof ROUTES;

/** The pages that are about somebody. */
export const NEED_SIGN_IN: readonly Path[] = ["/sources", "/privacy", "/consent"];

export function currentPath(): Path {
  return location.pathname in ROUTES ? (location.pathname as Path) : "/";
}

/** Return the language of the address, else Dutch for a browser that names it first. */
export function currentLocale(): Locale {
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked === "nl" || asked === "en") return asked;
  return navigator.language.startsWith("en") ? "en" : "nl";
}

/** Go to an address; the browser's own buttons come back. */
export function go(path: Path, locale: Locale): void {
  history.pushState(null, "", `${path}?lang=${locale}`);
}
