"""The statements about the log."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nabij_backend import sql
from nabij_backend.db import Connection, Cursor
from nabij_backend.log.documents import Checkpoint, Succession, SuccessionReason
from nabij_consent import Node, merkle_root, root_nodes

_SQL = sql.load("log")


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A row of ``checkpoint``; what counts is the signed text."""

    log_id: UUID
    tree_size: int
    root_hash: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness's line of the note of a head, under the name that the log had then."""

    tree_size: int
    origin: str
    witness: str
    line: str
    cosigned_at: datetime


async def take_log(connection: Connection) -> bool:
    """Be the one who gives places until this transaction ends; False where another is."""
    return (await _one(connection, "take_log"))["taken"]


async def hold_log(connection: Connection) -> None:
    """Be that one, after waiting for whoever is."""
    await connection.execute(_SQL["hold_log"])


async def arrivals(connection: Connection, most: int) -> dict[int, bytes]:
    """Return the leaf hashes that wait for a place, by arrival and in that order."""
    cursor = await connection.execute(_SQL["arrivals"], {"most": most})
    return {row["arrival"]: row["leaf_hash"] for row in await cursor.fetchall()}


async def waiting(connection: Connection) -> int:
    """Return how many leaves wait for a place."""
    return (await _one(connection, "waiting"))["leaves"]


async def signed_last(connection: Connection) -> datetime | None:
    """Return when the newest head was signed; None before the first."""
    return (await _one(connection, "signed_last"))["signed_at"]


async def log_id(connection: Connection) -> UUID:
    """Return which log this is."""
    return (await _one(connection, "log_id"))["log_id"]


async def lineage(connection: Connection) -> tuple[Succession, ...]:
    """Return how each of the logs before this one ended, oldest first."""
    rows = await (await connection.execute(_SQL["lineage"])).fetchall()
    return tuple(
        Succession(
            row["log_id"], row["tree_size"], row["begun_at"], SuccessionReason(row["reason"])
        )
        for row in rows
    )


async def append_log(connection: Connection, log_id: UUID, ended: Succession) -> None:
    """Begin the log of this id, with which the newest so far ends so."""
    parameters = {
        "log_id": log_id,
        "tree_size": ended.tree_size,
        "begun_at": ended.begun_at,
        "reason": ended.reason,
    }
    await connection.execute(_SQL["append_log"], parameters)


async def ask_whether_it_continues(connection: Connection, known: Checkpoint) -> Cursor:
    """Ask whether the checkpoint is stored, or its log is known to have ended."""
    parameters = {
        "log_id": known.log_id,
        "tree_size": known.tree_size,
        "root_hash": known.root_hash,
    }
    return await connection.execute(_SQL["continues"], parameters)


async def continues(asked: Cursor) -> bool:
    """Return what the database answered to that."""
    row = await asked.fetchone()
    return row is not None and row["continues"]


async def begins_with(connection: Connection, known: Checkpoint) -> bool:
    """Return whether the stored tree of the newest log begins with that of the checkpoint."""
    size = await leaf_count(connection)
    if known.log_id != await log_id(connection) or size < known.tree_size:
        return False
    hashes = await nodes(connection, root_nodes(known.tree_size))
    return merkle_root(known.tree_size, hashes) == known.root_hash


async def thin(connection: Connection, before: datetime, most: int) -> int:
    """Delete up to so many checkpoints of before that no hour and no witness needs; how many."""
    parameters = {"before": before, "most": most}
    return (await connection.execute(_SQL["thin"], parameters)).rowcount


async def leaf_count(connection: Connection) -> int:
    """Return how many leaves have a place."""
    return (await _one(connection, "leaf_count"))["leaves"]


async def newest_checkpoint(connection: Connection) -> StoredCheckpoint | None:
    """Return the signed head of the whole tree; None before the first leaf has its place."""
    row = await (await connection.execute(_SQL["newest_checkpoint"])).fetchone()
    return None if row is None else StoredCheckpoint(**row)


async def newest_by(connection: Connection, log_id: UUID, at: datetime) -> StoredCheckpoint | None:
    """Return the largest head that the log had signed by then."""
    cursor = await connection.execute(_SQL["newest_by"], {"log_id": log_id, "at": at})
    row = await cursor.fetchone()
    return None if row is None else StoredCheckpoint(**row)


