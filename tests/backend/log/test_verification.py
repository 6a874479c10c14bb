"""What a receipt, a proof and two checkpoints show, and what is refused."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from nabij_backend.log.documents import (
    Checkpoint,
    ConsistencyProof,
    InclusionProof,
    read_checkpoint,
    read_consistency,
    read_inclusion,
)
from nabij_backend.log.verification import (
    check_erasure,
    check_growth,
    check_inclusion,
    check_names,
    check_receipt,
)
from nabij_backend.signing import InvalidSignature, JwsType, public_half, public_keys, signed_text
from nabij_consent import (
    ErasureReceipt,
    Frontier,
    InvalidProof,
    InvalidReceipt,
    consent_receipt,
    consistency_proof,
    erasure_document,
    inclusion_proof,
    notice_digest,
)
from nabij_consent.merkle import Node
from tests.consent.test_recorded_events import GRANTED
from tests.consent.values import NOW, notice

KEY = OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(bytes(32)))
OTHER_KEY = OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
KEYS = public_keys([public_half(KEY)])
SALT = bytes(16)
LOG = UUID(int=7)
RECORDED = replace(GRANTED, notice_digest=notice_digest(notice()))
DOCUMENT = consent_receipt(RECORDED, notice(), SALT, "https://nabij.example", LOG)
RECEIPT = signed_text(DOCUMENT, JwsType.CONSENT_RECEIPT, KEY)
ERASURE = erasure_document(
    ErasureReceipt(bytes(32), NOW, {"device": 1}, 6, "https://nabij.example", LOG)
)
LEAF = RECORDED.leaf_hash(SALT)
LEAVES = [bytes([each]) * 32 for each in range(4)] + [LEAF, bytes([9]) * 32, bytes([8]) * 32]
INDEX = 4


def tree(size: int) -> tuple[Frontier, dict[Node, bytes]]:
    """The tree of the first leaves, and the hashes of its nodes."""
    grown, nodes = Frontier().append(LEAVES[:size])
    return grown, nodes | {Node(0, place): leaf for place, leaf in enumerate(LEAVES[:size])}


def head(size: int, **changes: object) -> str:
    """The signed head of the first leaves."""
    checkpoint = Checkpoint(LOG, size, tree(size)[0].root, NOW)
    return signed_text(replace(checkpoint, **changes).document(), JwsType.CHECKPOINT, KEY)


def inclusion(size: int = 6, **changes: object) -> InclusionProof:
    """The proof that the receipt's leaf is among the first leaves."""
    path = inclusion_proof(INDEX, size, tree(size)[1])
    return replace(InclusionProof(LEAF, INDEX, size, path, head(size)), **changes)


def growth(first: int, second: int) -> ConsistencyProof:
    return ConsistencyProof(first, second, consistency_proof(first, second, tree(second)[1]))


HELD = check_receipt(RECEIPT, KEYS)


def test_a_receipt_is_read_when_signed_by_us() -> None:
    assert HELD.recorded.to_document() == RECORDED.to_document()
    assert check_receipt(f"\n{RECEIPT}\n", KEYS) == HELD


def test_a_receipt_signed_again_by_somebody_else_is_refused() -> None:
    with pytest.raises(InvalidSignature):
        check_receipt(signed_text(DOCUMENT, JwsType.CONSENT_RECEIPT, OTHER_KEY), KEYS)


@pytest.mark.parametrize("kind", [JwsType.CHECKPOINT, JwsType.ERASURE_RECEIPT, "JWT"])
def test_another_kind_of_text_is_no_receipt(kind: str) -> None:
    with pytest.raises(InvalidSignature, match="something else"):
        check_receipt(signed_text(DOCUMENT, kind, KEY), KEYS)


def test_a_receipt_is_no_checkpoint() -> None:
    with pytest.raises(InvalidSignature, match="something else"):
        read_checkpoint(RECEIPT, KEYS)


def test_a_receipt_that_contradicts_itself_is_refused_even_if_signed() -> None:
    forged = {**DOCUMENT, "nabij:salt": "11" * 16}
    with pytest.raises(InvalidReceipt):
        check_receipt(signed_text(forged, JwsType.CONSENT_RECEIPT, KEY), KEYS)


