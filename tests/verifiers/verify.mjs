/**
 * A verifier written from `docs/formats.md` alone, on WebCrypto. It imports nothing of Nabij's.
 *
 *   node verify.mjs vectors FILE
 *       prints, as JSON, whether each case holds
 *   node verify.mjs service URL RECEIPT [CHECKPOINT]
 *       checks a receipt, its place in the log, and growth since a checkpoint that was kept
 */

import { readFile } from "node:fs/promises";

const TYPES = {
  receipt: ["nabij-consent-receipt+jws", "dct:created"],
  erasure: ["nabij-erasure-receipt+jws", "dct:date"],
  checkpoint: ["nabij-checkpoint+jws", "signed_at"],
};
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/;

class Refused extends Error {}

function require(holds, why) {
  if (!holds) throw new Refused(why);
}

const utf8 = new TextEncoder();
const bytesOf = (text) => utf8.encode(text);
const textOf = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
const hexOf = (bytes) => Buffer.from(bytes).toString("hex");
const joined = (...parts) => Buffer.concat(parts.map((each) => Buffer.from(each)));
const same = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;

async function sha256(...parts) {
  return Buffer.from(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

/** JSON.parse keeps the last of two members with one name: count the names in the text, too. */
function parsed(bytes) {
  const text = textOf(bytes);
  const value = JSON.parse(text);
  require(value !== null && typeof value === "object" && !Array.isArray(value), "not an object");
  const strings = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)];
  const written = strings.filter(([, colon]) => colon !== undefined).length;
  require(written === countNames(value), "a member twice");
  return value;
}

function countNames(value) {
  if (Array.isArray(value)) return value.reduce((sum, each) => sum + countNames(each), 0);
  if (value === null || typeof value !== "object") return 0;
  return Object.values(value).reduce((sum, each) => sum + 1 + countNames(each), 0);
}

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
}

function decoded(text, encoding) {
  const data = Buffer.from(text, encoding);
  require(data.toString(encoding) === text, encoding);
  return data;
}

function fromHex(text, length = 32) {
  require(typeof text === "string" && text.length === 2 * length, "length");
  return decoded(text, "hex");
}

function seconds(text) {
  require(typeof text === "string" && TIME.test(text), "time");
  return Date.parse(text) / 1000;
}

async function readKeys(document) {
  const keys = new Map();
  for (const { kty, crv, x, kid, d, nbf = 0, exp = Infinity } of document.keys) {
    require(kty === "OKP" && crv === "Ed25519" && d === undefined, "key");
    const thumbprint = (await sha256(bytesOf(canonical({ crv, kty, x })))).toString("base64url");
    require(kid === thumbprint && !keys.has(kid), "kid");
    keys.set(kid, { raw: decoded(x, "base64url"), nbf, exp });
  }
  return keys;
}

async function verifies(raw, signature, signed) {
  const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, signature, signed);
}

async function readSigned(text, kind, keys) {
  require(text.length <= 512 * 1024, "too long");
  const parts = text.trim().split(".");
  require(parts.length === 3, "parts");
  const [headerPart, payloadPart, signature] = parts;
  const header = parsed(decoded(headerPart, "base64url"));
  const [typ, moment] = TYPES[kind];
  require(Object.keys(header).sort().join() === "alg,kid,typ", "header");
  require(["EdDSA", "Ed25519"].includes(header.alg) && header.typ === typ, "kind");
  const key = keys.get(header.kid);
  require(key !== undefined, "unknown key");
  const signed = bytesOf(`${headerPart}.${payloadPart}`);
  require(await verifies(key.raw, decoded(signature, "base64url"), signed), "signature");
  const document = parsed(decoded(payloadPart, "base64url"));
  const at = seconds(document[moment]);
  require((kind === "receipt" || key.nbf <= at) && at <= key.exp, "key was not in use");
  return document;
}

function checkNames(document, expected) {
  require(document["dct:publisher"] === expected.issuer, "issuer");
  const { log_id: log } = expected;
  require(log === null || document["nabij:log"] === `urn:uuid:${log}`, "log");
}

async function checkReceipt(text, keys, expected) {
  const document = await readSigned(text, "receipt", keys);
  const event = document["nabij:event"];
  const salt = fromHex(document["nabij:salt"], 16);
  const leaf = await sha256([0], salt, bytesOf(canonical(event)));
  require(same(leaf, fromHex(document["nabij:leafHash"])), "leaf");
  const digest = await sha256(bytesOf(canonical(document["nabij:notice"])));
  require(hexOf(digest) === event.notice_digest, "notice");
  require(document["dct:created"] === event.recorded_at, "created");
  checkNames(document, expected);
  return leaf;
}

