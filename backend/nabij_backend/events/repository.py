"""The statements behind the stream of events."""

from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from uuid import UUID

from psycopg import sql as composed

from nabij_backend import sql
from nabij_backend.db import Connection, Database, Role, connection_as
from nabij_backend.events.state import Present, Somebody

_SQL = sql.load("events")
_LISTEN = composed.SQL("LISTEN {}")


async def look(database: Database, subjects: Collection[UUID]) -> Present:
    """Read what is the case now for these people, and for everybody."""
    wanted = {"subjects": list(subjects)}
    async with database.transaction("feed", reserved=True) as connection:
        await connection.execute(_SQL["listen_for"], wanted)
        people = await (await connection.execute(_SQL["people"], wanted)).fetchall()
        versions = await (await connection.execute(_SQL["everybody"])).fetchone() or {}
    return Present(
        notice=versions["notice"],
        catalogue=versions["catalogue"],
        people={
            row["subject_id"]: Somebody(row["act"], row["devices"]) if row["is_known"] else None
            for row in people
        },
    )


@asynccontextmanager
async def listening(url: str) -> AsyncGenerator[Connection]:
    """Yield a connection that hears that something changed, whatever is committed from now on."""
    async with connection_as(Role.API, url) as connection:
        row = await (await connection.execute(_SQL["channel"])).fetchone() or {}
        await connection.execute(_LISTEN.format(composed.Identifier(row["name"])))
        yield connection
