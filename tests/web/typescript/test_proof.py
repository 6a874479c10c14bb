"""``@nabij/web`` believes a receipt just where ``nabij verify`` does."""

import base64
import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nabij_backend.signing import JwsType
from tests.backend.log.sequencing import sequence, signer_of
from tests.service import Service
from tests.web.typescript.node import answer

MERKLE = Path(__file__).parents[2] / "vectors" / "merkle.csv"
_HASH = "00" * 32


def merkle_rows(kind: str) -> list[dict[str, str]]:
    """The rows of one kind."""
    with MERKLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return [row for row in rows if row["kind"] == kind]


def inclusions() -> list[dict[str, Any]]:
    """What the vectors prove."""
    leaves = {row["at"]: row["hash"] for row in merkle_rows("leaf")}
    roots = {row["of"]: row["hash"] for row in merkle_rows("root")}
    return [
        {
            "leaf": leaves[row["at"]],
            "index": int(row["at"]),
            "size": int(row["of"]),
            "path": row["proof"].split(),
            "root": roots[row["of"]],
        }
        for row in merkle_rows("inclusion")
    ]


def test_every_vector_of_inclusion_holds() -> None:
    proofs = inclusions()
    assert len(proofs) > 3
    assert answer("included", proofs) == ["holds"] * len(proofs)


DAMAGES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "leaf": lambda proof: {**proof, "leaf": _HASH},
    "root": lambda proof: {**proof, "root": _HASH},
    "longer": lambda proof: {**proof, "path": [*proof["path"], _HASH]},
    "path": lambda proof: {**proof, "path": [_HASH, *proof["path"][1:]]},
    "beyond": lambda proof: {**proof, "index": proof["size"]},
    "negative": lambda proof: {**proof, "index": -1},
    "short": lambda proof: {**proof, "root": "0"},
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_nothing_else_does(damage: str) -> None:
    proofs = [DAMAGES[damage](each) for each in inclusions() if each["size"] > 1]
    assert set(answer("included", proofs)) == {"InvalidProof"}


@pytest.fixture
def proved(service: Service) -> dict[str, Any]:
    """A withdrawal's receipt, what proves it and the keys that sign here."""
    eva = service.caller()
    eva.grant(["gps"])
    receipt = eva.withdraw().json()["receipt"]
    sequence(service.settings, service.clock())
    leaf = payload(receipt)["nabij:leafHash"]
    proof = service.http.get("/v1/log/proof/inclusion", params={"leaf_hash": leaf}).json()
    keys = service.http.get("/.well-known/jwks.json").json()
    return {"keys": keys, "receipt": receipt, "proof": proof}


def of_another_log(service: Service, checkpoint: str) -> str:
    """The checkpoint as the head of another log, signed with the same key."""
    head = payload(checkpoint) | {"log_id": "00000000-0000-4000-8000-000000000000"}
    return signer_of(service.settings).sign(head, typ=JwsType.CHECKPOINT)


def in_a_successor(service: Service, proof: dict[str, Any], ended: str) -> dict[str, Any]:
    """The proof under a head of a log that goes on from the log of this id."""
    end = {"log_id": ended, "tree_size": 2, "begun_at": "", "reason": "acts-lost"}
    head = payload(proof["checkpoint"]) | {
        "log_id": "00000000-0000-4000-8000-000000000000",
        "succeeds": [end],
    }
    signed = signer_of(service.settings).sign(head, typ=JwsType.CHECKPOINT)
    return {**proof, "checkpoint": signed}


def payload(signed: str) -> dict[str, Any]:
    """What a signed text says."""
    part = signed.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_a_real_receipt_and_its_place_in_the_log_hold(proved: dict[str, Any]) -> None:
    assert answer("proved", proved) == ["withdrawn", 2]


def test_a_place_in_the_log_that_goes_on_after_a_restore_holds(
    service: Service, proved: dict[str, Any]
) -> None:
    log_id = payload(proved["proof"]["checkpoint"])["log_id"]
    proof = in_a_successor(service, proved["proof"], log_id)
    assert answer("proved", {**proved, "proof": proof}) == ["withdrawn", 2]
    proof = in_a_successor(service, proved["proof"], "11111111-0000-4000-8000-000000000000")
    assert answer("proved", {**proved, "proof": proof}) == "InvalidProof"


def test_a_receipt_with_any_character_changed_does_not(proved: dict[str, Any]) -> None:
    receipt = proved["receipt"]
    for at in range(0, len(receipt), max(1, len(receipt) // 12)):
        other = "A" if receipt[at] != "A" else "B"
        changed = receipt[:at] + other + receipt[at + 1 :]
        told = answer("proved", {**proved, "receipt": changed})
        assert told == "InvalidProof", at


@pytest.mark.parametrize(
    "kind", ["checkpoint", "another key", "another act", "no checkpoint", "another log"]
)
def test_what_proves_something_else_does_not(
    service: Service, proved: dict[str, Any], kind: str
) -> None:
    proof = proved["proof"]
    other = {
        "checkpoint": {"receipt": proof["checkpoint"]},
        "another key": {"keys": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}]}},
        "another log": {
            "proof": {**proof, "checkpoint": of_another_log(service, proof["checkpoint"])}
        },
        "another act": {"proof": {**proof, "leaf_hash": _HASH}},
        "no checkpoint": {"proof": {**proof, "checkpoint": None}},
    }[kind]
    assert answer("proved", {**proved, **other}) == "InvalidProof"


@pytest.mark.parametrize(
    ("period", "told"),
    [
        ({"nbf": -60, "exp": 60}, ["withdrawn", 2]),
        ({"nbf": 60}, "InvalidProof"),
        ({"exp": -60}, "InvalidProof"),
        ({"exp": None}, "InvalidProof"),
    ],
    ids=str,
)
def test_a_key_counts_in_its_period(
    service: Service, proved: dict[str, Any], period: dict[str, int | None], told: object
) -> None:
    (key,) = proved["keys"]["keys"]
    now = int(service.clock().timestamp())
    ends = {name: None if each is None else now + each for name, each in period.items()}
    assert answer("proved", {**proved, "keys": {"keys": [key | ends]}}) == told
