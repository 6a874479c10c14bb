/** Bytes as text: base64url (RFC 4648 §5, without padding) and hexadecimal. */

import { InvalidProof } from "./signatures.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** Return the bytes of a text in its one canonical spelling. */
export function fromBase64Url(text: string): Bytes {
  let binary: string;
  try {
    binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    throw new InvalidProof("not base64url");
  }
  const bytes = Uint8Array.from(binary, (each) => each.charCodeAt(0));
  if (toBase64Url(bytes) !== text) throw new InvalidProof("not base64url");
  return bytes;
}

export function toBase64Url(bytes: Bytes): string {
  const binary = Array.from(bytes, (each) => String.fromCharCode(each)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Return the bytes of lower-case hexadecimal digits. */
export function fromHex(text: unknown): Bytes {
  if (typeof text !== "string" || !/^([0-9a-f]{2})*$/.test(text)) {
    throw new InvalidProof("not hexadecimal");
  }
  return Uint8Array.from(text.match(/../g) ?? [], (each) => Number.parseInt(each, 16));
}

export function toHex(bytes: Bytes): string {
  return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
}
