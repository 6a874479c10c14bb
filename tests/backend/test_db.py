"""A connection works for one person at a time, with least power, and forgets them afterwards."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import psycopg
import pytest

from nabij_backend.db import Connection, Database
from nabij_backend.happenings import ActRecorded
from nabij_backend.settings import Settings
from nabij_consent import EventKind, Method
from tests.backend.pools import with_database
from tests.backend.waiting import pids_of_who_waits
from tests.service import Service

EVA = bytes(32)


async def one(connection: Connection, statement: bytes) -> dict[str, object]:
    """The only row that a statement answers."""
    (row,) = await (await connection.execute(statement)).fetchall()
    return row


def test_a_connection_has_the_least_power(settings: Settings) -> None:
    async def look(database: Database) -> dict[str, object]:
        async with database.transaction() as connection:
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
        async with database.snapshot() as connection:
            return await one(
                connection,
                b"SELECT current_setting('transaction_isolation') AS level, "
                b"current_setting('transaction_read_only') AS read_only",
            )

    assert with_database(settings, look) == {"level": "repeatable read", "read_only": "on"}


def test_the_next_transaction_knows_nothing_of_the_person_before(settings: Settings) -> None:
    async def look(database: Database) -> list[object]:
        count = b"SELECT count(*) AS people FROM subject"
        async with database.subject_transaction(EVA) as session:
            during = await one(session.connection, count)
        async with database.transaction() as connection:
            afterwards = await one(connection, count)
        async with database.snapshot() as connection:
            in_a_snapshot = await one(connection, count)
        return [each["people"] for each in (during, afterwards, in_a_snapshot)]

    assert with_database(settings, look) == [1, 0, 0]


def test_what_fails_leaves_nothing(settings: Settings, superuser: psycopg.Connection) -> None:
    async def fail(database: Database) -> None:
        async with database.subject_transaction(EVA):
            raise LookupError

    with pytest.raises(LookupError):
        with_database(settings, fail)
    assert superuser.execute("SELECT count(*) FROM subject").fetchone() == (0,)


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
        async with database.subject_transaction(EVA) as session:
            session.tally[act] += 1
            assert counted == []
            if fails:
                await session.connection.execute("SELECT 1 / 0")

    with pytest.raises(psycopg.errors.DivisionByZero) if fails else nullcontext():
        with_database(settings, use, count=counted.append)
    assert counted == ([] if fails else [{act: 1}])
