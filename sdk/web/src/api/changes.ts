/** What the service says as it happens: one stream for the whole page, open while anybody listens. */

/** `open`: the stream begins, or goes on after a break in which something may have been missed. */
export type Change = "open" | "consent-changed" | "notice-changed" | "devices-changed" | "closed";

type Listener = (change: Change) => void;

const NAMES: readonly Change[] = ["consent-changed", "notice-changed", "devices-changed"];
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
  source.addEventListener("open", () => told("open"));
  for (const name of NAMES) source.addEventListener(name, () => told(name));
  source.addEventListener("error", () => {
    // A browser comes back by itself, unless the service refused: the sign-in has ended.
    if (source.readyState === EventSource.CLOSED) {
      close();
      told("closed");
    }
  });
  return source;
}

function close(): void {
  stream?.close();
  stream = undefined;
}

function told(change: Change): void {
  for (const listener of [...listeners]) listener(change);
}
