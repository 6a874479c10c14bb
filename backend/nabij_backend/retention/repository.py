"""The statements that delete expired rows, in batches and with short locks."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from nabij_backend import sql
from nabij_backend.db import Connection
from nabij_backend.retention.limits import Clocks, UnderWay
from nabij_backend.retention.over import Over
from nabij_consent import Purpose

_SQL = sql.load("retention")


async def grants_over(
    connection: Connection, now: datetime, *, most: int
) -> list[tuple[UUID, Purpose]]:
    """Whose grants for which purpose are over, ``most`` of them."""
    cursor = await connection.execute(_SQL["grants_over"], {"now": now, "most": most})
    return [(row["subject_id"], Purpose(row["purpose"])) for row in await cursor.fetchall()]


@asynccontextmanager
async def turn(connection: Connection) -> AsyncGenerator[None]:
    """Be the only one who sweeps this database, for as long as somebody is inside.

    Raises:
        UnderWay: somebody else does.
    """
    row = await (await connection.execute(_SQL["take_turn"])).fetchone()
    if row is None or not row["taken"]:
        raise UnderWay
    try:
        yield
    finally:
        await connection.execute(_SQL["end_turn"])


async def clocks(connection: Connection) -> Clocks:
    """Return what time it is for the database, and when the newest checkpoint was signed."""
    row = await (await connection.execute(_SQL["clocks"])).fetchone()
    if row is None:
        raise RuntimeError("A statement that always answers one row answered none.")
    return Clocks(row["database"], row["checkpoint"])


async def total(connection: Connection, over: Over) -> int:
    """Return how many rows the table has."""
    cursor = await connection.execute(_filled("total", over))
    row = await cursor.fetchone()
    return 0 if row is None else row["rows"]


async def count(connection: Connection, over: Over, now: datetime) -> int:
    """Return how many rows of the table are over."""
    cursor = await connection.execute(_filled("count", over), _times(over, now))
    row = await cursor.fetchone()
    return 0 if row is None else row["rows"]


async def more_than(connection: Connection, over: Over, now: datetime, few: int) -> bool:
    """Return whether more than so many rows of the table are over; looks at no more than needed."""
    parameters = {**_times(over, now), "most": few + 1}
    row = await (await connection.execute(_filled("count_up_to", over), parameters)).fetchone()
    return row is not None and row["rows"] > few


async def delete(connection: Connection, over: Over, now: datetime, *, most: int) -> int:
    """Delete up to ``most`` rows that are over; how many there were."""
    parameters = {**_times(over, now), "most": most}
    return (await connection.execute(_filled("delete", over), parameters)).rowcount


def _filled(name: str, over: Over) -> bytes:
    """Return the statement for this table.

    Its names and its condition are all of our own writing.
    """
    key = ", ".join(f"kept.{column}" for column in over.key)
    condition = _SQL[over.condition].decode()
    template = _SQL[name].decode()
    order = "" if over.time is None else f"ORDER BY kept.{over.time}"
    return template.format(table=over.table, key=key, condition=condition, order=order).encode()


def _times(over: Over, now: datetime) -> dict[str, Any]:
    return {"now": now, "before": None if over.after is None else now - over.after}
