/**
 * Whether a text was signed by one of the service's keys, as what it says it is.
 *
 * Rules, as `backend/nabij_backend/signing/signatures.py` has them:
 *
 * 1. a signed text is a JWS in compact form (RFC 7515 §7.1), its segments in their one spelling;
 * 2. its header has `alg`, `kid` and `typ` and nothing else: no text brings a key of its own;
 * 3. `alg` is Ed25519 (RFC 9864), whatever kind of key anybody holds;
 * 4. `typ` is the kind that the caller expects (RFC 8725 §3.11);
 * 5. `kid` names a key by its RFC 7638 thumbprint, which is computed anew.
 */

import { fromBase64Url, toBase64Url } from "./bytes.ts";

/** What a signed text is: its `typ`. */
export type Kind =
  | "nabij-consent-receipt+jws"
  | "nabij-erasure-receipt+jws"
  | "nabij-checkpoint+jws"
  | "nabij-catalogue+jws";

/** The text is not what one of these keys signed, or it contradicts itself. */
export class InvalidProof extends Error {
  override name = "InvalidProof";
}

/** Public keys by their thumbprint. */
export type Keys = ReadonlyMap<string, CryptoKey>;

/** Read a JWK set, such as `/.well-known/jwks.json` answers: public Ed25519 keys and no others. */
export async function readKeys(document: unknown): Promise<Keys> {
  const listed = (document as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(listed) || listed.length === 0) throw new InvalidProof("no keys");
  return new Map(await Promise.all(listed.map(named)));
}

async function named(jwk: Record<string, unknown>): Promise<readonly [string, CryptoKey]> {
  const { kty, crv, x, kid } = jwk;
  if (kty !== "OKP" || crv !== "Ed25519" || typeof x !== "string" || "d" in jwk) {
    throw new InvalidProof("not a public Ed25519 key");
  }
  const members = new TextEncoder().encode(JSON.stringify({ crv, kty, x })); // RFC 7638 §3
  const thumbprint = toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", members)));
  if (kid !== undefined && kid !== thumbprint) throw new InvalidProof("filed under another name");
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x }, "Ed25519", false, ["verify"]);
  return [thumbprint, key];
}

/** Return the object that a signed text says; throw `InvalidProof` where a rule is broken. */
export async function verify(
  text: string,
  kind: Kind,
  keys: Keys,
): Promise<Record<string, unknown>> {
  const [header, payload, signature, ...more] = text.trim().split(".");
  if (header === undefined || payload === undefined || signature === undefined || more.length) {
    throw new InvalidProof("not three parts");
  }
  const key = namedKey(parsed(header), kind, keys);
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  const holds = await crypto.subtle.verify("Ed25519", key, fromBase64Url(signature), signed);
  if (!holds) throw new InvalidProof("the signature does not hold");
  return parsed(payload);
}

function namedKey(header: Record<string, unknown>, kind: Kind, keys: Keys): CryptoKey {
  const names = Object.keys(header).sort().join();
  const key = keys.get(String(header.kid));
  if (names !== "alg,kid,typ" || header.alg !== "Ed25519" || header.typ !== kind || !key) {
    throw new InvalidProof("another kind of text, or signed with another key");
  }
  return key;
}

function parsed(segment: string): Record<string, unknown> {
  return object(json(new TextDecoder().decode(fromBase64Url(segment))));
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidProof("not JSON");
  }
}

/** Return a value that is an object; throw `InvalidProof` where it is something else. */
export function object(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidProof("not an object");
  }
  return value as Record<string, unknown>;
}