def test_the_receipt_of_an_erasure_is_read_when_signed_by_us() -> None:
    erased = check_erasure(f"\n{signed_text(ERASURE, JwsType.ERASURE_RECEIPT, KEY)}\n", KEYS)
    assert (erased.pseudonym, erased.erased_at, erased.tree_size) == (bytes(32), NOW, 6)
    assert erased.rows == {"device": 1}


@pytest.mark.parametrize(
    ("document", "kind", "key"),
    [
        (ERASURE, JwsType.ERASURE_RECEIPT, OTHER_KEY),
        (ERASURE, JwsType.CONSENT_RECEIPT, KEY),
        (ERASURE, JwsType.CHECKPOINT, KEY),
        (DOCUMENT, JwsType.CONSENT_RECEIPT, KEY),
    ],
)
def test_what_we_did_not_sign_as_an_erasure_is_none(
    document: Mapping[str, object], kind: JwsType, key: OKPKey
) -> None:
    with pytest.raises(InvalidSignature):
        check_erasure(signed_text(document, kind, key), KEYS)


@pytest.mark.parametrize("document", [DOCUMENT, {**ERASURE, "nabij:treeSize": -1}, {}])
def test_what_is_no_erasure_is_refused_even_if_signed(document: Mapping[str, object]) -> None:
    with pytest.raises(InvalidReceipt):
        check_erasure(signed_text(document, JwsType.ERASURE_RECEIPT, KEY), KEYS)


def test_a_checkpoint_of_another_log_shows_nothing_of_the_act() -> None:
    with pytest.raises(InvalidProof, match="another log"):
        check_inclusion(HELD, inclusion(checkpoint=head(6, log_id=UUID(int=8))), KEYS)


def test_a_receipt_of_version_0_1_names_no_log_and_is_in_whichever_was_signed() -> None:
    earlier = consent_receipt(RECORDED, notice(), SALT, "https://nabij.example", None)
    held = check_receipt(signed_text(earlier, JwsType.CONSENT_RECEIPT, KEY), KEYS)
    assert check_inclusion(held, inclusion(), KEYS).log_id == LOG
    with pytest.raises(InvalidReceipt, match="another log"):
        check_names(held, None, LOG)


@pytest.mark.parametrize("size", [5, 6, 7])
def test_a_proof_shows_the_act_under_the_head_that_comes_with_it(size: int) -> None:
    assert check_inclusion(HELD, inclusion(size), KEYS).tree_size == size


def test_where_a_checkpoint_was_kept_that_one_counts() -> None:
    alone = inclusion(checkpoint=None)
    assert check_inclusion(HELD, alone, KEYS, head(6)).root_hash == tree(6)[0].root
    elsewhere = head(6, root_hash=bytes(32))
    with pytest.raises(InvalidProof, match="does not lead"):
        check_inclusion(HELD, inclusion(), KEYS, elsewhere)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"leaf_hash": LEAVES[0]}, "another act"),
        ({"leaf_index": 3}, "too short or too long"),
        ({"leaf_index": 6}, "no such leaf"),
        ({"tree_size": 7}, "different sizes"),
        ({"tree_size": 5}, "different sizes"),
        ({"path": ()}, "too short or too long"),
        ({"path": inclusion().path[:-1]}, "too short or too long"),
        ({"path": (*inclusion().path, bytes(32))}, "too short or too long"),
        ({"path": (bytes(32), *inclusion().path[1:])}, "does not lead"),
        ({"path": (bytes(31), *inclusion().path[1:])}, "32 bytes"),
        ({"checkpoint": None}, "No signed checkpoint"),
        ({"checkpoint": head(7)}, "different sizes"),
        ({"checkpoint": head(6, root_hash=bytes(32))}, "does not lead"),
    ],
)
def test_a_proof_that_does_not_show_it_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidProof, match=words):
        check_inclusion(HELD, inclusion(**changes), KEYS)


def test_a_head_signed_by_somebody_else_shows_nothing() -> None:
    document = read_checkpoint(head(6), KEYS).document()
    theirs = signed_text(document, JwsType.CHECKPOINT, OTHER_KEY)
    for proof, kept in ((inclusion(checkpoint=theirs), None), (inclusion(), theirs)):
        with pytest.raises(InvalidSignature):
            check_inclusion(HELD, proof, KEYS, kept)


