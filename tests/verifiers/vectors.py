"""The vectors of ``docs/formats.md``, good and forged.

``python -m tests.verifiers.vectors`` writes them. All is made from fixed seeds and times, so
that the file changes only where a format does.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from nabij_backend.log.documents import Checkpoint, Succession, SuccessionReason
from nabij_backend.signed_notes import NoteKey, NoteKind, TreeHead, cosign, origin_of, sign
from nabij_backend.signing import JwsType, Period, public_half, public_keys, signed_text
from nabij_consent import (
    ConsentEvent,
    ErasureReceipt,
    EventKind,
    Frontier,
    Node,
    RecordedEvent,
    consent_receipt,
    consistency_proof,
    erasure_document,
    inclusion_proof,
    notice_digest,
)
from tests.consent.test_recorded_events import GRANTED
from tests.consent.values import notice

FILE = Path(__file__).parents[1] / "vectors" / "proofs.json"
Case: TypeAlias = dict[str, Any]

ISSUER = "https://nabij.example"
LOG = UUID("0d9f1d2c-5c1e-4a52-9f5b-6f1f0d3a7b11")
SUCCESSOR = UUID("55555555-5c1e-4a52-9f5b-6f1f0d3a7b11")
OTHER_LOG = UUID("99999999-5c1e-4a52-9f5b-6f1f0d3a7b11")
ROTATED = datetime(2026, 6, 1, 12, tzinfo=UTC)
_OVERLAP_S = 600
_MOMENT = int(ROTATED.timestamp())
NOTICE = notice()
SALT = bytes(range(16))


def private(number: int) -> Ed25519PrivateKey:
    """One of a few keys that everybody knows."""
    return Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))


def jws_key(number: int) -> OKPKey:
    return OKPKey.import_key(private(number))


EARLIER, NOW, STRANGER = jws_key(0), jws_key(1), jws_key(2)
KEYS = public_keys(
    [
        public_half(NOW, Period(_MOMENT - _OVERLAP_S, None)),
        public_half(EARLIER, Period(None, _MOMENT + _OVERLAP_S)),
    ]
)
WITNESSES = {name: private(10 + place) for place, name in enumerate(("w1.example/1", "w2.example"))}


def recorded(number: int, **changes: Any) -> RecordedEvent:  # noqa: ANN401 - members of the event
    """An act of somebody, some minutes after the rotation."""
    at = ROTATED + timedelta(minutes=number)
    act = replace(
        GRANTED.act, event_id=UUID(int=number, version=4), occurred_at=at - timedelta(seconds=1)
    )
    event = replace(
        GRANTED, number=number, act=act, recorded_at=at, notice_digest=notice_digest(NOTICE)
    )
    return replace(event, **changes)


def withdrawn(event: RecordedEvent) -> ConsentEvent:
    """Everything taken back."""
    return replace(event.act, kind=EventKind.WITHDRAWN, purpose=None)


GRANT = recorded(1)
WITHDRAWAL = replace(
    recorded(2), act=withdrawn(recorded(2)), nonce=None, gpc=True, revocation_unknown=True
)
LEAVES = [
    hashlib.sha256(bytes([0])).digest(),
    GRANT.leaf_hash(SALT),
    hashlib.sha256(bytes([1])).digest(),
    WITHDRAWAL.leaf_hash(SALT),
    *(hashlib.sha256(bytes([each])).digest() for each in range(2, 9)),
]


GONE_ON = [*LEAVES[:5], *(hashlib.sha256(bytes([each])).digest() for each in range(20, 23))]


def receipt(event: RecordedEvent, log: UUID | None = LOG, issuer: str = ISSUER) -> dict[str, Any]:
    return consent_receipt(event, NOTICE, SALT, issuer, log)


def signed(
    document: Mapping[str, Any], kind: str = JwsType.CONSENT_RECEIPT, key: OKPKey = NOW
) -> str:
    return signed_text(document, kind, key)


def signed_as(header: Mapping[str, object], document: Mapping[str, Any] | bytes) -> str:
    """A text with this header; the signature of ``NOW`` over it holds."""
    payload = document if isinstance(document, bytes) else json.dumps(document).encode()
    parts = [json.dumps(header).encode(), payload]
    text = ".".join(base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in parts)
    signature = base64.urlsafe_b64encode(private(1).sign(text.encode())).rstrip(b"=").decode()
    return f"{text}.{signature}"


def tree(size: int, leaves: list[bytes] = LEAVES) -> tuple[Frontier, dict[Node, bytes]]:
    grown, nodes = Frontier().append(leaves[:size])
    return grown, nodes | {Node(0, place): leaf for place, leaf in enumerate(leaves[:size])}


def head(size: int, **changes: Any) -> str:  # noqa: ANN401 - members of the checkpoint
    """The signed head of the first leaves."""
    checkpoint = Checkpoint(LOG, size, tree(size)[0].root, ROTATED + timedelta(hours=size))
    return signed(replace(checkpoint, **changes).document(), JwsType.CHECKPOINT)


def inclusion(index: int, size: int, **changes: Any) -> Case:  # noqa: ANN401 - members of the proof
    proof = inclusion_proof(index, size, tree(size)[1])
    whole = {
        "leaf_hash": LEAVES[index].hex(),
        "leaf_index": index,
        "tree_size": size,
        "path": [each.hex() for each in proof],
        "checkpoint": head(size),
        "note": note(size),
    }
    return whole | changes


def growth(first: int, second: int, **changes: Any) -> Case:  # noqa: ANN401 - as above
    proof = consistency_proof(first, second, tree(second)[1])
    path = [each.hex() for each in proof]
    return {"first_size": first, "second_size": second, "path": path} | changes


def after_restore(size: int, shared: int = 5, **changes: Any) -> str:  # noqa: ANN401 - as above
    """The signed head of the log that went on from the first leaves of ours under another name."""
    end = Succession(LOG, shared, ROTATED + timedelta(hours=20), SuccessionReason.ACTS_LOST)
    at = ROTATED + timedelta(hours=20 + size)
    whole = Checkpoint(SUCCESSOR, size, tree(size, GONE_ON)[0].root, at, (end,))
    return signed(replace(whole, **changes).document(), JwsType.CHECKPOINT)


def tree_head(size: int) -> TreeHead:
    return TreeHead(origin_of(ISSUER, LOG), size, tree(size)[0].root)


def note(size: int, *names: str) -> str:
    """The note of the first leaves, cosigned by these witnesses."""
    top = tree_head(size)
    lines = [
        sign(top, private(1)),
        *(cosign(top, name, WITNESSES[name], ROTATED) for name in names),
    ]
    return "\n".join([top.text, *lines, ""])


def vkey(name: str) -> str:
    return NoteKey(name, NoteKind.WITNESS, WITNESSES[name].public_key().public_bytes_raw()).vkey


def _receipts() -> list[Case]:
    good, header = signed(receipt(GRANT)), {"alg": "EdDSA", "kid": NOW.thumbprint(), "typ": ""}
    header["typ"] = JwsType.CONSENT_RECEIPT.value
    start, payload, signature = good.split(".")
    strangers = signed({}, key=STRANGER).split(".")[2]
    changed = f"{payload[:40]}{'B' if payload[40] == 'A' else 'A'}{payload[41:]}"
    twice = json.dumps(receipt(GRANT))[:-1].encode() + b', "nabij:salt": "00"}'
    late = signed(receipt(recorded(30)), key=EARLIER)
    holding = {
        "a grant": good,
        "a withdrawal of all, unchecked": signed(receipt(WITHDRAWAL)),
        "by an operator, on no device": signed(
            receipt(replace(WITHDRAWAL, method=type(GRANT.method)("operator"), device_id=None))
        ),
        "of version 0.1": signed_as({**header, "alg": "Ed25519"}, receipt(GRANT, None)),
        "signed within the overlap, with the earlier key": signed(receipt(GRANT), key=EARLIER),
        "signed again with a later key": signed(
            receipt(recorded(1, recorded_at=ROTATED - timedelta(days=9)))
        ),
        "in any order of members": signed_as(header, dict(reversed(receipt(GRANT).items()))),
        "between spaces": f"\n{good}\n",
    }
    forged = {
        "another salt": signed(receipt(GRANT) | {"nabij:salt": "11" * 16}),
        "a short salt": signed(receipt(GRANT) | {"nabij:salt": "11"}),
        "a salt in capitals": signed(receipt(GRANT) | {"nabij:salt": SALT.hex().upper()}),
        "another leaf": signed(receipt(GRANT) | {"nabij:leafHash": LEAVES[0].hex()}),
        "another event": signed(receipt(GRANT) | {"nabij:event": recorded(9).to_document()}),
        "another notice": signed(receipt(GRANT) | {"nabij:notice": {"version": 3}}),
        "another time": signed(receipt(GRANT) | {"dct:created": "2026-06-01T12:01:00.001+00:00"}),
        "a time without a zone": signed(
            receipt(GRANT) | {"dct:created": "2026-06-01T12:01:00.000"}
        ),
        "another log": signed(receipt(GRANT, OTHER_LOG)),
        "no log, where one is expected": signed(receipt(GRANT, None)),
        "another issuer": signed(receipt(GRANT, issuer="https://other.example")),
        "a member twice": signed_as(header, twice),
        "no object": signed_as(header, b"[]"),
        "a stranger's": signed(receipt(GRANT), key=STRANGER),
        "a stranger's, under our name": f"{start}.{payload}.{strangers}",
        "a retired key's": late,
        "signed as a checkpoint": signed(receipt(GRANT), JwsType.CHECKPOINT),
        "signed as a JWT": signed(receipt(GRANT), "JWT"),
        "no algorithm": signed_as({**header, "alg": "none"}, receipt(GRANT)),
        "another algorithm": signed_as({**header, "alg": "HS256"}, receipt(GRANT)),
        "a key in its header": signed_as(
            {**header, "jwk": KEYS.document()["keys"][0]}, receipt(GRANT)
        ),
        "critical members": signed_as({**header, "crit": ["b64"], "b64": False}, receipt(GRANT)),
        "no name of a key": signed_as(
            {name: each for name, each in header.items() if name != "kid"}, receipt(GRANT)
        ),
        "padded": f"{good}=",
        "two parts": good.rpartition(".")[0],
        "four parts": f"{good}.e30",
        "nothing": "",
        "one character changed": f"{start}.{changed}.{signature}",
    }
    return [
        *(
            {"name": f"receipt: {name}", "holds": True, "text": text}
            for name, text in holding.items()
        ),
        *(
            {"name": f"receipt: {name}", "holds": False, "text": text}
            for name, text in forged.items()
        ),
    ]


def _erasures() -> list[Case]:
    whole = ErasureReceipt(bytes(range(32)), ROTATED, {"device": 2}, 7, ISSUER, LOG)
    later = replace(whole, erased_at=ROTATED + timedelta(days=1))
    earlier = replace(whole, erased_at=ROTATED - timedelta(days=1))
    texts = {
        "whole": (True, whole, NOW, JwsType.ERASURE_RECEIPT),
        "of version 0.1": (True, replace(whole, log_id=None), NOW, JwsType.ERASURE_RECEIPT),
        "with the key of then": (True, earlier, EARLIER, JwsType.ERASURE_RECEIPT),
        "before the key began": (False, earlier, NOW, JwsType.ERASURE_RECEIPT),
        "after the key ended": (False, later, EARLIER, JwsType.ERASURE_RECEIPT),
        "another log": (False, replace(whole, log_id=OTHER_LOG), NOW, JwsType.ERASURE_RECEIPT),
        "no log": (False, replace(whole, log_id=None), NOW, JwsType.ERASURE_RECEIPT),
        "another issuer": (
            False,
            replace(whole, issuer="https://x.example"),
            NOW,
            JwsType.ERASURE_RECEIPT,
        ),
        "signed as a receipt": (False, whole, NOW, JwsType.CONSENT_RECEIPT),
        "a stranger's": (False, whole, STRANGER, JwsType.ERASURE_RECEIPT),
    }
    return [
        {
            "name": f"erasure: {name}",
            "holds": holds,
            "text": signed(erasure_document(erased), kind, key),
        }
        for name, (holds, erased, key, kind) in texts.items()
    ]


def _checkpoints() -> list[Case]:
    document = Checkpoint(LOG, 7, tree(7)[0].root, ROTATED).document()
    ended = Succession(OTHER_LOG, 5, ROTATED, SuccessionReason.NOT_KNOWN).document()
    texts = {
        "whole": (True, head(7)),
        "of another log": (False, head(7, log_id=OTHER_LOG)),
        "before the key began": (False, head(7, signed_at=ROTATED - timedelta(days=1))),
        "a stranger's": (False, signed(document, JwsType.CHECKPOINT, STRANGER)),
        "a short root": (False, signed(document | {"root_hash": "00"}, JwsType.CHECKPOINT)),
        "a size in words": (False, signed(document | {"tree_size": "7"}, JwsType.CHECKPOINT)),
        "a negative size": (False, signed(document | {"tree_size": -1}, JwsType.CHECKPOINT)),
        "no time": (False, signed({**document, "signed_at": None}, JwsType.CHECKPOINT)),
        "of a successor": (True, after_restore(7)),
        "of a log that succeeds another": (
            False,
            after_restore(
                7, succeeds=(Succession(OTHER_LOG, 5, ROTATED, SuccessionReason.ACTS_LOST),)
            ),
        ),
        "that succeeds nothing": (
            False,
            signed({**document, "succeeds": []}, JwsType.CHECKPOINT),
        ),
        "that succeeds for another reason": (
            False,
            signed({**document, "succeeds": [{**ended, "reason": "because"}]}, JwsType.CHECKPOINT),
        ),
        "that succeeds at no time": (
            False,
            signed({**document, "succeeds": [{**ended, "begun_at": None}]}, JwsType.CHECKPOINT),
        ),
    }
    return [
        {"name": f"checkpoint: {name}", "holds": holds, "text": text}
        for name, (holds, text) in texts.items()
    ]


def _inclusions() -> list[Case]:
    good = inclusion(1, 7)
    path = good["path"]
    climbed = inclusion_proof(1, 7, tree(7, GONE_ON)[1])
    in_successor = good | {
        "log_id": str(SUCCESSOR),
        "path": [each.hex() for each in climbed],
        "checkpoint": after_restore(7),
    }
    proofs = {
        **{f"of {size}": (True, inclusion(1, size)) for size in range(2, 12)},
        "another leaf": (False, inclusion(0, 7)),
        "another place": (False, good | {"leaf_index": 3}),
        "beyond the tree": (False, good | {"leaf_index": 7}),
        "a negative place": (False, good | {"leaf_index": -1}),
        "a short path": (False, good | {"path": path[:-1]}),
        "a long path": (False, good | {"path": [*path, "00" * 32]}),
        "another path": (False, good | {"path": ["00" * 32, *path[1:]]}),
        "a path in capitals": (False, good | {"path": [each.upper() for each in path]}),
        "no checkpoint": (False, good | {"checkpoint": None}),
        "a checkpoint of another size": (False, good | {"checkpoint": head(8)}),
        "a checkpoint of another root": (
            False,
            good | {"checkpoint": head(7, root_hash=bytes(32))},
        ),
        "a checkpoint of another log": (False, good | {"checkpoint": head(7, log_id=OTHER_LOG)}),
        "another size": (False, good | {"tree_size": 8}),
        "in a successor": (True, in_successor),
        "in a successor, among what both share": (
            True,
            in_successor | {"checkpoint": after_restore(7, 2)},
        ),
        "of another branch than its checkpoint": (False, in_successor | {"log_id": str(LOG)}),
        "with a checkpoint of the other branch": (
            False,
            in_successor | {"checkpoint": head(7), "log_id": str(LOG)},
        ),
    }
    return [
        {
            "name": f"inclusion: {name}",
            "holds": holds,
            "receipt": "receipt: a grant",
            "proof": proof,
        }
        for name, (holds, proof) in proofs.items()
    ]


def grown_on(first: int, second: int) -> Case:
    """The proof from the first leaves to more of those of the successor."""
    path = consistency_proof(first, second, tree(second, GONE_ON)[1])
    return growth(first, second, path=[each.hex() for each in path], log_id=str(SUCCESSOR))


def _growths() -> list[Case]:
    sizes = [(first, second) for second in range(1, 12) for first in range(1, second + 1)]
    cases = {
        f"from {first} to {second}": (True, head(first), head(second), growth(first, second))
        for first, second in sizes
    }
    good = growth(3, 7)
    cases |= {
        "back": (False, head(7), head(3), good),
        "two roots of one size": (False, head(7), head(7, root_hash=bytes(32)), growth(7, 7)),
        "another beginning": (False, head(3, root_hash=bytes(32)), head(7), good),
        "another end": (False, head(3), head(7, root_hash=bytes(32)), good),
        "of two logs": (False, head(3), head(7, log_id=OTHER_LOG), good),
        "no path": (False, head(3), head(7), good | {"path": []}),
        "a short path": (False, head(3), head(7), good | {"path": good["path"][:-1]}),
        "a long path": (False, head(3), head(7), good | {"path": [*good["path"], "00" * 32]}),
        "about other sizes": (False, head(3), head(7), growth(2, 7)),
        "into a successor": (True, head(4), after_restore(7), grown_on(4, 7)),
        "into a successor, from all that both share": (
            True,
            head(5),
            after_restore(7),
            grown_on(5, 7),
        ),
        "into a successor that lacks acts": (False, head(6), after_restore(7), grown_on(6, 7)),
        "from a successor back": (False, after_restore(6), head(7), good),
    }
    return [
        {"name": f"growth: {name}", "holds": holds, "first": one, "second": two, "proof": proof}
        for name, (holds, one, two, proof) in cases.items()
    ]


def _notes() -> list[Case]:
    both = note(7, *WITNESSES)
    one = note(7, "w1.example/1")
    forged = both.replace("\n7\n", "\n8\n")
    later = cosign(tree_head(7), "w2.example", private(11), ROTATED + timedelta(seconds=1))
    earlier = cosign(tree_head(7), "w2.example", private(11), ROTATED)
    blob = base64.b64decode(later.split(" ")[2])[:12] + base64.b64decode(earlier.split(" ")[2])[12:]
    mixed = f"— w2.example {base64.b64encode(blob).decode()}"
    cases = {
        "nobody": (True, head(7), note(7), 0),
        "one": (True, head(7), one, 1),
        "both": (True, head(7), both, 2),
        "one twice": (True, head(7), one + one.split("\n")[-2] + "\n", 1),
        "a stranger besides": (
            True,
            head(7),
            one + cosign(tree_head(7), "w2.example", private(9), ROTATED) + "\n",
            1,
        ),
        "more than there are": (False, head(7), one, 2),
        "of another size": (False, head(8), both, 2),
        "of another log": (False, head(7), both.replace(str(LOG), str(OTHER_LOG)), 2),
        "changed together with its head": (False, head(8), forged, 2),
        "of another time": (False, head(7), f"{note(7)}{mixed}\n", 1),
        "cut off": (False, head(7), both[:-1], 2),
        "without lines": (False, head(7), tree_head(7).text, 0),
    }
    return [
        {"name": f"witness: {name}", "holds": holds, "text": text, "note": each, "seen": seen}
        for name, (holds, text, each, seen) in cases.items()
    ]


def proofs() -> dict[str, Any]:
    """The whole file."""
    kinds = (_receipts(), _erasures(), _checkpoints(), _inclusions(), _growths(), _notes())
    cases = [_completed(each) for kind in kinds for each in kind]
    return {
        "issuer": ISSUER,
        "log_id": str(LOG),
        "keys": KEYS.document(),
        "witnesses": [vkey(name) for name in WITNESSES],
        "cases": cases,
    }


def _completed(case: Case) -> Case:
    """The case with its kind; whoever holds a receipt of version 0.1 expects no log."""
    kind, _, name = case["name"].partition(": ")
    return case | {"kind": kind} | ({"log_id": None} if name == "of version 0.1" else {})


def written() -> str:
    """The file as text."""
    return json.dumps(proofs(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
