"""A verifier written from ``docs/formats.md`` alone. It imports nothing of Nabij's.

python verify.py vectors FILE
    prints, as JSON, whether each case holds
python verify.py service URL RECEIPT [CHECKPOINT]
    checks a receipt, its place in the log, and growth since a checkpoint that was kept
"""

import base64
import hashlib
import json
import re
import sys
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Document: TypeAlias = dict[str, Any]
Keys: TypeAlias = dict[str, tuple[bytes, float, float]]

TYPES = {
    "receipt": ("nabij-consent-receipt+jws", "dct:created"),
    "erasure": ("nabij-erasure-receipt+jws", "dct:date"),
    "checkpoint": ("nabij-checkpoint+jws", "signed_at"),
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", re.ASCII)
HEX = re.compile(r"([0-9a-f]{2})*", re.ASCII)


class Refused(Exception):
    """It does not hold."""


def require(holds: object, why: str) -> None:
    if not holds:
        raise Refused(why)


def parsed(data: bytes) -> Document:
    def each_once(pairs: list[tuple[str, Any]]) -> Document:
        require(len({name for name, _ in pairs}) == len(pairs), "a member twice")
        return dict(pairs)

    value = json.loads(data, object_pairs_hook=each_once)
    require(isinstance(value, dict), "not an object")
    return value


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def from_base64url(text: str) -> bytes:
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    require(base64.urlsafe_b64encode(data).rstrip(b"=").decode() == text, "base64url")
    return data


def from_base64(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    require(base64.b64encode(data).decode() == text, "base64")
    return data


def from_hex(text: object, length: int = 32) -> bytes:
    if not isinstance(text, str) or not HEX.fullmatch(text) or len(text) != 2 * length:
        raise Refused("hex")
    return bytes.fromhex(text)


def seconds(text: object) -> float:
    if not isinstance(text, str) or not TIME.fullmatch(text):
        raise Refused("time")
    return datetime.fromisoformat(text).timestamp()


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def read_keys(document: Document) -> Keys:
    keys: Keys = {}
    for jwk in document["keys"]:
        require(jwk["kty"] == "OKP" and jwk["crv"] == "Ed25519" and "d" not in jwk, "key")
        named = canonical({name: jwk[name] for name in ("crv", "kty", "x")})
        kid = base64.urlsafe_b64encode(sha256(named)).rstrip(b"=").decode()
        require(jwk["kid"] == kid and kid not in keys, "kid")
        keys[kid] = (from_base64url(jwk["x"]), jwk.get("nbf", 0), jwk.get("exp", float("inf")))
    return keys


def verifies(public: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def read_signed(text: str, kind: str, keys: Keys) -> Document:
    require(len(text) <= 512 * 1024, "too long")
    header_part, payload_part, signature = text.strip().split(".")
    header = parsed(from_base64url(header_part))
    typ, moment = TYPES[kind]
    require(header.keys() == {"alg", "kid", "typ"}, "header")
    require(header["alg"] in {"EdDSA", "Ed25519"} and header["typ"] == typ, "kind")
    require(header["kid"] in keys, "unknown key")
    public, begins, ends = keys[header["kid"]]
    signed = f"{header_part}.{payload_part}".encode()
    require(verifies(public, from_base64url(signature), signed), "signature")
    document = parsed(from_base64url(payload_part))
    at = seconds(document[moment])
    require((kind == "receipt" or begins <= at) and at <= ends, "key was not in use")
    return document


def check_names(document: Document, expected: Document) -> None:
    require(document["dct:publisher"] == expected["issuer"], "issuer")
    log = expected["log_id"]
    require(log is None or document.get("nabij:log") == f"urn:uuid:{log}", "log")


def check_receipt(text: str, keys: Keys, expected: Document) -> bytes:
    document = read_signed(text, "receipt", keys)
    event = document["nabij:event"]
    leaf = sha256(b"\0", from_hex(document["nabij:salt"], 16), canonical(event))
    require(leaf == from_hex(document["nabij:leafHash"]), "leaf")
    require(sha256(canonical(document["nabij:notice"])).hex() == event["notice_digest"], "notice")
    require(document["dct:created"] == event["recorded_at"], "created")
    check_names(document, expected)
    return leaf


def check_erasure(text: str, keys: Keys, expected: Document) -> None:
    document = read_signed(text, "erasure", keys)
    require(document["@type"] == "nabij:ErasureReceipt", "type")
    from_hex(document["dpv:hasDataSubject"]["dct:identifier"])
    check_names(document, expected)


def check_checkpoint(text: str, keys: Keys, expected: Document) -> Document:
    document = read_signed(text, "checkpoint", keys)
    require(expected["log_id"] in shared_sizes(document), "log")
    require(isinstance(document["tree_size"], int) and 0 <= document["tree_size"] <= 2**62, "size")
    from_hex(document["root_hash"])
    return document


def shared_sizes(document: Document) -> dict[str, int]:
    """How many leaves the checkpoint's tree has of its own log, and of each that it succeeds."""
    least, sizes = document["tree_size"], {document["log_id"]: document["tree_size"]}
    ended = document.get("succeeds", [])
    require(ended != [] or "succeeds" not in document, "succeeds nothing")
    for each in reversed(ended):
        require(each["reason"] in {"acts-lost", "not-known"}, "reason")
        seconds(each["begun_at"])
        least = min(least, each["tree_size"])
        sizes[each["log_id"]] = least
    return sizes


def check_inclusion(text: str, proof: Document, keys: Keys, expected: Document) -> None:
    leaf = check_receipt(text, keys, expected)
    require(proof["leaf_hash"] == leaf.hex(), "another leaf")
    require(proof["checkpoint"] is not None, "no checkpoint")
    head = check_checkpoint(proof["checkpoint"], keys, expected)
    index, size = proof["leaf_index"], proof["tree_size"]
    require(size == head["tree_size"] and 0 <= index < size, "size")
    require(proof.get("log_id", head["log_id"]) == head["log_id"], "branch")
    place, last, root = index, size - 1, leaf
    for sibling in map(from_hex, proof["path"]):  # RFC 9162 §2.1.3.2
        require(last, "path is too long")
        if place & 1 or place == last:
            root = sha256(b"\1", sibling, root)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            root = sha256(b"\1", root, sibling)
        place, last = place >> 1, last >> 1
    require(not last and root == from_hex(head["root_hash"]), "root")


def check_growth(first: str, second: str, proof: Document, keys: Keys, expected: Document) -> None:
    old, new = (check_checkpoint(each, keys, expected) for each in (first, second))
    sizes = old["tree_size"], new["tree_size"]
    roots = tuple(from_hex(each["root_hash"]) for each in (old, new))
    require(1 <= sizes[0] <= sizes[1], "shrunk")
    require(sizes[0] <= shared_sizes(new).get(old["log_id"], 0), "acts were lost")
    if sizes[0] == sizes[1]:
        require(roots[0] == roots[1], "two roots of one size")
        return
    require((proof["first_size"], proof["second_size"]) == sizes, "sizes")
    path = [from_hex(each) for each in proof["path"]]
    require(path, "empty path")
    place, last = sizes[0] - 1, sizes[1] - 1  # RFC 9162 §2.1.4.2
    if sizes[0].bit_count() == 1:
        path.insert(0, roots[0])
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        require(last, "path is too long")
        if place & 1 or place == last:
            before, after = sha256(b"\1", sibling, before), sha256(b"\1", sibling, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = sha256(b"\1", after, sibling)
        place, last = place >> 1, last >> 1
    require(not last and (before, after) == roots, "roots")


def check_witnesses(text: str, note: str, keys: Keys, expected: Document) -> int:
    """How many of the witnesses have seen the checkpoint."""
    head = check_checkpoint(text, keys, expected)
    require(len(note.encode()) <= 16 * 1024 and note.endswith("\n"), "note")
    body, lines = note.rsplit("\n\n", 1)
    origin, size, root = body.split("\n")
    address = expected["issuer"].split("://", 1)[1].rstrip("/")
    require(origin == f"{address}/{expected['log_id']}", "origin")
    require(size == str(head["tree_size"]), "size")
    require(from_base64(root) == from_hex(head["root_hash"]), "root")
    known: dict[tuple[str, str], bytes] = {}
    for vkey in expected["witnesses"]:
        name, key_id, encoded = vkey.split("+", 2)
        known[name, key_id] = from_base64(encoded)
    seen: set[tuple[str, str]] = set()
    for line in lines.removesuffix("\n").split("\n"):
        dash, name, encoded = line.split(" ")
        require(dash == "—", "line")
        blob = from_base64(encoded)
        key = (name, blob[:4].hex())
        if key in known:
            material = known[key]
            require(material[0] == 4, "kind")
            require(sha256(name.encode(), b"\n", material)[:4] == blob[:4], "key id")
            at = int.from_bytes(blob[4:12], "big")
            signed = f"cosignature/v1\ntime {at}\n{body}\n".encode()
            require(verifies(material[1:], blob[12:], signed), "witness")
            seen.add(key)
    return len(seen)


def check_case(case: Document, keys: Keys, expected: Document) -> None:
    texts = {each["name"]: each.get("text") for each in expected["cases"]}
    expected = expected | {"log_id": case.get("log_id", expected["log_id"])}
    match case["kind"]:
        case "receipt":
            check_receipt(case["text"], keys, expected)
        case "erasure":
            check_erasure(case["text"], keys, expected)
        case "checkpoint":
            check_checkpoint(case["text"], keys, expected)
        case "inclusion":
            check_inclusion(texts[case["receipt"]], case["proof"], keys, expected)
        case "growth":
            check_growth(case["first"], case["second"], case["proof"], keys, expected)
        case "witness":
            seen = check_witnesses(case["text"], case["note"], keys, expected)
            require(seen == case["seen"], "seen")
        case _:
            raise Refused("kind")


def holds(case: Document, keys: Keys, expected: Document) -> bool:
    try:
        check_case(case, keys, expected)
    except (Refused, KeyError, TypeError, ValueError, AttributeError, IndexError):
        return False
    return True


def get(address: str) -> Document:
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - the address that its caller named
        return parsed(answer.read())


def check_service(url: str, receipt: str, kept: str | None = None) -> Document:
    keys = read_keys(get(f"{url}/.well-known/jwks.json"))
    document = read_signed(receipt, "receipt", keys)
    log_id = document["nabij:log"].removeprefix("urn:uuid:")
    expected = {"issuer": document["dct:publisher"], "log_id": log_id}
    leaf = check_receipt(receipt, keys, expected).hex()
    proof = get(f"{url}/v1/log/proof/inclusion?leaf_hash={leaf}")
    check_inclusion(receipt, proof, keys, expected)
    told: Document = {"leaf_index": proof["leaf_index"], "tree_size": proof["tree_size"]}
    if kept is None:
        return told
    newest = get(f"{url}/v1/log/checkpoint")["checkpoint"]
    first, second = (check_checkpoint(each, keys, expected)["tree_size"] for each in (kept, newest))
    growth = get(f"{url}/v1/log/proof/consistency?first={first}&second={second}")
    check_growth(kept, newest, growth, keys, expected)
    return told | {"grew": [first, second]}


def main(command: str, *arguments: str) -> None:
    if command == "vectors":
        vectors = parsed(Path(arguments[0]).read_bytes())
        keys = read_keys(vectors["keys"])
        told = {case["name"]: holds(case, keys, vectors) for case in vectors["cases"]}
    else:
        url, *files = arguments
        told = check_service(url, *(Path(file).read_text("utf-8").strip() for file in files))
    sys.stdout.write(f"{json.dumps(told)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
