"""The service's own pool of connections, for tests of what lies below HTTP."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar
from uuid import UUID, uuid4

import psycopg

from nabij_backend.db import Database
from nabij_backend.metric_events import MetricEvent
from nabij_backend.settings import Settings

T = TypeVar("T")


def with_database(
    settings: Settings,
    use: Callable[[Database], Awaitable[T]],
    *,
    size: int = 1,
    count: Callable[[Mapping[MetricEvent, int]], None] | None = None,
    observe: Callable[[str, str, float], None] | None = None,
) -> T:
    """What ``use`` returns for a pool of so many connections."""

    async def run() -> T:
        sized = settings.model_copy(update={"pool_size": size})
        database = Database(sized, new_id=uuid4, count=count, observe=observe)
        await database.open()
        try:
            return await use(database)
        finally:
            await database.close()

    return asyncio.run(run())


def subject_of(superuser: psycopg.Connection, device_id: UUID) -> UUID:
    """Who answered the notice on this device."""
    found = superuser.execute(
        "SELECT DISTINCT subject_id FROM consent_event WHERE device_id = %s", [device_id]
    )
    ((subject_id,),) = found.fetchall()
    return subject_id
