"""The statements about the caller's account, mandates and the access log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from nabij_backend import sql
from nabij_backend.db import SubjectSession
from nabij_backend.enums import Reader

_SQL = sql.load("caller")


async def is_known(session: SubjectSession) -> bool:
    """Return whether the person still has an account."""
    return bool(await _run(session, "is_known"))


async def person_of(agent: SubjectSession, mandate_id: UUID, now: datetime) -> UUID | None:
    """Return for whom the agent may act with this mandate; None: for nobody."""
    rows = await _run(agent, "mandate", mandate_id=mandate_id, agent_id=agent.subject_id, now=now)
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
    await _run(
        session,
        "note_read",
        entry_id=entry_id,
        reader=reader,
        reader_id=reader_id,
        purpose=purpose,
        now=now,
    )


async def _run(
    session: SubjectSession, statement: str, **parameters: object
) -> list[dict[str, Any]]:
    named = {"subject_id": session.subject_id, **parameters}
    cursor = await session.connection.execute(_SQL[statement], named)
    return await cursor.fetchall() if cursor.description else []
