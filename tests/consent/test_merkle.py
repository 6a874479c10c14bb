"""The log's tree against the recursive definitions of RFC 9162."""

import hashlib
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_consent import (
    EMPTY_ROOT,
    LARGEST_TREE,
    Frontier,
    InvalidProof,
    Node,
    consistency_nodes,
    consistency_proof,
    frontier,
    inclusion_nodes,
    inclusion_proof,
    merkle_root,
    root_nodes,
    verify_consistency,
    verify_inclusion,
)

sizes = st.integers(1, 40)
HUGE = st.integers(1, LARGEST_TREE)


def leaves(size: int) -> list[bytes]:
    return [hashlib.sha256(bytes([index])).digest() for index in range(size)]


@cache
def stored(size: int) -> dict[Node, bytes]:
    """What a log of this size has stored: its leaves, and the nodes as they became complete."""
    _, completed = Frontier().append(leaves(size))
    return {Node(0, index): leaf for index, leaf in enumerate(leaves(size))} | completed


def mth(data: Sequence[bytes]) -> bytes:
    """MTH of §2.1.1, for hashed leaves."""
    if not data:
        return hashlib.sha256().digest()
    if len(data) == 1:
        return data[0]
    k = largest_power_below(len(data))
    return hashlib.sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def path(m: int, data: Sequence[bytes]) -> list[bytes]:
    """PATH of §2.1.3.1."""
    if len(data) == 1:
        return []
    k = largest_power_below(len(data))
    if m < k:
        return [*path(m, data[:k]), mth(data[k:])]
    return [*path(m - k, data[k:]), mth(data[:k])]


def subproof(m: int, data: Sequence[bytes], *, known: bool) -> list[bytes]:
    """SUBPROOF of §2.1.4.1."""
    if m == len(data):
        return [] if known else [mth(data)]
    k = largest_power_below(len(data))
    if m <= k:
        return [*subproof(m, data[:k], known=known), mth(data[k:])]
    return [*subproof(m - k, data[k:], known=False), mth(data[:k])]


def largest_power_below(size: int) -> int:
    return max(2**power for power in range(size.bit_length()) if 2**power < size)


@st.composite
def growths(draw: st.DrawFn) -> tuple[int, int]:
    second = draw(sizes)
    return draw(st.integers(1, second)), second


