"""The statements about objections."""

from datetime import datetime
from typing import Any

from nabij_backend import sql
from nabij_backend.db import SubjectSession
from nabij_backend.enums import Objectionable

_SQL = sql.load("objections")


async def add(session: SubjectSession, purpose: Objectionable, now: datetime) -> None:
    """Record the objection, unless one stands already."""
    await _run(session, "object", purpose=purpose, now=now)


async def objected_at(session: SubjectSession, purpose: str) -> datetime | None:
    """Return since when the person objects to the purpose; None: they do not."""
    rows = await _run(session, "objection", purpose=purpose)
    return rows[0]["objected_at"] if rows else None


async def remove(session: SubjectSession, purpose: Objectionable) -> None:
    """Remove the objection."""
    await _run(session, "lift_objection", purpose=purpose)


async def _run(
    session: SubjectSession, statement: str, **parameters: object
) -> list[dict[str, Any]]:
    named = {"subject_id": session.subject_id, **parameters}
    cursor = await session.connection.execute(_SQL[statement], named)
    return await cursor.fetchall() if cursor.description else []
