"""Answers about the log: its newest checkpoint, and proofs from O(log n) stored nodes.

A log that has a successor answers for the leaves that both share, and under its own checkpoints: no
proof is of two branches.
"""

from dataclasses import dataclass
from uuid import UUID

from nabij_backend.db import Connection
from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.log import repository
from nabij_backend.log.documents import handed_down
from nabij_backend.log.notary import Notary
from nabij_backend.log.repository import StoredCheckpoint
from nabij_backend.log.schemas import Consistency, Inclusion, NewestCheckpoint
from nabij_consent import (
    consistency_nodes,
    consistency_proof,
    inclusion_nodes,
    inclusion_proof,
)


async def newest_checkpoint(connection: Connection, notary: Notary) -> NewestCheckpoint:
    """Return the signed head of the whole tree.

    Raises:
        Problem: no leaf has a place yet.
    """
    stored = await _newest(connection)
    note = await notary.note(connection, stored)
    return NewestCheckpoint(tree_size=stored.tree_size, checkpoint=stored.text, note=note.text)


async def inclusion(
    connection: Connection,
    leaf_hash: bytes,
    log_id: UUID | None,
    tree_size: int | None,
    notary: Notary,
) -> Inclusion:
    """That the leaf is in the tree of this size; ``log_id``: None for the log that grows.

    No size: in the largest that witnesses have seen, where the leaf is in that one, else in the
    whole.

    Raises:
        Problem: it is not, the tree has not come so far, or there is no such log.
    """
    branch = await _branch(connection, log_id)
    size = branch.require(tree_size)
    index = await repository.position_of(connection, leaf_hash)
    if index is None or index >= size:
        raise Problem(ProblemType.NOT_IN_LOG)
    if tree_size is None and branch.grows:
        witnessed = await repository.newest_cosigned(connection, await notary.origin(connection))
        size = witnessed if index < witnessed else size
    stored = await repository.checkpoint_of(connection, branch.log_id, size)
    hashes = await repository.nodes(connection, inclusion_nodes(index, size))
    return Inclusion(
        log_id=branch.log_id,
        leaf_hash=leaf_hash.hex(),
        leaf_index=index,
        tree_size=size,
        path=tuple(each.hex() for each in inclusion_proof(index, size, hashes)),
        checkpoint=None if stored is None else stored.text,
        note=None if stored is None else (await notary.note(connection, stored)).text,
    )


async def witnesses_of(connection: Connection, leaf_hash: bytes, notary: Notary) -> int:
    """Return how many witnesses cosigned the newest cosigned head that has the leaf."""
    origin = await notary.origin(connection)
    size = await repository.newest_cosigned(connection, origin)
    index = await repository.position_of(connection, leaf_hash)
    if index is None or index >= size:
        return 0
    return len(await repository.cosignatures_of(connection, size, origin))


async def consistency(
    connection: Connection, log_id: UUID | None, first: int, second: int
) -> Consistency:
    """That the tree of the second size begins with that of the first; of the log as ``inclusion``.

    Raises:
        Problem: the first is larger, the tree has not come so far, or there is no such log.
    """
    if first > second:
        raise Problem(ProblemType.INVALID_REQUEST)
    branch = await _branch(connection, log_id)
    branch.require(second)
    hashes = await repository.nodes(connection, consistency_nodes(first, second))
    path = consistency_proof(first, second, hashes)
    return Consistency(
        log_id=branch.log_id,
        first_size=first,
        second_size=second,
        path=tuple(each.hex() for each in path),
    )


@dataclass(frozen=True, slots=True)
class _Branch:
    """A log, and how many leaves of it are here; ``grows``: it is the one that gets more."""

    log_id: UUID
    size: int
    grows: bool

    def require(self, asked: int | None) -> int:
        """Return the size asked for, or that of the whole."""
        if not self.size or (asked is not None and asked > self.size):
            raise Problem(ProblemType.NOT_IN_LOG)
        return self.size if asked is None else asked


async def _branch(connection: Connection, log_id: UUID | None) -> _Branch:
    newest = await _newest(connection)
    if log_id in {None, newest.log_id}:
        return _Branch(newest.log_id, newest.tree_size, grows=True)
    for each, size in handed_down(await repository.lineage(connection)).items():
        if each == log_id:
            return _Branch(each, size, grows=False)
    raise Problem(ProblemType.NOT_IN_LOG)


async def _newest(connection: Connection) -> StoredCheckpoint:
    stored = await repository.newest_checkpoint(connection)
    if stored is None:
        raise Problem(ProblemType.NOT_IN_LOG)
    return stored
