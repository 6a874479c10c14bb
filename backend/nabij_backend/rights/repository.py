"""The statements about choices and the access log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from nabij_backend import sql
from nabij_backend.db import SubjectSession
from nabij_backend.enums import Reader
from nabij_backend.rights.schemas import Read

_SQL = sql.load("rights")


async def choices(session: SubjectSession) -> tuple[str, ...]:
    """Return the sources that the person picked."""
    return tuple(row["source_id"] for row in await _run(session, "choices"))


async def has_unknown(session: SubjectSession, source_ids: Sequence[str]) -> bool:
    """Return whether any of them is neither in the catalogue nor picked already."""
    (row,) = await _run(session, "unknown_choices", source_ids=list(source_ids))
    return row["any_unknown"]


async def choose(session: SubjectSession, source_ids: Sequence[str], now: datetime) -> None:
    """Pick these sources and no others."""
    await _run(session, "forget_choices", source_ids=list(source_ids))
    await _run(session, "choose", source_ids=list(source_ids), now=now)


async def reads(session: SubjectSession, before: UUID | None, most: int) -> tuple[Read, ...]:
    """Return who looked, newest first: up to ``most`` entries behind that of ``before``."""
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


async def _run(
    session: SubjectSession, statement: str, **parameters: object
) -> list[dict[str, Any]]:
    named = {"subject_id": session.subject_id, **parameters}
    cursor = await session.connection.execute(_SQL[statement], named)
    return await cursor.fetchall() if cursor.description else []
