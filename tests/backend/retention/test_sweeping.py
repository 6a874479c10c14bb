"""What is over goes, at its time and not a second before."""

import asyncio
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest

from nabij.testing import ManualClock
from nabij_backend.db import Database, Role, connection_as
from nabij_backend.identity.keys import identity_key, installation_of
from nabij_backend.retention import repository
from nabij_backend.retention.over import records
from nabij_backend.rights.erasure.ledger import ledger_file, read
from tests.backend.pools import subject_of, with_database
from tests.backend.retention.sweeping import foresee, sweep, sweep_round
from tests.service import Caller, Service

SECOND = timedelta(seconds=1)
GRANTED_FOR = timedelta(days=365)
ALL_SIGNALS = {"gps_status": 1, "gsm_status": 1, "wifi_status": 1}


@pytest.fixture
def eva(service: Service) -> Caller:
    """Somebody who agreed to everything, and whose device has reported."""
    caller = service.caller()
    report(caller, caller.grant())
    return caller


@pytest.fixture
def subject(eva: Caller, superuser: psycopg.Connection) -> UUID:
    """Her pseudonym."""
    return subject_of(superuser, eva.device_id)


GROWING = ("access_log", "device", "notice_served")
# Half of each is over.
MANY: tuple[LiteralString, ...] = (
    """
    INSERT INTO access_log SELECT gen_random_uuid(), gen_random_uuid(), 'dashboard', NULL,
        'nearby-sources', %s - (number %% 2) * interval '365 days'
    FROM generate_series(1, 1000) AS number
    """,
    """
    INSERT INTO device (subject_id, device_id, platform, seen_on)
    SELECT gen_random_uuid(), gen_random_uuid(), 'linux', %s::date - (number %% 2) * 400
    FROM generate_series(1, 1000) AS number
    """,
    """
    INSERT INTO notice_served SELECT gen_random_uuid(), gen_random_uuid(), 1, 'nl',
        %s - (number %% 2) * interval '30 days'
    FROM generate_series(1, 1000) AS number
    """,
)


async def whole_reads(url: str, now: datetime) -> list[tuple[str, int, int]]:
    """How many rows of each table go, and how often that read it from beginning to end."""
    read = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = %s"
    found: list[tuple[str, int, int]] = []
    for over in records():
        if over.table in GROWING:
            async with connection_as(Role.WORKER, url) as connection, connection.transaction():
                # Of few rows a planner reads all: it is to do so where there is no index alone.
                await connection.execute("SET LOCAL enable_seqscan = off")
                assert await repository.more_than(connection, over, now, few=10)
                gone = await repository.delete(connection, over, now, most=1000)
                row = await (await connection.execute(read, [over.table])).fetchone()
                found.append((over.table, gone, row["seq_scan"] if row else -1))
    return sorted(found)


def report(caller: Caller, epoch: int) -> None:
    answer = caller.put_status(caller.gps(epoch), caller.gsm(epoch), caller.wifi(epoch))
    assert len(answer.json()["accepted"]) == 3


def again(service: Service, caller: Caller) -> Caller:
    """The same person on the same device, signed in anew."""
    return Caller(service, service.token("eva"), caller.device_id)


# A row as it is when something happened at ``moment``, and after how many days it goes.
RECORDS: dict[str, tuple[LiteralString, int]] = {
    "notice_served": (
        "INSERT INTO notice_served VALUES (%(subject)s, %(id)s, 1, 'nl', %(moment)s, NULL)",
        30,
    ),
    "mandate": (
        """
        INSERT INTO mandate VALUES (%(subject)s, %(id)s, %(other)s,
            decode(repeat('00', 32), 'hex'), %(moment)s::timestamptz - interval '1 day', %(moment)s)
        """,
        30,
    ),
    "access_log": (
        """
        INSERT INTO access_log
        VALUES (%(subject)s, %(id)s, 'dashboard', NULL, 'nearby-sources', %(moment)s)
        """,
        365,
    ),
    "request": (
        """
        INSERT INTO request VALUES (%(subject)s, %(id)s, 'insight', %(moment)s,
            %(moment)s::timestamptz + interval '28 days', 'call-back', %(moment)s,
            'done', %(moment)s)
        """,
        1095,
    ),
    "push_outbox": (
        """
        INSERT INTO push_outbox
        SELECT subject_id, device_id, %(id)s, 0, %(moment)s, %(moment)s FROM device
        """,
        7,
    ),
}