async function checkErasure(text, keys, expected) {
  const document = await readSigned(text, "erasure", keys);
  require(document["@type"] === "nabij:ErasureReceipt", "type");
  fromHex(document["dpv:hasDataSubject"]["dct:identifier"]);
  checkNames(document, expected);
}

/** How many leaves the checkpoint's tree has of its own log, and of each that it succeeds. */
function sharedSizes(document) {
  const sizes = new Map([[document.log_id, document.tree_size]]);
  const ended = document.succeeds ?? [];
  require(!("succeeds" in document) || ended.length > 0, "succeeds nothing");
  let least = document.tree_size;
  for (const each of ended.toReversed()) {
    require(["acts-lost", "not-known"].includes(each.reason), "reason");
    seconds(each.begun_at);
    least = Math.min(least, each.tree_size);
    sizes.set(each.log_id, least);
  }
  return sizes;
}

async function checkCheckpoint(text, keys, expected) {
  const document = await readSigned(text, "checkpoint", keys);
  require(sharedSizes(document).has(expected.log_id), "log");
  require(Number.isSafeInteger(document.tree_size) && document.tree_size >= 0, "size");
  fromHex(document.root_hash);
  return document;
}

/** Climb from a place to the root: RFC 9162 §2.1.3.2 and §2.1.4.2 go the same way. */
class Climb {
  constructor(place, last) {
    this.place = BigInt(place);
    this.last = BigInt(last);
  }

  up() {
    this.place >>= 1n;
    this.last >>= 1n;
  }

  /** Whether the next hash of the path stands left. */
  left() {
    require(this.last !== 0n, "path is too long");
    return (this.place & 1n) === 1n || this.place === this.last;
  }

  passed(left) {
    while (left && this.place !== 0n && (this.place & 1n) === 0n) this.up();
    this.up();
  }
}

async function checkInclusion(text, proof, keys, expected) {
  const leaf = await checkReceipt(text, keys, expected);
  require(proof.leaf_hash === hexOf(leaf), "another leaf");
  require(proof.checkpoint !== null, "no checkpoint");
  const head = await checkCheckpoint(proof.checkpoint, keys, expected);
  const { leaf_index: index, tree_size: size } = proof;
  require(size === head.tree_size && Number.isSafeInteger(index), "size");
  require((proof.log_id ?? head.log_id) === head.log_id, "branch");
  require(0 <= index && index < size, "index");
  const climb = new Climb(index, size - 1);
  let root = leaf;
  for (const sibling of proof.path.map((each) => fromHex(each))) {
    const left = climb.left();
    root = await (left ? sha256([1], sibling, root) : sha256([1], root, sibling));
    climb.passed(left);
  }
  require(climb.last === 0n && same(root, fromHex(head.root_hash)), "root");
}

async function checkGrowth(first, second, proof, keys, expected) {
  const old = await checkCheckpoint(first, keys, expected);
  const grown = await checkCheckpoint(second, keys, expected);
  const [oldRoot, newRoot] = [fromHex(old.root_hash), fromHex(grown.root_hash)];
  require(1 <= old.tree_size && old.tree_size <= grown.tree_size, "shrunk");
  require(old.tree_size <= (sharedSizes(grown).get(old.log_id) ?? 0), "acts were lost");
  if (old.tree_size === grown.tree_size) {
    require(same(oldRoot, newRoot), "two roots of one size");
    return;
  }
  const sizes = proof.first_size === old.tree_size && proof.second_size === grown.tree_size;
  require(sizes, "sizes");
  const path = proof.path.map((each) => fromHex(each));
  require(path.length > 0, "empty path");
  if (Number.isInteger(Math.log2(old.tree_size))) path.unshift(oldRoot);
  const climb = new Climb(old.tree_size - 1, grown.tree_size - 1);
  while ((climb.place & 1n) === 1n) climb.up();
  let [before, after] = [path[0], path[0]];
  for (const sibling of path.slice(1)) {
    const left = climb.left();
    if (left) before = await sha256([1], sibling, before);
    after = await (left ? sha256([1], sibling, after) : sha256([1], after, sibling));
    climb.passed(left);
  }
  require(climb.last === 0n && same(before, oldRoot) && same(after, newRoot), "roots");
}

