/**
 * Whether a receipt, and the log behind it, are what they claim; checked where it is shown.
 *
 * Rules:
 *
 * 1. a receipt is signed as a consent receipt by one of the keys;
 * 2. its leaf is the hash of the act and the salt that it holds, and the digest that the act names is
 *    that of the notice that it holds: the other words of the receipt are for people, and `nabij verify`
 *    compares them too;
 * 3. a proof of inclusion is about just this leaf, and leads to the root of a signed checkpoint of just
 *    its size, of the log that the receipt names or of one that goes on from it since a restore.
 */

import { type Bytes, fromHex, toHex } from "./bytes.ts";
import { leafHash, verifyInclusion } from "./merkle.ts";
import { InvalidProof, type Keys, object, verify } from "./signatures.ts";

/** The act as the log committed to it. */
export interface RecordedAct {
  readonly number: number;
  readonly recorded_at: string;
  readonly notice_digest: string;
  readonly act: {
    readonly event_id: string;
    readonly kind: string;
    readonly purpose: string | null;
    readonly signals: readonly string[];
    readonly notice_version: number;
  };
}

/** A receipt that one of the keys signed, and that agrees with itself. */
export interface Receipt {
  readonly event: RecordedAct;
  readonly leafHash: string;
  /** The log that the receipt names. */
  readonly log: unknown;
}

/** A proof as `/v1/log/proof/inclusion` answers it. */
export interface InclusionProof {
  readonly leaf_hash: string;
  readonly leaf_index: number;
  readonly tree_size: number;
  readonly path: readonly string[];
  readonly checkpoint: string | null;
}

/** Return what a signed receipt says, by rules 1 and 2; throw `InvalidProof` where it is none. */
export async function checkReceipt(text: string, keys: Keys): Promise<Receipt> {
  const document = await verify(text, "nabij-consent-receipt+jws", keys);
  const event = object(document["nabij:event"]) as unknown as RecordedAct;
  const leaf = await leafHash(joined(fromHex(document["nabij:salt"]), canonical(event)));
  const digest = await crypto.subtle.digest("SHA-256", canonical(document["nabij:notice"]));
  const agrees =
    toHex(leaf) === document["nabij:leafHash"] &&
    toHex(new Uint8Array(digest)) === event.notice_digest;
  if (!agrees) throw new InvalidProof("the receipt claims what the log did not commit to");
  return { event, leafHash: toHex(leaf), log: document["nabij:log"] };
}

/** Check rule 3; return how many acts the log had when its head was signed. */
export async function checkInclusion(
  { leafHash: leaf, log }: Receipt,
  proof: InclusionProof,
  keys: Keys,
): Promise<number> {
  if (proof.leaf_hash !== leaf) throw new InvalidProof("the proof is about another act");
  if (proof.checkpoint === null) throw new InvalidProof("no signed checkpoint of this size");
  const head = await verify(proof.checkpoint, "nabij-checkpoint+jws", keys);
  if (head.tree_size !== proof.tree_size) throw new InvalidProof("of another size");
  if (!logs(head).includes(log)) throw new InvalidProof("of another log");
  const path = proof.path.map(fromHex);
  const root = fromHex(head.root_hash);
  await verifyInclusion(fromHex(leaf), proof.leaf_index, proof.tree_size, path, root);
  return proof.tree_size;
}

/** Return the names of a head's log and of those that it succeeds, as receipts write them. */
function logs(head: Readonly<Record<string, unknown>>): readonly unknown[] {
  const before = Array.isArray(head.succeeds) ? head.succeeds.map(object) : [];
  return [head, ...before].map((each) => `urn:uuid:${each.log_id}`);
}

/** Return when a signed head of the log was signed; throw `InvalidProof` where it is none. */
export async function signedAt(checkpoint: string, keys: Keys): Promise<Date> {
  const head = await verify(checkpoint, "nabij-checkpoint+jws", keys);
  return new Date(String(head.signed_at));
}

/** Check that a text is an erasure's receipt that one of the keys signed. It is in no log. */
export async function checkErasure(text: string, keys: Keys): Promise<void> {
  await verify(text, "nabij-erasure-receipt+jws", keys);
}

/**
 * Return the RFC 8785 form of a value in UTF-8: texts, whole numbers, booleans, null, lists and objects
 * with ASCII names, which is all that a receipt holds.
 */
export function canonical(value: unknown): Bytes {
  return new TextEncoder().encode(JSON.stringify(sorted(value)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

function joined(...parts: readonly Bytes[]): Bytes {
  return Uint8Array.from(parts.flatMap((each) => [...each]));
}
