"""The statements about objections, choices, mandates, and who looked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from nabij_backend import sql
from nabij_backend.db import SubjectSession
from nabij_backend.enums import Objectionable, Reader
from nabij_backend.rights.schemas import Read

_SQL = sql.load("rights")


async def add_objection(session: SubjectSession, purpose: Objectionable, now: datetime) -> None:
    """From now on the person objects, unless they did already."""
    await _run(session, "object", purpose=purpose, now=now)


async def objection(session: SubjectSession, purpose: str) -> datetime | None:
    """Since when the person objects to the purpose; None: they do not."""
    rows = await _run(session, "objection", purpose=purpose)
    return rows[0]["objected_at"] if rows else None


async def remove_objection(session: SubjectSession, purpose: Objectionable) -> None:
    """The person objects no longer."""
    await _run(session, "lift_objection", purpose=purpose)


async def choices(session: SubjectSession) -> tuple[str, ...]:
    """The sources that the person picked."""
    return tuple(row["source_id"] for row in await _run(session, "choices"))


async def has_unknown(session: SubjectSession, source_ids: Sequence[str]) -> bool:
    """Whether any of them is neither in the catalogue nor picked already."""
    (row,) = await _run(session, "unknown_choices", source_ids=list(source_ids))
    return row["any_unknown"]


async def choose(session: SubjectSession, source_ids: Sequence[str], now: datetime) -> None:
    """Pick these sources and no others."""
    await _run(session, "forget_choices", source_ids=list(source_ids))
    await _run(session, "choose", source_ids=list(source_ids), now=now)


async def add_read(  # noqa: PLR0913 - a column each
    session: SubjectSession,
    reader: Reader,
    purpose: str,
    *,
    entry_id: UUID,
    now: datetime,
    reader_id: UUID | None = None,
) -> None:
    """Note that somebody looked; ``reader_id`` names an operator or an agent."""
    await _run(
        session,
        "note_read",
        entry_id=entry_id,
        reader=reader,
        reader_id=reader_id,
        purpose=purpose,
        now=now,
    )


async def reads(session: SubjectSession, before: UUID | None, most: int) -> tuple[Read, ...]:
    """Who looked, newest first: up to ``most`` entries behind that of ``before``."""
    rows = await _run(session, "reads", before=before, most=most)
    return tuple(
        Read(
            id=row["entry_id"],
            reader=Reader(row["reader"]),
            reader_id=row["reader_id"],
            purpose=row["purpose"],
            read_at=row["read_at"],
        )
        for row in rows
    )


async def person_of(agent: SubjectSession, mandate_id: UUID, now: datetime) -> UUID | None:
    """For whom the agent may act with this mandate; None: for nobody."""
    rows = await _run(agent, "mandate", mandate_id=mandate_id, agent_id=agent.subject_id, now=now)
    return rows[0]["subject_id"] if rows else None


async def is_known(session: SubjectSession) -> bool:
    """Whether the person still has an account."""
    return bool(await _run(session, "is_known"))


async def _run(
    session: SubjectSession, statement: str, **parameters: object
) -> list[dict[str, Any]]:
    named = {"subject_id": session.subject_id, **parameters}
    cursor = await session.connection.execute(_SQL[statement], named)
    return await cursor.fetchall() if cursor.description else []
