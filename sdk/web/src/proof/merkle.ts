/**
 * The Merkle tree of the log: that a leaf is in it.
 *
 * Source: RFC 9162, Certificate Transparency Version 2.0, section 2.1, with SHA-256. A leaf is hashed
 * behind a byte 0x00 and a node behind 0x01, so neither passes for the other.
 */

import { type Bytes, toHex } from "./bytes.ts";
import { InvalidProof } from "./signatures.ts";

const HASH_BYTES = 32;

/** Return the hash of a leaf that holds `data` (§2.1.1); 32 bytes. */
export function leafHash(data: Bytes): Promise<Bytes> {
  return sha256([0], data);
}

/**
 * Check as §2.1.3.2 says that `leaf` is the hash at `index` of the tree with this root.
 *
 * Throws `InvalidProof` where it is not, or the proof does not show it.
 */
export async function verifyInclusion(
  leaf: Bytes,
  index: number,
  size: number,
  proof: readonly Bytes[],
  root: Bytes,
): Promise<void> {
  const whole = Number.isSafeInteger(index) && Number.isSafeInteger(size);
  const hashes = [leaf, root, ...proof].every((each) => each.length === HASH_BYTES);
  if (!whole || !hashes || index < 0 || index >= size) throw new InvalidProof("no such leaf");
  let [place, last, result] = [BigInt(index), BigInt(size - 1), leaf];
  for (const sibling of proof) {
    if (last === 0n) throw new InvalidProof("the proof is too long");
    if (place & 1n || place === last) {
      result = await sha256([1], sibling, result);
      while (!(place & 1n) && place !== 0n) [place, last] = [place >> 1n, last >> 1n];
    } else {
      result = await sha256([1], result, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  if (last !== 0n || toHex(result) !== toHex(root)) {
    throw new InvalidProof("the proof does not lead to this root");
  }
}

async function sha256(...parts: readonly (Bytes | number[])[]): Promise<Bytes> {
  const joined = Uint8Array.from(parts.flatMap((each) => [...each]));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined));
}
