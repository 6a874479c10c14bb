"""Answering for the log: its newest signed head, and proofs from O(log n) stored nodes."""

from nabij_backend.db import Connection
from nabij_backend.log import repository
from nabij_backend.log.schemas import Consistency, Inclusion, NewestCheckpoint
from nabij_backend.problems import Problem, ProblemType
from nabij_consent import (
    consistency_nodes,
    consistency_proof,
    inclusion_nodes,
    inclusion_proof,
)


async def newest_checkpoint(connection: Connection) -> NewestCheckpoint:
    """The signed head of the whole tree.

    Raises:
        Problem: no leaf has a place yet.
    """
    stored = await _newest(connection)
    return NewestCheckpoint(tree_size=stored.tree_size, checkpoint=stored.text)


async def inclusion(connection: Connection, leaf_hash: bytes, tree_size: int | None) -> Inclusion:
    """That the leaf is in the tree of this size; None: of the newest size.

    Raises:
        Problem: it is not, or the tree has not come so far.
    """
    size = await _known_size(connection, tree_size)
    index = await repository.position_of(connection, leaf_hash)
    if index is None or index >= size:
        raise Problem(ProblemType.NOT_IN_LOG)
    hashes = await repository.nodes(connection, inclusion_nodes(index, size))
    return Inclusion(
        leaf_hash=leaf_hash.hex(),
        leaf_index=index,
        tree_size=size,
        path=tuple(each.hex() for each in inclusion_proof(index, size, hashes)),
        checkpoint=await repository.checkpoint_of(connection, size),
    )


async def consistency(connection: Connection, first: int, second: int) -> Consistency:
    """That the tree of the second size begins with that of the first.

    Raises:
        Problem: the first is larger, or the tree has not come so far.
    """
    if first > second:
        raise Problem(ProblemType.INVALID_REQUEST)
    await _known_size(connection, second)
    hashes = await repository.nodes(connection, consistency_nodes(first, second))
    path = consistency_proof(first, second, hashes)
    return Consistency(
        first_size=first, second_size=second, path=tuple(each.hex() for each in path)
    )


async def _known_size(connection: Connection, asked: int | None) -> int:
    newest = (await _newest(connection)).tree_size
    if asked is not None and asked > newest:
        raise Problem(ProblemType.NOT_IN_LOG)
    return newest if asked is None else asked


async def _newest(connection: Connection) -> repository.StoredCheckpoint:
    stored = await repository.newest_checkpoint(connection)
    if stored is None:
        raise Problem(ProblemType.NOT_IN_LOG)
    return stored
