"""A connection works for one person at a time, with least power, and forgets them afterwards."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, nullcontext

import psycopg
import pytest
from psycopg.rows import tuple_row

from nabij_backend.db import Connection, Database, Role, SignInDigest, connection_as
from nabij_backend.metric_events import ActRecorded
from nabij_backend.settings import Settings
from nabij_backend.shares import TooManyAtOnce
from nabij_consent import EventKind, Method
from tests.backend.closing import throw_out
from tests.backend.pools import with_database
from tests.backend.waiting import pids_of_who_waits
from tests.service import Service

EVA = bytes(32)
BOB = bytes(31) + b"b"


async def one(connection: Connection, statement: bytes) -> dict[str, object]:
    """The only row that a statement answers."""
    (row,) = await (await connection.execute(statement)).fetchall()
    return row


def test_a_connection_has_the_least_power(settings: Settings) -> None:
    async def look(database: Database) -> dict[str, object]:
        async with database.transaction("test") as connection:
            return await one(
                connection,
                b"SELECT current_user::text AS role, current_setting('search_path') AS path, "
                b"current_setting('transaction_isolation') AS level, "
                b"current_setting('timezone') AS zone",
            )

    assert with_database(settings, look) == {
        "role": "nabij_api",
        "path": "nabij, public, pg_temp",
        "level": "read committed",
        "zone": "UTC",
    }


def test_a_snapshot_reads_one_moment_and_writes_nothing(settings: Settings) -> None:
    async def look(database: Database) -> dict[str, object]:
        async with database.transaction("test", snapshot=True) as connection:
            return await one(
                connection,
                b"SELECT current_setting('transaction_isolation') AS level, "
                b"current_setting('transaction_read_only') AS read_only",
            )

    assert with_database(settings, look) == {"level": "repeatable read", "read_only": "on"}


def test_the_next_transaction_knows_nothing_of_the_person_before(settings: Settings) -> None:
    async def look(database: Database) -> list[object]:
        count = b"SELECT count(*) AS people FROM subject"
        async with database.transaction_of("test", SignInDigest(EVA)) as session:
            during = await one(session.connection, count)
        async with database.transaction("test") as connection:
            afterwards = await one(connection, count)
        async with database.transaction("test", snapshot=True) as connection:
            in_a_snapshot = await one(connection, count)
        return [each["people"] for each in (during, afterwards, in_a_snapshot)]

    assert with_database(settings, look) == [1, 0, 0]


def test_what_fails_leaves_nothing(settings: Settings, superuser: psycopg.Connection) -> None:
    async def fail(database: Database) -> None:
        async with database.transaction_of("test", SignInDigest(EVA)):
            raise LookupError

    with pytest.raises(LookupError):
        with_database(settings, fail)
    assert superuser.execute("SELECT count(*) FROM subject").fetchone() == (0,)


LEFT_BEHIND: dict[str, tuple[bytes, bytes, object]] = {
    "a setting": (b"SET nabij.subject = 'eva'", b"current_setting('nabij.subject', true)", ""),
    "a role": (b"SET ROLE nabij_worker", b"current_user::text", "nabij_api"),
    "a search path": (
        b"SET search_path = public",
        b"current_setting('search_path')",
        "nabij, public, pg_temp",
    ),
    "a time zone": (b"SET TIME ZONE 'Europe/Amsterdam'", b"current_setting('timezone')", "UTC"),
    "no time limit": (
        b"SET statement_timeout = 0; SET lock_timeout = 0",
        b"current_setting('statement_timeout') || current_setting('lock_timeout')",
        "30s2s",
    ),
    "a temporary table": (
        b"RESET ROLE; CREATE TEMPORARY TABLE canary AS SELECT 'canary'",
        b"to_regclass('pg_temp.canary')::text",
        None,
    ),
    "a lock": (
        b"SELECT pg_advisory_lock(1)",
        b"(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())",
        0,
    ),
    "a cursor": (
        b"DECLARE canary CURSOR WITH HOLD FOR SELECT 'canary'",
        b"(SELECT count(*) FROM pg_cursors)",
        0,
    ),
    "a channel": (b"LISTEN canary", b"(SELECT count(*) FROM pg_listening_channels())", 0),
}


@pytest.mark.parametrize("what", LEFT_BEHIND)
@pytest.mark.parametrize("reserved", [False, True], ids=["shared", "reserved"])
def test_a_connection_leaves_its_pool_as_it_first_came(
    settings: Settings, what: str, *, reserved: bool
) -> None:
    leave, look_at, expected = LEFT_BEHIND[what]

    async def use(database: Database) -> list[dict[str, object]]:
        question = b"SELECT pg_backend_pid() AS pid, " + look_at + b" AS found"
        async with database.transaction("test", reserved=reserved) as connection:
            await connection.execute(leave)
            left = await one(connection, question)
            connection.row_factory = tuple_row  # type: ignore[assignment]
        async with database.transaction("test", reserved=reserved) as connection:
            return [left, await one(connection, question)]

    left, found = with_database(settings, use)
    assert left["pid"] == found["pid"]
    assert left["found"] != expected or what == "a channel"  # begins with the commit
    assert found["found"] == expected


@pytest.mark.parametrize("role", Role)
def test_no_session_waits_for_ever(settings: Settings, role: Role) -> None:
    async def limits() -> dict[str, object]:
        async with connection_as(role, settings.required_database_url) as connection:
            return await one(
                connection,
                b"SELECT current_setting('statement_timeout') AS statement, "
                b"current_setting('lock_timeout') AS lock, "
                b"current_setting('idle_in_transaction_session_timeout') AS idle",
            )

    found = asyncio.run(limits())
    assert "0" not in found.values()
    assert len(found) == 3


def test_one_person_takes_no_more_than_their_share(settings: Settings) -> None:
    """Eight transactions of one person that hang leave the others theirs."""

    async def use(database: Database) -> None:
        async with database.transaction_of("test", SignInDigest(EVA)):
            hang = asyncio.Event()

        async def stuck() -> None:
            async with database.transaction_of("test", SignInDigest(EVA)):
                await hang.wait()

        waiting = [asyncio.create_task(stuck()) for _ in range(8)]
        try:
            for _ in range(3):
                async with (
                    database.transaction_of("test", SignInDigest(BOB)) as others,
                    database.transaction("test") as public,
                    database.transaction_of(
                        "test", SignInDigest(EVA), reserved=True
                    ) as withdrawing,
                ):
                    for each in (others.connection, public, withdrawing.connection):
                        await each.execute("SELECT 1")
        finally:
            hang.set()
            done = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(each) for each in done} <= {type(None), TooManyAtOnce}

    with_database(settings.model_copy(update={"pool_wait_s": 5}), use, size=8)


def test_when_all_connections_have_ended_the_next_request_has_another(
    settings: Settings, superuser: psycopg.Connection
) -> None:
    async def use(database: Database) -> None:
        async with AsyncExitStack() as at_once:
            for _ in range(5):
                await at_once.enter_async_context(database.transaction("test"))
        await asyncio.to_thread(throw_out, superuser, superuser.info.dbname)
        async with database.transaction("test") as connection:
            assert await one(connection, b"SELECT 1 AS one") == {"one": 1}

    with_database(settings, use, size=8)


def test_two_first_requests_at_once_make_one_person(
    service: Service, superuser: psycopg.Connection
) -> None:
    with ThreadPoolExecutor(2) as phones:
        with superuser.transaction():
            superuser.execute("LOCK identity IN SHARE MODE")
            asked = [phones.submit(service.caller().get, "/v1/notice") for _ in range(2)]
            pids_of_who_waits(superuser, 2)
        answers = [each.result().status_code for each in asked]
    assert answers == [200, 200]
    assert superuser.execute("SELECT count(*) FROM subject").fetchone() == (1,)
    assert superuser.execute("SELECT count(*) FROM notice_served").fetchone() == (2,)


@pytest.mark.parametrize("fails", [False, True])
def test_what_happens_is_counted_once_it_is_committed(settings: Settings, *, fails: bool) -> None:
    act = ActRecorded(EventKind.GRANTED, Method.APP)
    counted: list[object] = []

    async def use(database: Database) -> None:
        async with database.transaction_of("test", SignInDigest(EVA)) as session:
            session.tally[act] += 1
            assert counted == []
            if fails:
                await session.connection.execute("SELECT 1 / 0")

    with pytest.raises(psycopg.errors.DivisionByZero) if fails else nullcontext():
        with_database(settings, use, count=counted.append)
    assert counted == ([] if fails else [{act: 1}])
