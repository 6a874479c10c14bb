"""Answering for the log: its newest signed head, and proofs from O(log n) stored nodes."""

from nabij_backend.db import Connection
from nabij_backend.log import repository
from nabij_backend.log.notary import Notary
from nabij_backend.log.repository import StoredCheckpoint
from nabij_backend.log.schemas import Consistency, Inclusion, NewestCheckpoint
from nabij_backend.problems import Problem, ProblemType
from nabij_consent import (
    consistency_nodes,
    consistency_proof,
    inclusion_nodes,
    inclusion_proof,
)


async def newest_checkpoint(connection: Connection, notary: Notary) -> NewestCheckpoint:
    """The signed head of the whole tree.

    Raises:
        Problem: no leaf has a place yet.
    """
    stored = await _newest(connection)
    note = await notary.note(connection, stored)
    return NewestCheckpoint(tree_size=stored.tree_size, checkpoint=stored.text, note=note.text)


async def inclusion(
    connection: Connection, leaf_hash: bytes, tree_size: int | None, notary: Notary
) -> Inclusion:
    """That the leaf is in the tree of this size.

    None: in the largest that witnesses have seen, where the leaf is in that one, else in the whole.

    Raises:
        Problem: it is not, or the tree has not come so far.
    """
    size = await _known_size(connection, tree_size)
    index = await repository.position_of(connection, leaf_hash)
    if index is None or index >= size:
        raise Problem(ProblemType.NOT_IN_LOG)
    if tree_size is None:
        witnessed = await repository.newest_cosigned(connection, await notary.origin(connection))
        size = witnessed if index < witnessed else size
    stored = await repository.checkpoint_of(connection, size)
    hashes = await repository.nodes(connection, inclusion_nodes(index, size))
    return Inclusion(
        leaf_hash=leaf_hash.hex(),
        leaf_index=index,
        tree_size=size,
        path=tuple(each.hex() for each in inclusion_proof(index, size, hashes)),
        checkpoint=None if stored is None else stored.text,
        note=None if stored is None else (await notary.note(connection, stored)).text,
    )


async def witnesses_of(connection: Connection, leaf_hash: bytes, notary: Notary) -> int:
    """How many witnesses cosigned the newest head that any cosigned, if the leaf is in its tree."""
    origin = await notary.origin(connection)
    size = await repository.newest_cosigned(connection, origin)
    index = await repository.position_of(connection, leaf_hash)
    if index is None or index >= size:
        return 0
    return len(await repository.cosignatures_of(connection, size, origin))


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


async def _newest(connection: Connection) -> StoredCheckpoint:
    stored = await repository.newest_checkpoint(connection)
    if stored is None:
        raise Problem(ProblemType.NOT_IN_LOG)
    return stored