@pytest.mark.parametrize("first", range(1, 8))
@pytest.mark.parametrize("second", range(1, 8))
def test_a_log_that_grew_is_shown_to_have_grown_and_one_that_shrank_is_refused(
    first: int, second: int
) -> None:
    if first <= second:
        old, new = check_growth(head(first), head(second), growth(first, second), KEYS)
        assert (old.tree_size, new.tree_size) == (first, second)
    else:
        with pytest.raises(InvalidProof, match="shrunk"):
            check_growth(head(first), head(second), None, KEYS)


def test_the_same_size_needs_no_proof_but_the_same_root() -> None:
    check_growth(head(6), head(6), None, KEYS)
    with pytest.raises(InvalidProof, match="does not begin"):
        check_growth(head(6), head(6, root_hash=bytes(32)), None, KEYS)


@pytest.mark.parametrize(
    ("earlier", "later", "proof", "words"),
    [
        (head(3), head(6, log_id=UUID(int=8)), growth(3, 6), "different logs"),
        (head(3), head(6), None, "Give the proof"),
        (head(3), head(6), growth(2, 6), "other sizes"),
        (head(3), head(6), growth(3, 7), "other sizes"),
        (head(3, root_hash=bytes(32)), head(6), growth(3, 6), "does not begin"),
        (head(3), head(6, root_hash=bytes(32)), growth(3, 6), "does not begin"),
        (head(3), head(6), ConsistencyProof(3, 6, ()), "too short or too long"),
        (head(6), head(3, signed_at=NOW.replace(year=2027)), growth(3, 6), "shrunk"),
    ],
)
def test_a_growth_that_is_not_shown_is_refused(
    earlier: str, later: str, proof: ConsistencyProof | None, words: str
) -> None:
    with pytest.raises(InvalidProof, match=words):
        check_growth(earlier, later, proof, KEYS)


def test_growth_is_judged_by_size_as_clocks_are_set_back() -> None:
    earlier, later = head(3), head(6, signed_at=NOW.replace(year=2025))
    assert check_growth(earlier, later, growth(3, 6), KEYS)[1].tree_size == 6


CHECKPOINT = read_checkpoint(head(6), KEYS).document()


@pytest.mark.parametrize(
    "changes",
    [
        {"log_id": "no id"},
        {"log_id": 1},
        {"tree_size": -1},
        {"tree_size": True},
        {"tree_size": 2**62 + 1},
        {"root_hash": "00"},
        {"root_hash": str(CHECKPOINT["root_hash"]).upper()},
        {"signed_at": "2026-06-01T09:30:00.000"},
        {"signed_at": "2026-06-01T11:30:00.000+02:00"},
        {"signed_at": "yesterday"},
        {"surprise": 1},
    ],
)
def test_what_is_no_checkpoint_is_refused_even_if_signed(changes: Mapping[str, object]) -> None:
    text = signed_text({**CHECKPOINT, **changes}, JwsType.CHECKPOINT, KEY)
    with pytest.raises(InvalidProof):
        read_checkpoint(text, KEYS)


WHOLE: dict[str, object] = {
    "leaf_hash": LEAF.hex(),
    "leaf_index": 0,
    "tree_size": 1,
    "path": [],
    "checkpoint": None,
    "first_size": 1,
    "second_size": 1,
}


@pytest.mark.parametrize("reads", [read_inclusion, read_consistency])
@pytest.mark.parametrize("path", [None, "00", [1], ["00"], ["0g" * 32], ["00" * 32] * 129], ids=str)
def test_a_proof_file_with_another_path_is_none(
    reads: Callable[[Mapping[str, object]], object], path: object
) -> None:
    assert reads(WHOLE)
    with pytest.raises(InvalidProof):
        reads(WHOLE | {"path": path})


@pytest.mark.parametrize("member", ["leaf_hash", "leaf_index", "tree_size", "path", "checkpoint"])
def test_a_proof_of_inclusion_with_a_member_missing_or_wrong_is_none(member: str) -> None:
    for document in (
        {name: value for name, value in WHOLE.items() if name != member},
        WHOLE | {member: 1.5},
    ):
        with pytest.raises(InvalidProof):
            read_inclusion(document)