@st.composite
def places(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(sizes)
    return draw(st.integers(0, size - 1)), size


@given(st.integers(0, 70))
def test_the_root_is_that_of_the_definition(size: int) -> None:
    grown, _ = Frontier().append(leaves(size))
    assert (grown.size, grown.root) == (size, mth(leaves(size)))
    assert merkle_root(size, stored(size)) == grown.root
    assert frontier(size, stored(size)) == grown


@given(growths())
def test_a_tree_grows_in_batches_as_at_once(growth: tuple[int, int]) -> None:
    first, second = growth
    before, early = Frontier().append(leaves(second)[:first])
    after, late = before.append(leaves(second)[first:])
    assert (after, early | late) == Frontier().append(leaves(second))
    assert not early.keys() & late.keys()


@given(sizes)
def test_just_the_complete_subtrees_are_stored(size: int) -> None:
    complete = {
        Node(level, index) for level in range(size.bit_length()) for index in range(size >> level)
    }
    assert stored(size).keys() == complete
    for node, known in stored(size).items():
        start = node.index << node.level
        assert known == mth(leaves(size)[start : start + 2**node.level])


@given(places())
def test_every_leaf_is_shown_to_be_in_the_tree(place: tuple[int, int]) -> None:
    index, size = place
    needed = {node: stored(size)[node] for node in inclusion_nodes(index, size)}
    proof = inclusion_proof(index, size, needed)
    assert list(proof) == path(index, leaves(size))
    verify_inclusion(leaves(size)[index], index, size, proof, mth(leaves(size)))


@given(growths())
def test_every_tree_is_shown_to_begin_with_an_earlier_one(growth: tuple[int, int]) -> None:
    first, second = growth
    needed = {node: stored(second)[node] for node in consistency_nodes(first, second)}
    proof = consistency_proof(first, second, needed)
    assert list(proof) == subproof(first, leaves(second), known=True)
    verify_consistency(first, second, mth(leaves(first)), mth(leaves(second)), proof)


@given(HUGE, HUGE)
def test_a_proof_about_the_largest_log_needs_few_nodes(one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert len(root_nodes(large)) <= 62
    assert len(inclusion_nodes(small - 1, large)) <= 124
    assert len(consistency_nodes(small, large)) <= 125


def flipped(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


bits = st.integers(0, 255)


@given(places(), bits, st.data())
def test_an_inclusion_with_one_bit_changed_is_refused(
    place: tuple[int, int], bit: int, data: st.DataObject
) -> None:
    index, size = place
    hashes = [leaves(size)[index], mth(leaves(size)), *path(index, leaves(size))]
    which = data.draw(st.integers(0, len(hashes) - 1))
    hashes[which] = flipped(hashes[which], bit)
    leaf, root, *proof = hashes
    with pytest.raises(InvalidProof):
        verify_inclusion(leaf, index, size, proof, root)


@given(growths(), bits, st.data())
def test_a_growth_with_one_bit_changed_is_refused(
    growth: tuple[int, int], bit: int, data: st.DataObject
) -> None:
    first, second = growth
    proof = subproof(first, leaves(second), known=True)
    hashes = [mth(leaves(first)), mth(leaves(second)), *proof]
    which = data.draw(st.integers(0, len(hashes) - 1))
    hashes[which] = flipped(hashes[which], bit)
    old, new, *changed = hashes
    with pytest.raises(InvalidProof):
        verify_consistency(first, second, old, new, changed)


def sides(index: int, size: int) -> list[bool]:
    """On which side each hash of a path stands: all that a size can change in it."""
    if size == 1:
        return []
    k = largest_power_below(size)
    return [*sides(index, k), True] if index < k else [*sides(index - k, size - k), False]


@given(places(), st.integers(0, 80), st.integers(0, 80))
def test_a_proof_for_another_place_is_refused_where_the_way_up_differs(
    place: tuple[int, int], index: int, size: int
) -> None:
    proof = path(place[0], leaves(place[1]))
    same_way = index < size and sides(index, size) == sides(*place)
    leaf, root = leaves(place[1])[place[0]], mth(leaves(place[1]))
    if same_way:
        verify_inclusion(leaf, index, size, proof, root)
    else:
        with pytest.raises(InvalidProof):
            verify_inclusion(leaf, index, size, proof, root)


@given(growths(), st.integers(0, 5))
def test_a_growth_of_another_size_is_refused(growth: tuple[int, int], bit: int) -> None:
    first, second = growth
    proof = subproof(first, leaves(second), known=True)
    with pytest.raises(InvalidProof):
        verify_consistency(first, second, mth(leaves(first ^ 1 << bit)), mth(leaves(second)), proof)


@given(places(), st.binary(min_size=32, max_size=32), st.data())
def test_an_inclusion_proof_of_another_length_is_refused(
    place: tuple[int, int], extra: bytes, data: st.DataObject
) -> None:
    index, size = place
    proof = path(index, leaves(size))
    where = data.draw(st.integers(0, len(proof)))
    wrong = [[*proof[:where], extra, *proof[where:]], proof[:where] + proof[where + 1 :]]
    for each in wrong if where < len(proof) else wrong[:1]:
        with pytest.raises(InvalidProof):
            verify_inclusion(leaves(size)[index], index, size, each, mth(leaves(size)))


@given(growths(), st.binary(min_size=32, max_size=32), st.data())
def test_a_consistency_proof_of_another_length_is_refused(
    growth: tuple[int, int], extra: bytes, data: st.DataObject
) -> None:
    first, second = growth
    proof = subproof(first, leaves(second), known=True)
    where = data.draw(st.integers(0, len(proof)))
    wrong = [[*proof[:where], extra, *proof[where:]], proof[:where] + proof[where + 1 :]]
    for each in wrong if where < len(proof) else wrong[:1]:
        with pytest.raises(InvalidProof):
            verify_consistency(first, second, mth(leaves(first)), mth(leaves(second)), each)


@pytest.mark.parametrize("cut", [0, 31, 33])
def test_hashes_have_32_bytes(cut: int) -> None:
    good, bad = leaves(1)[0], (leaves(1)[0] * 2)[:cut]
    for leaf, proof, root in [(bad, [], good), (good, [bad], good), (good, [], bad)]:
        with pytest.raises(InvalidProof, match="32 bytes"):
            verify_inclusion(leaf, 0, 1, proof, root)
        with pytest.raises(InvalidProof, match="32 bytes"):
            verify_consistency(1, 1, leaf, root, proof)
    with pytest.raises(InvalidProof, match="32 bytes"):
        Frontier().append([bad])
    with pytest.raises(InvalidProof, match="32 bytes"):
        Frontier(1, (bad,))


@pytest.mark.parametrize(
    ("index", "size"),
    [(0, 0), (1, 1), (-1, 1), (0, -1), (2, 1), (0, LARGEST_TREE + 1)],
)
def test_a_leaf_that_cannot_be_is_refused(index: int, size: int) -> None:
    with pytest.raises(InvalidProof):
        verify_inclusion(EMPTY_ROOT, index, size, [], EMPTY_ROOT)
    with pytest.raises(InvalidProof):
        inclusion_nodes(index, size)


@pytest.mark.parametrize(
    ("first", "second"),
    [(0, 0), (0, 1), (2, 1), (-1, 1), (1, -1), (1, LARGEST_TREE + 1)],
)
def test_a_growth_that_cannot_be_is_refused(first: int, second: int) -> None:
    with pytest.raises(InvalidProof):
        verify_consistency(first, second, EMPTY_ROOT, EMPTY_ROOT, [])
    with pytest.raises(InvalidProof):
        consistency_nodes(first, second)


@pytest.mark.parametrize(("size", "peaks"), [(0, 1), (3, 1), (4, 2), (-1, 1)])
def test_a_frontier_has_the_peaks_of_its_size(size: int, peaks: int) -> None:
    with pytest.raises(InvalidProof):
        Frontier(size, tuple(leaves(peaks)))
