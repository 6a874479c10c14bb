"""The statements about choices and the access log."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from nabij_backend import sql
from nabij_backend.db import SubjectSession
from nabij_backend.enums import Reader
from nabij_backend.rights.schemas import Read

_SQL = sql.load("rights")


async def choices(session: SubjectSession) -> tuple[str, ...]:
    """Return the sources that the person picked."""
    return tuple(row["source_id"] for row in await session.rows(_SQL["choices"]))


async def has_unknown(session: SubjectSession, source_ids: Sequence[str]) -> bool:
    """Return whether any of them is neither in the catalogue nor picked already."""
    (row,) = await session.rows(_SQL["unknown_choices"], source_ids=list(source_ids))
    return row["any_unknown"]


async def choose(session: SubjectSession, source_ids: Sequence[str], now: datetime) -> None:
    """Pick these sources and no others."""
    await session.rows(_SQL["forget_choices"], source_ids=list(source_ids))
    await session.rows(_SQL["choose"], source_ids=list(source_ids), now=now)


async def reads(session: SubjectSession, before: UUID | None, most: int) -> tuple[Read, ...]:
    """Return the access log, newest first: up to ``most`` entries behind that of ``before``."""
    rows = await session.rows(_SQL["reads"], before=before, most=most)
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
