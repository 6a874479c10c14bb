/** What the service says as it happens: one stream for the whole page, open while anybody listens. */

import { get, Problem, type Schemas, Unreachable } from "./service.ts";

/**
 * `open`: the stream begins, or goes on after a break in which something may have been missed.
 * `signed-out`: nobody is told anything any longer.
 */
export type Change =
  | "open"
  | "consent-changed"
  | "notice-changed"
  | "devices-changed"
  | "signed-out";

type Listener = (change: Change) => void;

const NAMES: readonly Change[] = ["consent-changed", "notice-changed", "devices-changed"];
const REOPEN_AFTER_MS = 5_000;
const listeners = new Set<Listener>();
let stream: EventSource | undefined;

/** Call `listener` on each change until the returned function is called. */
export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  stream ??= open();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) close();
  };
}

function open(): EventSource {
  const source = new EventSource("/v1/events");
  source.addEventListener("open", () => notify("open"));
  for (const name of NAMES) source.addEventListener(name, () => notify(name));
  source.addEventListener("error", () => {
    // A browser comes back by itself, unless the service refused: it is out of order, or the sign-in
    // has ended.
    if (source.readyState === EventSource.CLOSED && source === stream) {
      close();
      void reopen();
    }
  });
  return source;
}

async function reopen(): Promise<void> {
  if (await hasSignedOut()) {
    notify("signed-out");
    return;
  }
  setTimeout(() => {
    if (listeners.size > 0) stream ??= open();
  }, REOPEN_AFTER_MS);
}

/** Whether the service says so: no answer is no word of it. */
async function hasSignedOut(): Promise<boolean> {
  try {
    return !(await get<Schemas["Session"]>("/v1/session")).signed_in;
  } catch (error) {
    if (error instanceof Problem || error instanceof Unreachable) return false;
    throw error;
  }
}

function close(): void {
  stream?.close();
  stream = undefined;
}

function notify(change: Change): void {
  for (const listener of [...listeners]) listener(change);
}
