/** The service as the page asks it: same origin, with its cookie, and nothing kept. */

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

interface Request {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Ask the service, and return the parsed answer.
 *
 * Throws `Problem` where it answers that it did not do it, `Unreachable` where no answer came.
 */
export async function ask<T>(method: Method, path: string, request: Request = {}): Promise<T> {
  const { body, headers = {} } = request;
  const withBody = body === undefined ? {} : { body: JSON.stringify(body) };
  const type: Record<string, string> =
    body === undefined ? {} : { "Content-Type": "application/json" };
  const answer = await reached(
    fetch(path, {
      method,
      credentials: "same-origin",
      headers: { ...type, ...headers },
      ...withBody,
    }),
  );
  if (answer.status === 204) return undefined as T;
  const document: unknown = await reached(answer.json());
  if (!answer.ok) throw new Problem(answer.status, document as Record<string, unknown>);
  return document as T;
}

/** Await what comes over the network, parts of the page too; throw `Unreachable` where it does not. */
export async function reached<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch {
    throw new Unreachable("No answer came.");
  }
}

export const get = <T>(path: string): Promise<T> => ask<T>("GET", path);
