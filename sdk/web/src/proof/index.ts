/** Checking receipts where they are shown: nothing is fetched here, and nobody is believed. */

export { fromHex, toHex } from "./bytes.ts";
export { verifyInclusion } from "./merkle.ts";
export {
  checkErasure,
  checkInclusion,
  checkReceipt,
  type InclusionProof,
  type Receipt,
  type RecordedAct,
  signedAt,
} from "./receipt.ts";
export { InvalidProof, type Keys, readKeys } from "./signatures.ts";