@pytest.mark.parametrize("table", RECORDS)
def test_a_record_goes_after_its_days(
    service: Service, superuser: psycopg.Connection, subject: UUID, table: str
) -> None:
    statement, days = RECORDS[table]
    superuser.execute("DELETE FROM live_grant")
    superuser.execute("UPDATE device SET seen_on = '2036-01-01'")
    happened, other = service.clock() + timedelta(days=1), uuid4()
    superuser.execute("INSERT INTO subject VALUES (%s)", [other])
    values = {"subject": subject, "id": uuid4(), "other": other, "moment": happened}
    superuser.execute(statement, values)
    over = happened + timedelta(days=days)
    assert sweep(service.settings, over - SECOND) == {}
    assert foresee(service.settings, over) == {table: 1}
    assert sweep(service.settings, over) == {table: 1}
    assert sweep(service.settings, over) == {}


def test_a_device_goes_when_nothing_was_heard_of_it_for_400_days(
    service: Service, superuser: psycopg.Connection, eva: Caller
) -> None:
    superuser.execute("DELETE FROM live_grant")
    assert eva.get("/v1/consents").status_code == 200
    over = datetime.fromisoformat("2026-06-01T00:00Z") + timedelta(days=400)
    assert sweep(service.settings, over - SECOND) == {}
    assert sweep(service.settings, over) == {"device": 1}


def test_a_showing_that_was_agreed_under_stays(service: Service, eva: Caller) -> None:
    eva.get("/v1/notice")
    swept = sweep(service.settings, service.clock() + timedelta(days=31))
    assert swept["notice_served"] == 1


def test_a_request_that_is_not_answered_stays(
    service: Service, superuser: psycopg.Connection, subject: UUID
) -> None:
    superuser.execute(
        "INSERT INTO request (subject_id, request_id, kind, received_at, due_at) "
        "VALUES (%s, %s, 'insight', '2020-01-01', '2020-01-29')",
        [subject, uuid4()],
    )
    assert "request" not in sweep(service.settings, service.clock() + timedelta(days=4000))


def test_statuses_go_when_the_device_has_not_reported_for_as_long_as_they_are_kept(
    service: Service, superuser: psycopg.Connection, eva: Caller
) -> None:
    with superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")  # as its notice said once
        superuser.execute("UPDATE live_grant SET retention_days = 5 WHERE signal = 'wifi'")
    hour = service.clock().replace(minute=0)
    assert sweep(service.settings, hour + timedelta(days=5) - SECOND) == {}
    assert sweep(service.settings, hour + timedelta(days=5)) == {"wifi_status": 1}
    assert sweep(service.settings, hour + timedelta(days=30) - SECOND) == {}
    service.clock.advance(timedelta(days=20))
    later = again(service, eva)
    later.put_status(later.gsm(later.epoch()))
    assert sweep(service.settings, hour + timedelta(days=30)) == {"gps_status": 1}
    assert superuser.execute("SELECT count(*) FROM live_grant").fetchone() == (3,)


def test_statuses_are_looked_through_once_an_hour(
    service: Service, superuser: psycopg.Connection, eva: Caller
) -> None:
    assert eva.permissions()
    clock = ManualClock(service.clock().replace(minute=0) + timedelta(days=30))
    left = "SELECT count(*) FROM wifi_status"

    async def use(database: Database) -> list[object]:
        url = service.settings.required_database_url
        each = sweep_round(service.settings, database, clock)
        found: list[object] = []
        async with connection_as(Role.WORKER, url) as connection:
            for later in (timedelta(0), timedelta(minutes=59), timedelta(minutes=1)):
                clock.advance(later)
                await each.once(connection)
                found.append(superuser.execute(left).fetchone())
                report(eva, eva.epoch())
        return found

    assert with_database(service.settings, use) == [(0,), (1,), (0,)]


