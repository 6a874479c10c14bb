"""Time comes by."""

from datetime import datetime
from os import urandom
from uuid import uuid4

from nabij_backend.db import Database, Role, connection_as
from nabij_backend.means import Means
from nabij_backend.retention.service import BATCH, Swept, look, sweep_once
from nabij_backend.settings import Settings
from tests.backend.pools import with_database


def sweep(settings: Settings, now: datetime, *, batch: int = BATCH) -> dict[str, int]:
    """End and delete what is over; what went, by table, where anything did."""

    async def use(database: Database) -> Swept:
        async with connection_as(Role.WORKER, settings.required_database_url) as connection:
            means = Means(settings, database, lambda: now, uuid4, urandom)
            return await sweep_once(connection, means, batch=batch)

    return _some(with_database(settings, use))


def foresee(settings: Settings, now: datetime) -> dict[str, int]:
    """What would go, by table, where anything would."""

    async def use(_database: Database) -> Swept:
        async with connection_as(Role.WORKER, settings.required_database_url) as connection:
            return await look(connection, now, settings.backup_days)

    return _some(with_database(settings, use))


def _some(swept: Swept) -> dict[str, int]:
    return {table: gone for table, gone in swept.rows.items() if gone}
