"""The statements about the caller's account, mandates and the access log."""

from datetime import datetime
from uuid import UUID

from nabij_backend import sql
from nabij_backend.db import SubjectSession
from nabij_backend.enums import Reader

_SQL = sql.load("caller")


async def is_known(session: SubjectSession) -> bool:
    """Return whether the person still has an account."""
    return bool(await session.rows(_SQL["is_known"]))


async def person_of(agent: SubjectSession, mandate_id: UUID, now: datetime) -> UUID | None:
    """Return the person of this mandate of the agent; None: there is none."""
    named = {"mandate_id": mandate_id, "agent_id": agent.subject_id, "now": now}
    rows = await agent.rows(_SQL["mandate"], **named)
    return rows[0]["subject_id"] if rows else None


async def add_read(  # noqa: PLR0913 - a column each
    session: SubjectSession,
    reader: Reader,
    purpose: str,
    *,
    entry_id: UUID,
    now: datetime,
    reader_id: UUID | None = None,
) -> None:
    """Log an access; ``reader_id`` names an operator or an agent."""
    await session.rows(
        _SQL["note_read"],
        entry_id=entry_id,
        reader=reader,
        reader_id=reader_id,
        purpose=purpose,
        now=now,
    )