/** How many of the witnesses have seen the checkpoint. */
async function checkWitnesses(text, note, keys, expected) {
  const head = await checkCheckpoint(text, keys, expected);
  require(bytesOf(note).length <= 16 * 1024 && note.endsWith("\n"), "note");
  const end = note.lastIndexOf("\n\n");
  require(end > 0, "note");
  const body = note.slice(0, end);
  const [origin, size, root, ...more] = body.split("\n");
  const address = expected.issuer.replace(/^[a-z]+:\/\//, "").replace(/\/$/, "");
  require(origin === `${address}/${expected.log_id}` && more.length === 0, "origin");
  require(size === String(head.tree_size), "size");
  require(same(decoded(root, "base64"), fromHex(head.root_hash)), "root");
  const known = new Map(
    expected.witnesses.map((vkey) => {
      const [, name, keyId, encoded] = /^([^+]+)\+([^+]+)\+(.+)$/.exec(vkey);
      return [`${name} ${keyId}`, decoded(encoded, "base64")];
    }),
  );
  const seen = new Set();
  for (const line of note.slice(end + 2, -1).split("\n")) {
    const [dash, name, encoded, ...rest] = line.split(" ");
    require(dash === "—" && rest.length === 0, "line");
    const blob = decoded(encoded, "base64");
    const key = `${name} ${hexOf(blob.subarray(0, 4))}`;
    const material = known.get(key);
    if (material === undefined) continue;
    require(material[0] === 4, "kind");
    const keyId = (await sha256(bytesOf(`${name}\n`), material)).subarray(0, 4);
    require(same(keyId, blob.subarray(0, 4)), "key id");
    const at = blob.readBigUInt64BE(4);
    const signed = bytesOf(`cosignature/v1\ntime ${at}\n${body}\n`);
    require(await verifies(material.subarray(1), blob.subarray(12), signed), "witness");
    seen.add(key);
  }
  return seen.size;
}

const CHECKS = {
  receipt: ({ text }, ...rest) => checkReceipt(text, ...rest),
  erasure: ({ text }, ...rest) => checkErasure(text, ...rest),
  checkpoint: ({ text }, ...rest) => checkCheckpoint(text, ...rest),
  inclusion: ({ receipt, proof }, keys, expected) => {
    const { text } = expected.cases.find(({ name }) => name === receipt);
    return checkInclusion(text, proof, keys, expected);
  },
  growth: ({ first, second, proof }, ...rest) => checkGrowth(first, second, proof, ...rest),
  witness: async ({ text, note, seen }, ...rest) =>
    require((await checkWitnesses(text, note, ...rest)) === seen, "seen"),
};

async function holds(each, keys, expected) {
  try {
    const { log_id = expected.log_id } = each;
    await CHECKS[each.kind](each, keys, { ...expected, log_id });
    return true;
  } catch {
    return false;
  }
}

async function get(address) {
  const answer = await fetch(address, { signal: AbortSignal.timeout(10_000) });
  require(answer.ok, `${answer.status} ${address}`);
  return parsed(new Uint8Array(await answer.arrayBuffer()));
}

async function checkService(url, receipt, kept) {
  const keys = await readKeys(await get(`${url}/.well-known/jwks.json`));
  const document = await readSigned(receipt, "receipt", keys);
  const expected = {
    issuer: document["dct:publisher"],
    log_id: document["nabij:log"].replace("urn:uuid:", ""),
  };
  const leaf = hexOf(await checkReceipt(receipt, keys, expected));
  const proof = await get(`${url}/v1/log/proof/inclusion?leaf_hash=${leaf}`);
  await checkInclusion(receipt, proof, keys, expected);
  const told = { leaf_index: proof.leaf_index, tree_size: proof.tree_size };
  if (kept === undefined) return told;
  const newest = (await get(`${url}/v1/log/checkpoint`)).checkpoint;
  const { tree_size: first } = await checkCheckpoint(kept, keys, expected);
  const { tree_size: second } = await checkCheckpoint(newest, keys, expected);
  const query = `first=${first}&second=${second}`;
  const growth = await get(`${url}/v1/log/proof/consistency?${query}`);
  await checkGrowth(kept, newest, growth, keys, expected);
  return { ...told, grew: [first, second] };
}

async function main(command, ...given) {
  if (command === "vectors") {
    const vectors = parsed(await readFile(given[0]));
    const keys = await readKeys(vectors.keys);
    const told = {};
    for (const each of vectors.cases) told[each.name] = await holds(each, keys, vectors);
    return told;
  }
  const [url, ...files] = given;
  const texts = await Promise.all(files.map((file) => readFile(file, "utf-8")));
  return checkService(url, ...texts.map((text) => text.trim()));
}

console.log(JSON.stringify(await main(...process.argv.slice(2))));
