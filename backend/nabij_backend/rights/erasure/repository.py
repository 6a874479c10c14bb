"""The statements that erase an account."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql as composed

from nabij_backend import sql
from nabij_backend.db import Connection, SubjectSession
from nabij_backend.tables.personal import PERSONAL, Personal

_SQL = sql.load("erasure")


async def count_rows(session: SubjectSession) -> dict[str, int]:
    """Return how many rows are about the person, by table."""
    return {each.table: await _count(session, each) for each in PERSONAL}


async def remember(session: SubjectSession, pseudonym: bytes, now: datetime) -> None:
    """Keep the pseudonym."""
    parameters = {"pseudonym": pseudonym, "now": now}
    await session.connection.execute(_SQL["remember"], parameters)


async def erase(session: SubjectSession) -> None:
    """Delete the person with everything about them; a trigger tells their devices."""
    await session.connection.execute(_SQL["erase"], {"subject_id": session.subject_id})


async def remembered(connection: Connection) -> dict[bytes, datetime]:
    """Return when accounts were erased, by pseudonym; for the auditor."""
    rows = await (await connection.execute(_SQL["remembered"])).fetchall()
    return {row["pseudonym"]: row["erased_at"] for row in rows}


async def everybody(connection: Connection) -> dict[UUID, bool]:
    """Return all accounts, and whether a grant of each lives; for the auditor."""
    rows = await (await connection.execute(_SQL["everybody"])).fetchall()
    return {row["subject_id"]: row["permits"] for row in rows}


async def _count(session: SubjectSession, personal: Personal) -> int:
    name = "count_rows" if personal.holder is None else "count_held"
    text: Any = _SQL[name].decode()
    statement = composed.SQL(text).format(
        table=composed.Identifier(personal.table),
        holder=composed.Identifier(personal.holder or "subject_id"),
    )
    row = await _one(session.connection, statement, {"subject_id": session.subject_id})
    return row["rows"]


async def _one(
    connection: Connection, statement: bytes | composed.Composed, parameters: dict[str, object]
) -> dict[str, Any]:
    row = await (await connection.execute(statement, parameters)).fetchone()
    if row is None:
        raise RuntimeError("A statement that always answers one row answered none.")
    return row
