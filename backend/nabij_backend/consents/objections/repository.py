"""The statements about objections."""

from datetime import datetime

from nabij_backend import sql
from nabij_backend.db import SubjectSession
from nabij_backend.enums import Objectionable

_SQL = sql.load("objections")


async def add(session: SubjectSession, purpose: Objectionable, now: datetime) -> None:
    """Record the objection, unless one stands already."""
    await session.rows(_SQL["object"], purpose=purpose, now=now)


async def objected_at(session: SubjectSession, purpose: str) -> datetime | None:
    """Return since when the person objects to the purpose; None: they do not."""
    rows = await session.rows(_SQL["objection"], purpose=purpose)
    return rows[0]["objected_at"] if rows else None


async def remove(session: SubjectSession, purpose: Objectionable) -> None:
    """Remove the objection."""
    await session.rows(_SQL["lift_objection"], purpose=purpose)