async def checkpoint_of(
    connection: Connection, log_id: UUID, tree_size: int
) -> StoredCheckpoint | None:
    """Return the log's signed head of the tree of this size, if one was signed."""
    parameters = {"log_id": log_id, "tree_size": tree_size}
    row = await (await connection.execute(_SQL["checkpoint_of"], parameters)).fetchone()
    return None if row is None else StoredCheckpoint(**row)


async def position_of(connection: Connection, leaf_hash: bytes) -> int | None:
    """Return the place of a leaf; None where it has none."""
    cursor = await connection.execute(_SQL["position_of"], {"leaf_hash": leaf_hash})
    row = await cursor.fetchone()
    return None if row is None else row["position"]


async def nodes(connection: Connection, wanted: Sequence[Node]) -> dict[Node, bytes]:
    """Return the hashes of those of the nodes that are stored."""
    parameters = {
        "levels": [node.level for node in wanted if node.level],
        "indexes": [node.index for node in wanted if node.level],
        "positions": [node.index for node in wanted if not node.level],
    }
    cursor = await connection.execute(_SQL["nodes"], parameters)
    return {Node(row["level"], row["index"]): row["hash"] for row in await cursor.fetchall()}


async def append(
    connection: Connection,
    first: int,
    arrived: Mapping[int, bytes],
    completed: Mapping[Node, bytes],
) -> None:
    """Give the arrived leaves the places from ``first`` on, with the nodes they complete."""
    leaves = {"first": first, "leaves": list(arrived.values())}
    await connection.execute(_SQL["append_leaves"], leaves)
    columns = {
        "levels": [node.level for node in completed],
        "indexes": [node.index for node in completed],
        "hashes": list(completed.values()),
    }
    await connection.execute(_SQL["append_nodes"], columns)
    await connection.execute(_SQL["forget_arrivals"], {"arrivals": list(arrived)})


async def cosigned_size(connection: Connection, origin: str, witness: str) -> int:
    """Return the size of the largest tree of this log that the witness cosigned; 0: none."""
    parameters = {"origin": origin, "witness": witness}
    row = await (await connection.execute(_SQL["cosigned_size"], parameters)).fetchone()
    return 0 if row is None else row["tree_size"]


async def newest_cosigned(connection: Connection, origin: str) -> int:
    """Return the size of the largest tree of this log that any witness cosigned; 0: none."""
    row = await (await connection.execute(_SQL["newest_cosigned"], {"origin": origin})).fetchone()
    return 0 if row is None else row["tree_size"]


async def cosignatures_of(connection: Connection, tree_size: int, origin: str) -> list[str]:
    """Return what witnesses cosigned of the tree of this size: lines of its note."""
    parameters = {"tree_size": tree_size, "origin": origin}
    cursor = await connection.execute(_SQL["cosignatures_of"], parameters)
    return [row["line"] for row in await cursor.fetchall()]


async def append_cosignature(connection: Connection, cosignature: Cosignature) -> None:
    """Store a cosignature, unless another worker did."""
    await connection.execute(_SQL["append_cosignature"], asdict(cosignature))


async def of_no_act(connection: Connection) -> list[bytes]:
    """Return the leaves that wait and are of no act that is there or was erased.

    For the auditor.
    """
    cursor = await connection.execute(_SQL["of_no_act"])
    return [row["leaf_hash"] for row in await cursor.fetchall()]


async def settle(
    connection: Connection, leaves: Sequence[bytes], operator_id: UUID, now: datetime
) -> None:
    """Note that an operator lets these into the log though no act is there."""
    parameters = {"leaves": list(leaves), "operator_id": operator_id, "now": now}
    await connection.execute(_SQL["settle"], parameters)


async def forget_placed(connection: Connection) -> int:
    """Let leaves that have a place wait no longer; how many did."""
    return (await connection.execute(_SQL["forget_placed"])).rowcount


async def append_checkpoint(connection: Connection, checkpoint: Checkpoint, text: str) -> None:
    """Store the signed head."""
    await connection.execute(
        _SQL["append_checkpoint"],
        {
            "tree_size": checkpoint.tree_size,
            "root_hash": checkpoint.root_hash,
            "signed_at": checkpoint.signed_at,
            "signed_tree_head": text,
        },
    )


async def _one(connection: Connection, name: str) -> dict[str, Any]:
    row = await (await connection.execute(_SQL[name])).fetchone()
    if row is None:
        raise RuntimeError("A statement that always answers one row answered none.")
    return row
