/**
 * Whether a text was signed by one of the service's keys, as what it says it is.
 *
 * Rules, as `backend/nabij_backend/signing/signatures.py` has them:
 *
 * 1. a signed text is a JWS in compact form (RFC 7515 §7.1), its segments in their one spelling;
 * 2. its header has `alg`, `kid` and `typ` and nothing else: no text brings a key of its own;
 * 3. `alg` is EdDSA (RFC 8037) or Ed25519 (RFC 9864), whatever kind of key anybody holds;
 * 4. `typ` is the kind that the caller expects (RFC 8725 §3.11);
 * 5. `kid` names a key by its RFC 7638 thumbprint, which is computed anew;
 * 6. the key was in use at the time that the text names (`nbf` and `exp` of its JWK).
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

interface Key {
  readonly verifies: CryptoKey;
  /** When it signs, in seconds since 1970. */
  readonly begins: number;
  readonly ends: number;
}

/** Public keys by their thumbprint. */
export type Keys = ReadonlyMap<string, Key>;

/** Read a JWK set, such as `/.well-known/jwks.json` answers: public Ed25519 keys and no others. */
export async function readKeys(document: unknown): Promise<Keys> {
  const listed = (document as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(listed) || listed.length === 0) throw new InvalidProof("no keys");
  return new Map(await Promise.all(listed.map(named)));
}

async function named(jwk: Record<string, unknown>): Promise<readonly [string, Key]> {
  const { kty, crv, x, kid } = jwk;
  if (kty !== "OKP" || crv !== "Ed25519" || typeof x !== "string" || "d" in jwk) {
    throw new InvalidProof("not a public Ed25519 key");
  }
  const members = new TextEncoder().encode(JSON.stringify({ crv, kty, x })); // RFC 7638 §3
  const thumbprint = toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", members)));
  if (kid !== undefined && kid !== thumbprint) throw new InvalidProof("filed under another name");
  const own = { kty, crv, x };
  const verifies = await crypto.subtle.importKey("jwk", own, "Ed25519", false, ["verify"]);
  return [thumbprint, { verifies, begins: seconds(jwk.nbf, 0), ends: seconds(jwk.exp, Infinity) }];
}

function seconds(value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (!Number.isSafeInteger(value)) throw new InvalidProof("a period that is none");
  return value as number;
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
  const bytes = fromBase64Url(signature);
  const holds = await crypto.subtle.verify("Ed25519", key.verifies, bytes, signed);
  if (!holds) throw new InvalidProof("the signature does not hold");
  const document = parsed(payload);
  requireInUse(key, kind, document);
  return document;
}

/** The member that names the time. A consent receipt is signed then or later; a catalogue has none. */
const MOMENTS: Partial<Record<Kind, string>> = {
  "nabij-consent-receipt+jws": "dct:created",
  "nabij-erasure-receipt+jws": "dct:date",
  "nabij-checkpoint+jws": "signed_at",
};

function requireInUse(key: Key, kind: Kind, document: Record<string, unknown>): void {
  const member = MOMENTS[kind];
  if (member === undefined) return;
  const moment = Date.parse(String(document[member])) / 1000;
  const begins = kind === "nabij-consent-receipt+jws" ? 0 : key.begins;
  if (!(begins <= moment && moment <= key.ends)) throw new InvalidProof("the key was not in use");
}

function namedKey(header: Record<string, unknown>, kind: Kind, keys: Keys): Key {
  const names = Object.keys(header).sort().join();
  const key = keys.get(String(header.kid));
  const ours = header.alg === "EdDSA" || header.alg === "Ed25519";
  if (names !== "alg,kid,typ" || !ours || header.typ !== kind || !key) {
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
