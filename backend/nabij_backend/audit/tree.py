"""Comparison of the stored and signed tree with one rebuilt from its leaves. Pure.

Rules:

1. leaves stand at 0, 1, 2 and so on;
2. every stored node is the one that the leaves give, and none is stored that they do not give;
3. every checkpoint is signed by us for this log, or for one that it succeeds, and its root is that
   of the tree of its size;
4. the log is as long as its newest checkpoint says, and no longer;
5. it begins with the tree of every checkpoint that was kept elsewhere, as far as a log shares it
   that has a successor.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from nabij_backend.audit.findings import AuditFault, AuditFinding
from nabij_backend.audit.repository import Totals
from nabij_backend.log.documents import Checkpoint, Succession, handed_down, read_checkpoint
from nabij_backend.log.repository import StoredCheckpoint
from nabij_backend.signing import InvalidSignature, PublicKeys
from nabij_consent import LARGEST_TREE, Frontier, InvalidProof, Node, frontier


class Rebuilt:
    """The tree so far, and the faults met on the way."""

    def __init__(self, log_id: UUID, ended: Sequence[Succession], keys: PublicKeys) -> None:
        self._shared = {**handed_down(ended), log_id: LARGEST_TREE}
        self._keys = keys
        self.tree = Frontier()

    def is_at(self, size: int, stored: Mapping[Node, bytes]) -> bool:
        """Go on from the tree of this size, by its stored root nodes unless it was built here.

        False: one of them is missing.
        """
        if self.tree.size == size:
            return True
        try:
            self.tree = frontier(size, stored)
        except KeyError:
            return False
        return True

    def grow(self, leaves: Sequence[bytes]) -> dict[Node, bytes]:
        """Add leaves; returns the nodes that they complete."""
        self.tree, completed = self.tree.append(leaves)
        return completed

    def judge(self, stored: StoredCheckpoint) -> Iterator[AuditFinding]:
        """Hold a stored checkpoint against the tree, which has its size now."""
        here = (stored.log_id, self.tree.size, self.tree.root)
        try:
            signed = read_checkpoint(stored.text, self._keys)
        except (InvalidSignature, InvalidProof):
            signed = None
        if (
            signed is None
            or stored.log_id not in self._shared
            or (signed.log_id, signed.tree_size, signed.root_hash) != here
            or stored.root_hash != self.tree.root
        ):
            yield AuditFinding(AuditFault.FORGED_CHECKPOINT, f"at {stored.tree_size} leaves")

    def compare(self, kept: Checkpoint) -> Iterator[AuditFinding]:
        """Hold a checkpoint that was kept elsewhere against the tree, which has its size now."""
        if self._has(kept) and kept.root_hash != self.tree.root:
            yield AuditFinding(AuditFault.REWRITTEN_LOG, f"at {kept.tree_size} leaves")

    def end(self, totals: Totals, kept: Sequence[Checkpoint]) -> Iterator[AuditFinding]:
        """Yield what the numbers of what is stored show."""
        size, signed_size = totals.leaves, totals.signed_size
        nodes = size - size.bit_count()
        if signed_size > size:
            yield AuditFinding(
                AuditFault.TRUNCATED_LOG, f"{size} of {signed_size} leaves are there"
            )
        if signed_size < size:
            yield AuditFinding(
                AuditFault.FORGED_CHECKPOINT, f"nothing is signed behind leaf {signed_size}"
            )
        if totals.nodes != nodes:
            yield AuditFinding(
                AuditFault.DAMAGED_TREE, f"{totals.nodes} of {nodes} nodes are stored"
            )
        for each in kept:
            if each.log_id not in self._shared:
                yield AuditFinding(AuditFault.OTHER_LOG, f"log {each.log_id}")
            elif self._has(each) and each.tree_size > size:
                where = f"{size} of {each.tree_size} leaves are there"
                yield AuditFinding(AuditFault.TRUNCATED_LOG, where)

    def _has(self, kept: Checkpoint) -> bool:
        """Return whether the tree of the checkpoint must be the beginning of this one."""
        return kept.tree_size <= self._shared.get(kept.log_id, -1)


def damaged_nodes(
    given: Mapping[Node, bytes], stored: Mapping[Node, bytes]
) -> Iterator[AuditFinding]:
    """Yield the nodes that are stored otherwise than the leaves give them."""
    for node, node_hash in given.items():
        if stored.get(node, node_hash) != node_hash:
            yield AuditFinding(AuditFault.DAMAGED_TREE, f"node {node.level}/{node.index}")
