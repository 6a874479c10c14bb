"""Time comes by."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from os import urandom
from uuid import uuid4

from nabij_backend.db import Connection, Database, Role, connection_as
from nabij_backend.jobs import JobRuntime, Round, rounds
from nabij_backend.log.witnessing import new_client
from nabij_backend.metrics import Metrics
from nabij_backend.retention.limits import Clocks
from nabij_backend.retention.service import BATCH, Scope, Swept, look, sweep_once
from nabij_backend.runtime import Runtime
from nabij_backend.settings import Settings
from nabij_backend.signing import Signer, signing_folder
from tests.backend.pools import with_database


def sweep(
    settings: Settings,
    now: datetime,
    *,
    batch: int = BATCH,
    beyond_share: bool = False,
    with_statuses: bool = True,
) -> dict[str, int]:
    """End and delete what is over; what went, by table, where anything did."""

    async def use(database: Database) -> Swept:
        async with connection_as(Role.WORKER, settings.required_database_url) as connection:
            runtime = Runtime(settings, database, lambda: now, uuid4, urandom)
            return await sweep_once(
                connection,
                runtime,
                Scope(batch=batch, beyond_share=beyond_share, with_statuses=with_statuses),
                clocks_of=at(now),
            )

    return _some(with_database(settings, use))


def sweep_round(settings: Settings, database: Database, clock: Callable[[], datetime]) -> Round:
    """What a worker does every so many seconds, where every clock agrees with this one."""

    async def in_step(_connection: Connection) -> Clocks:
        return Clocks(clock(), None)

    signer = Signer.open(signing_folder(settings))
    runtime = JobRuntime(settings, database, clock, uuid4, urandom, signer, Metrics(), in_step)
    (found,) = (each for each in rounds(runtime, None, new_client()) if each.name == "sweep")
    return found


def at(now: datetime) -> Callable[[Connection], Awaitable[Clocks]]:
    """The clocks of a database for which it is ``now``, too, and a log that was never signed."""

    async def clocks_of(_connection: Connection) -> Clocks:
        return Clocks(now, None)

    return clocks_of


def foresee(settings: Settings, now: datetime) -> dict[str, int]:
    """What would go, by table, where anything would."""

    async def use(_database: Database) -> Swept:
        async with connection_as(Role.WORKER, settings.required_database_url) as connection:
            return await look(connection, now, settings.backup_days)

    return _some(with_database(settings, use))


def _some(swept: Swept) -> dict[str, int]:
    return {table: gone for table, gone in swept.rows.items() if gone}
