"""The statements of an audit."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nabij_backend import sql
from nabij_backend.audit.acts import StoredAct
from nabij_backend.audit.derived import Grants, LiveGrant
from nabij_backend.audit.parts import AuditPart
from nabij_backend.consents.repository import recorded_event
from nabij_backend.db import Connection
from nabij_backend.log import repository as log
from nabij_backend.log.repository import StoredCheckpoint
from nabij_consent import ConsentError, Purpose, RecordedEvent, Signal

_SQL = sql.load("audit")


@dataclass(frozen=True, slots=True)
class Totals:
    """How much is stored, and the size of the tree that was signed last."""

    leaves: int
    nodes: int
    signed_size: int


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A row of ``notice``; the document is not read yet."""

    version: int
    digest: str
    document: object


async def totals(connection: Connection) -> Totals:
    """Return how much there is to read."""
    (row,) = await _rows(connection, "totals")
    return Totals(row["leaves"], row["nodes"], row["signed_size"])


async def settled(connection: Connection) -> int:
    """Return how many leaves operators let into the log though no act is there."""
    (row,) = await _rows(connection, "settled")
    return row["leaves"]


async def notices(connection: Connection) -> list[StoredNotice]:
    """Return every version of the notice."""
    rows = await _rows(connection, "notices")
    return [StoredNotice(row["version"], row["digest"], row["document"]) for row in rows]


async def persons(
    connection: Connection, part: AuditPart, after: UUID | None, most: int
) -> list[UUID]:
    """Return the next in the part of those who did anything, in the order of their pseudonyms."""
    rows = await _rows(connection, "persons", **_within(part), after=after, most=most)
    return [row["subject_id"] for row in rows]


async def acts(connection: Connection, of: list[UUID]) -> dict[UUID, list[StoredAct]]:
    """Return the acts of these people, each one's in order."""
    found: dict[UUID, list[StoredAct]] = {person: [] for person in of}
    for row in await _rows(connection, "acts", persons=of):
        found[row["subject_id"]].append(_act(row))
    return found


async def grants(connection: Connection, of: list[UUID]) -> dict[UUID, Grants]:
    """Return the live grants of these people."""
    found: dict[UUID, Grants] = {person: {} for person in of}
    for row in await _rows(connection, "grants", persons=of):
        key = (Purpose(row["purpose"]), Signal(row["signal"]))
        found[row["subject_id"]][key] = _grant(row)
    return found


async def grants_of_nobody(connection: Connection, part: AuditPart) -> list[str]:
    """Live grants of people who never did anything, as what names them."""
    rows = await _rows(connection, "grants_of_nobody", **_within(part))
    return [f"subject {row['subject_id']}, {row['purpose']} {row['signal']}" for row in rows]


async def uncovered(connection: Connection, part: AuditPart) -> list[str]:
    """Statuses that no live grant allows, as what names them."""
    rows = await _rows(connection, "uncovered", **_within(part))
    return [f"{row['in_table']}, subject {row['subject_id']}, {row['purpose']}" for row in rows]


async def unaccounted(connection: Connection, first: int, last: int) -> list[str]:
    """Leaves of the log from ``first`` to before ``last`` that are of no act, as what names them.

    The act is neither there nor erased with its person, and no operator let the leaf in.
    """
    rows = await _rows(connection, "unaccounted", first=first, last=last)
    return [f"leaf {row['leaf_hash'].hex()}" for row in rows]


async def unaccounted_pending(connection: Connection) -> list[str]:
    """Return the same of those that wait for their place."""
    return [f"leaf {leaf.hex()}" for leaf in await log.of_no_act(connection)]


async def leaves(connection: Connection, first: int, last: int) -> list[bytes]:
    """Return the leaf hashes from ``first`` to before ``last``, as far as they are there."""
    rows = await _rows(connection, "leaves", first=first, last=last)
    return [row["leaf_hash"] for row in rows]


async def checkpoints(connection: Connection, above: int, up_to: int) -> list[StoredCheckpoint]:
    """Return the signed heads of trees within these sizes, smallest first."""
    rows = await _rows(connection, "checkpoints", above=above, up_to=up_to)
    return [StoredCheckpoint(**row) for row in rows]


def _act(row: dict[str, Any]) -> StoredAct:
    return StoredAct(
        number=row["number"],
        recorded=_recorded(row),
        salt=row["salt"],
        leaf_hash=row["leaf_hash"],
        position=row["position"],
        is_pending=row["is_pending"],
    )


def _recorded(row: dict[str, Any]) -> RecordedEvent | None:
    try:
        return recorded_event(row["subject_id"], row)
    except ConsentError:
        return None


def _grant(row: dict[str, Any]) -> LiveGrant:
    return LiveGrant(
        epoch=row["epoch"],
        begun_number=row["begun_number"],
        event_number=row["event_number"],
        resolution_m=row["resolution_m"],
        retention_days=row["retention_days"],
        notice_version=row["notice_version"],
        granted_at=row["granted_at"],
        expires_at=row["expires_at"],
    )


def _within(part: AuditPart) -> dict[str, UUID]:
    return {"least": part.first_person, "greatest": part.last_person}


async def _rows(connection: Connection, name: str, **parameters: object) -> list[dict[str, Any]]:
    return await (await connection.execute(_SQL[name], parameters)).fetchall()
