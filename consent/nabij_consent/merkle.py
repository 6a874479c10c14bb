"""The Merkle tree of the log: its root, and proofs that a leaf is in it and that it only grew.

Source: RFC 9162, Certificate Transparency Version 2.0, section 2.1, with SHA-256. Rules:

1. a leaf is hashed behind a byte 0x00 and a node behind 0x01, so neither passes for the other;
2. a subtree of 2**level leaves never changes once it is complete: a log that stores the hash of
   every complete subtree (``Node``) answers any proof from O(log n) of them;
3. a proof is accepted only where it has just the length that the sizes ask for, and every hash
   has 32 bytes;
4. trees have at most 2**62 leaves.

An inclusion proof binds a leaf to a root, not to a size: it can hold for other sizes of the same
shape. What binds the size is the signature over size and root.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeAlias

from nabij_consent.errors import InvalidProof

HASH_BYTES = 32
LARGEST_TREE = 2**62
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (§2.1.1)."""

_Range: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """The complete subtree of ``2**level`` leaves that begins at leaf ``index * 2**level``."""

    level: int
    index: int


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf that holds ``data`` (§2.1.1); 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over the hashes of its two children (§2.1.1); 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that a tree must remember to grow: its size and the hashes of its ``root_nodes``.

    Raises:
        InvalidProof: the size is out of range, or the peaks are not those of a tree of this size.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        _require_size(self.size)
        if len(self.peaks) != self.size.bit_count():
            raise InvalidProof("Give one peak for every complete subtree that makes up the tree.")
        _require_hashes(*self.peaks)

    @property
    def root(self) -> bytes:
        """The tree's root (MTH of §2.1.1)."""
        return _folded(self.peaks)

    def append(self, leaves: Iterable[bytes]) -> "tuple[Frontier, dict[Node, bytes]]":
        """Return the tree with these leaf hashes appended, and the nodes that are complete now.

        The nodes are of level 1 and up; stored beside the leaves, they answer any proof later.

        Raises:
            InvalidProof: a leaf hash has another length, or the tree would be too large.
        """
        size, peaks, completed = self.size, list(self.peaks), dict[Node, bytes]()
        for leaf in leaves:
            _require_hashes(leaf)
            top = leaf
            for node in _completed(size):
                top = node_hash(peaks.pop(), top)
                completed[node] = top
            peaks.append(top)
            size += 1
        return Frontier(size, tuple(peaks)), completed


def root_nodes(size: int) -> tuple[Node, ...]:
    """Return the complete subtrees that make up a tree of ``size`` leaves, from the largest."""
    _require_size(size)
    return tuple(_peaks((0, size)))


def frontier(size: int, hashes: Mapping[Node, bytes]) -> Frontier:
    """Return the tree of ``size`` leaves, from the hashes of its ``root_nodes``."""
    return Frontier(size, tuple(hashes[node] for node in root_nodes(size)))


def merkle_root(size: int, hashes: Mapping[Node, bytes]) -> bytes:
    """Return the root of the tree of ``size`` leaves, from the hashes of its ``root_nodes``."""
    return frontier(size, hashes).root


def inclusion_nodes(index: int, size: int) -> tuple[Node, ...]:
    """Return the nodes that ``inclusion_proof`` needs: at most 2 log2(size) of them."""
    return _nodes(_inclusion(index, size))


def inclusion_proof(index: int, size: int, hashes: Mapping[Node, bytes]) -> tuple[bytes, ...]:
    """Return the proof that leaf ``index`` is in the tree of ``size`` leaves (PATH of §2.1.3.1).

    Raises:
        InvalidProof: there is no such leaf in such a tree.
        KeyError: a node is missing.
    """
    return _hashes(_inclusion(index, size), hashes)


def consistency_nodes(first: int, second: int) -> tuple[Node, ...]:
    """Return the nodes that ``consistency_proof`` needs: at most 2 log2(second) of them."""
    return _nodes(_consistency(first, second))


