"""The sweep: one round that ends expired grants and deletes expired rows.

Rules:

1. grants that are over end first, each by an act of that person, which erases what they allowed;
2. then go statuses older than the notice keeps them, and the rows of ``RETENTION`` at their days;
3. the pseudonym of an erased account goes with the oldest backup, from the ledger too;
4. rows go in batches, each committed by itself: nobody waits long for a lock;
5. a row that is renewed while this looks at it stays;
6. nothing goes by a clock that others contradict, or much at once (``limits``);
7. one sweep at a time: several workers would but wait for each other;
8. nothing reads a whole table every time: rows go by an index on their time. Statuses have none, as
   each report would have to write it, and PostgreSQL 15 would update no row in place (HOT): they
   are looked through once an hour, since their times are whole hours.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from nabij_backend.consents import ending
from nabij_backend.consents.service import Moment
from nabij_backend.db import Connection
from nabij_backend.retention import repository
from nabij_backend.retention.limits import (
    ALWAYS_MAY_GO,
    Clocks,
    TooMuchAtOnce,
    allows,
    require_trusted,
)
from nabij_backend.retention.over import GRANTS, Over, erasures, every_table, records, statuses
from nabij_backend.rights.erasure import ledger
from nabij_backend.runtime import Runtime
from nabij_consent import SALT_BYTES, whole_milliseconds

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Scope:
    """How much a sweep takes.

    ``with_statuses``: False where they were looked through in this hour already, by rule 8;
    ``beyond_share``: an operator said that so much may go; ``batch``: rows in a statement.
    """

    with_statuses: bool = True
    beyond_share: bool = False
    batch: int = BATCH


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows went, or would go, by table."""

    rows: dict[str, int]


async def sweep_once(
    connection: Connection,
    runtime: Runtime,
    scope: Scope = Scope(),
    *,
    clocks_of: Callable[[Connection], Awaitable[Clocks]] = repository.clocks,
) -> Swept:
    """End and delete all that is over.

    ``connection`` is the worker's, and commits each statement by itself; grants end in transactions
    of the pool.

    Raises:
        SweepRefused: rules 6 and 7; nothing went.
    """
    async with repository.turn(connection):
        return await _sweep(connection, runtime, scope, await clocks_of(connection))


async def _sweep(connection: Connection, runtime: Runtime, scope: Scope, clocks: Clocks) -> Swept:
    now = whole_milliseconds(runtime.clock())  # as acts are recorded
    require_trusted(now, clocks)
    every = (
        *(statuses() if scope.with_statuses else ()),
        *records(),
        erasures(runtime.settings.backup_days),
    )
    if not scope.beyond_share:
        for over in (GRANTS, *every):
            await _require_modest(connection, over, now, runtime.settings.sweep_share)
    rows = {over.table: 0 for over in every_table(runtime.settings.backup_days)}
    while due := await repository.grants_over(connection, now, most=scope.batch):
        for subject_id, purpose in due:
            moment = Moment(now=now, salt=runtime.random_bytes(SALT_BYTES))
            async with runtime.database.transaction_of("expire", subject_id) as session:
                ended = await ending.expire(session, purpose, moment, event_id=runtime.new_id())
            for table, gone in _gone(ended).items():
                rows[table] += gone
    for over in every:
        rows[over.table] += await _empty(connection, over, now, scope.batch)
    before = now - timedelta(days=runtime.settings.backup_days)
    await asyncio.to_thread(ledger.forget, ledger.ledger_file(runtime.settings), before)
    return Swept(rows)


async def look(connection: Connection, now: datetime, backup_days: int) -> Swept:
    """Return what ``sweep_once`` would end and delete ``now``."""
    tables = every_table(backup_days)
    return Swept({over.table: await repository.count(connection, over, now) for over in tables})


async def _require_modest(connection: Connection, over: Over, now: datetime, share: float) -> None:
    if not await repository.more_than(connection, over, now, ALWAYS_MAY_GO):
        return
    due = await repository.count(connection, over, now)
    if not allows(due, await repository.total(connection, over), share):
        raise TooMuchAtOnce


def _gone(ended: ending.Ended | None) -> dict[str, int]:
    if ended is None:
        return {}
    return {GRANTS.table: len(ended.recorded.act.signals), **ended.erased.model_dump()}


async def _empty(connection: Connection, over: Over, now: datetime, batch: int) -> int:
    gone = 0
    while more := await repository.delete(connection, over, now, most=batch):
        gone += more
    return gone
