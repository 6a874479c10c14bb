"""The statements behind the stream of events."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from nabij_backend import sql
from nabij_backend.db import Connection, Database, Role, connection_as
from nabij_backend.events.state import State

CONSENT = "nabij_consent"
NOTICE = "nabij_notice"
CATALOGUE = "nabij_catalogue"
DEVICE = "nabij_device"
_SQL = sql.load("events")


async def read_state(database: Database, subject_id: UUID) -> State:
    """What is the case now; the transaction has ended when this returns."""
    async with database.transaction_of(subject_id) as session:
        cursor = await session.connection.execute(_SQL["state"], {"subject_id": subject_id})
        row = await cursor.fetchone()
    return State() if row is None else State(row["act"], row["notice"])


@asynccontextmanager
async def listening(url: str) -> AsyncGenerator[Connection]:
    """A connection that hears of every act, notice, device and catalogue committed from now on."""
    async with connection_as(Role.API, url) as connection:
        for name in ("acts", "notices", "devices", "catalogues"):
            await connection.execute(_SQL[f"listen_to_{name}"])
        yield connection