def consistency_proof(first: int, second: int, hashes: Mapping[Node, bytes]) -> tuple[bytes, ...]:
    """Return the proof that the tree of ``second`` leaves begins with that of ``first`` (§2.1.4.1).

    Raises:
        InvalidProof: not 1 <= first <= second.
        KeyError: a node is missing.
    """
    return _hashes(_consistency(first, second), hashes)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes
) -> None:
    """Check as §2.1.3.2 says that ``leaf`` is the hash at ``index`` of the tree with this root.

    Raises:
        InvalidProof: it is not, or the proof does not show it.
    """
    _require_leaf(index, size)
    _require_hashes(leaf, root_hash, *proof)
    place, last, result = index, size - 1, leaf
    for sibling in proof:
        _require_length(last != 0)
        if place & 1 or place == last:
            result = node_hash(sibling, result)
            place, last = _up_to_right_child(place, last)
        else:
            result = node_hash(result, sibling)
        place, last = place >> 1, last >> 1
    _require_length(last == 0)
    if result != root_hash:
        raise InvalidProof("The proof does not lead from this leaf to this root.")


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check as §2.1.4.2 says that the tree with the second root begins with the first one.

    Raises:
        InvalidProof: it does not, or the proof does not show it.
    """
    _require_growth(first, second)
    _require_hashes(first_root, second_root, *proof)
    if first == second:
        _require_length(not proof)
        old = new = first_root
    else:
        old, new = _consistent_roots(first, second, first_root, proof)
    if (old, new) != (first_root, second_root):
        raise InvalidProof("The later tree does not begin with the earlier one.")


def _consistent_roots(
    first: int, second: int, first_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    _require_length(bool(proof))
    path = [first_root, *proof] if first.bit_count() == 1 else list(proof)
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        _require_length(last != 0)
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            place, last = _up_to_right_child(place, last)
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    _require_length(last == 0)
    return old, new


def _up_to_right_child(place: int, last: int) -> tuple[int, int]:
    """Pass the levels at which the right-most node of a ragged tree has no sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _completed(position: int) -> Iterator[Node]:
    """Return the nodes that the leaf at ``position`` completes.

    One for each trailing 1 of its number.
    """
    level = 1
    while position & 1:
        position >>= 1
        yield Node(level, position)
        level += 1


def _peaks(leaves: _Range) -> Iterator[Node]:
    start, end = leaves
    while start < end:
        level = (end - start).bit_length() - 1
        yield Node(level, start >> level)
        start += 1 << level


def _folded(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks))


def _nodes(siblings: Iterable[_Range]) -> tuple[Node, ...]:
    return tuple(node for leaves in siblings for node in _peaks(leaves))


def _hashes(siblings: Iterable[_Range], hashes: Mapping[Node, bytes]) -> tuple[bytes, ...]:
    return tuple(_folded([hashes[node] for node in _peaks(leaves)]) for leaves in siblings)


def _split(start: int, end: int) -> int:
    """Behind the largest power of two leaves that is fewer than all."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _inclusion(index: int, size: int) -> list[_Range]:
    _require_leaf(index, size)
    siblings: list[_Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    return siblings[::-1]


def _consistency(first: int, second: int) -> list[_Range]:
    _require_growth(first, second)
    siblings: list[_Range] = []
    start, end = 0, second
    while end != first:
        middle = _split(start, end)
        if first <= middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    # A verifier knows the first tree's root already where that is a subtree itself.
    return siblings[::-1] if start == 0 else [(start, end), *siblings[::-1]]


def _require_size(size: int) -> None:
    if not 0 <= size <= LARGEST_TREE:
        raise InvalidProof("A tree has from 0 to 2**62 leaves.")


def _require_leaf(index: int, size: int) -> None:
    _require_size(size)
    if not 0 <= index < size:
        raise InvalidProof("The tree has no such leaf; ask for a tree head that is newer.")


def _require_growth(first: int, second: int) -> None:
    _require_size(second)
    if not 1 <= first <= second:
        raise InvalidProof("Compare a tree of at least one leaf with one that is not smaller.")


def _require_hashes(*hashes: bytes) -> None:
    if any(len(each) != HASH_BYTES for each in hashes):
        raise InvalidProof("Every hash has 32 bytes.")


def _require_length(fits: bool) -> None:  # noqa: FBT001 - reads as the rule at every call
    if not fits:
        raise InvalidProof("The proof is too short or too long for these sizes.")