def test_what_is_over_is_found_without_reading_whole_tables(
    service: Service, superuser: psycopg.Connection
) -> None:
    superuser.execute("SET session_replication_role = replica")
    for statement in MANY:
        superuser.execute(statement, [service.clock()])
    url = service.settings.required_database_url
    found = asyncio.run(whole_reads(url, service.clock()))
    assert found == [(table, 500, 0) for table in GROWING]


def test_a_grant_ends_at_its_time_and_takes_what_it_allowed(
    service: Service, superuser: psycopg.Connection, eva: Caller
) -> None:
    over = service.clock() + GRANTED_FOR
    service.clock.advance(GRANTED_FOR - SECOND)
    later = again(service, eva)
    report(later, later.epoch())
    assert "live_grant" not in sweep(service.settings, over - SECOND)
    assert foresee(service.settings, over) == {"live_grant": 3, **ALL_SIGNALS}
    assert sweep(service.settings, over) == {"live_grant": 3, **ALL_SIGNALS}
    recorded = "SELECT kind::text, method::text, signals::text[] FROM consent_event"
    assert superuser.execute(recorded).fetchall()[1:] == [
        ("expired", "expiry", ["gps", "gsm", "wifi"])
    ]
    assert sweep(service.settings, over) == {}


def test_between_the_end_of_a_grant_and_the_sweep_nothing_is_accepted_or_served(
    service: Service, eva: Caller
) -> None:
    service.clock.advance(GRANTED_FOR - SECOND)
    before = again(service, eva)
    epoch = before.epoch()
    report(before, epoch)
    assert before.get("/v1/me/nearby").status_code == 200
    service.clock.advance(SECOND)
    after = again(service, eva)
    refused = after.put_status(after.gps(epoch)).json()["refused"]
    assert [each["type"] for each in refused] == ["/problems/consent-expired"]
    assert after.get("/v1/me/nearby").status_code == 404
    assert after.permissions()["gps"]["reasons"] == ["expired"]


def test_many_go_in_small_batches(service: Service, superuser: psycopg.Connection) -> None:
    for name in ("eva", "bob", "ann"):
        caller = service.caller(name)
        report(caller, caller.grant())
    over = service.clock() + GRANTED_FOR
    assert sweep(service.settings, over, batch=2) == {
        "live_grant": 9,
        **dict.fromkeys(ALL_SIGNALS, 3),
    }
    assert superuser.execute("SELECT count(*) FROM live_grant").fetchone() == (0,)


def test_who_was_erased_is_forgotten_with_the_oldest_backup(
    service: Service, eva: Caller, superuser: psycopg.Connection
) -> None:
    eva.delete("/v1/me")
    file = ledger_file(service.settings)
    ours = installation_of(identity_key(service.settings))
    gone_at = service.clock() + timedelta(days=7)
    settings = service.settings.model_copy(update={"backup_days": 7})
    sweep(settings, gone_at - SECOND)
    assert superuser.execute("SELECT count(*) FROM erasure").fetchone() == (1,)
    assert len(read([file], ours)) == 1
    assert foresee(settings, gone_at)["erasure"] == 1
    assert sweep(settings, gone_at)["erasure"] == 1
    assert superuser.execute("SELECT count(*) FROM erasure").fetchone() == (0,)
    assert read([file], ours) == []


def test_nobody_changes_who_was_erased(eva: Caller, superuser: psycopg.Connection) -> None:
    eva.delete("/v1/me")
    for statement in ("UPDATE erasure SET erased_at = now()", "TRUNCATE erasure"):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="insert-only"):
            superuser.execute(statement)
