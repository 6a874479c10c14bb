/** HTTP requests to the service that serves the page; nothing is kept. */

import type { components } from "./schema.d.ts";

export type Schemas = components["schemas"];

/** The service did not do what was asked: an RFC 9457 problem. */
export class Problem extends Error {
  override name = "Problem";
  readonly slug: string;
  readonly status: number;
  readonly document: Readonly<Record<string, unknown>>;

  constructor(status: number, document: Readonly<Record<string, unknown>>) {
    super(String(document.title ?? status));
    this.slug = String(document.type ?? "").replace("/problems/", "");
    this.status = status;
    this.document = document;
  }
}

/** No answer came. Of a request that changes something, nobody knows whether it arrived. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

interface Options {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the session's cookie goes along; without it nobody is named. */
  readonly credentials?: "same-origin" | "omit";
}

/**
 * Send a request to the service, and return the parsed answer.
 *
 * Throws `Problem` where it answers that it did not do it, `Unreachable` where no answer came.
 */
export async function request<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const { body, headers = {}, credentials = "same-origin" } = options;
  const type: Record<string, string> =
    body === undefined ? {} : { "Content-Type": "application/json" };
  const answer = await orUnreachable(
    fetch(path, {
      method,
      credentials,
      headers: { ...type, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  if (answer.status === 204) return undefined as T;
  const document: unknown = await orUnreachable(answer.json());
  if (!answer.ok) throw new Problem(answer.status, document as Record<string, unknown>);
  return document as T;
}

/** Await what comes over the network, parts of the page too; throw `Unreachable` where it does not. */
export async function orUnreachable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch {
    throw new Unreachable("No answer came.");
  }
}

/** Read something of the customer's. */
export const get = <T>(path: string): Promise<T> => request<T>("GET", path);

/**
 * Read what is public: the cookie stays behind, so that no log can say who read it. `service` is the
 * origin of a service that does not serve the page itself.
 */
export const getPublic = <T>(path: string, service = ""): Promise<T> =>
  request<T>("GET", service + path, { credentials: "omit" });
