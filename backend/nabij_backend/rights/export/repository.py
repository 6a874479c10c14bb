"""The statements that read everything about a person."""

from typing import Any

from psycopg import sql as composed

from nabij_backend import sql
from nabij_backend.db import SubjectSession
from nabij_backend.rights.export.schemas import ExportedSource
from nabij_backend.tables.personal import Personal

_SQL = sql.load("export")


async def rows(session: SubjectSession, personal: Personal) -> tuple[dict[str, Any], ...]:
    """Return the rows of a table about the person, each by column."""
    text: Any = _SQL["rows" if personal.holder is None else "rows_held"].decode()
    statement = composed.SQL(text).format(
        table=composed.Identifier(personal.table),
        holder=composed.Identifier(personal.holder or "subject_id"),
    )
    return await _column(session, statement, "kept")


async def sources(session: SubjectSession) -> dict[str, ExportedSource]:
    """Return what the sources are that the person chose, by their id."""
    cursor = await session.connection.execute(_SQL["sources"], {"subject_id": session.subject_id})
    rows = await cursor.fetchall()
    return {row.pop("source_id"): ExportedSource(**row) for row in rows}


async def notices(session: SubjectSession) -> tuple[dict[str, Any], ...]:
    """Return the documents of the notices that the person was shown or acted on."""
    return await _column(session, _SQL["notices"], "document")


async def _column(
    session: SubjectSession, statement: bytes | composed.Composed, name: str
) -> tuple[dict[str, Any], ...]:
    cursor = await session.connection.execute(statement, {"subject_id": session.subject_id})
    return tuple(row[name] for row in await cursor.fetchall())
