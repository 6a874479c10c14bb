"""A clock that is wrong ends no grant, and little goes at once without an operator."""

from datetime import UTC, datetime, timedelta
from os import urandom
from uuid import uuid4

import psycopg
import pytest
from structlog.testing import capture_logs

from nabij_backend.db import Database, Role, connection_as
from nabij_backend.jobs import JobRuntime, rounds
from nabij_backend.log.witnessing import new_client
from nabij_backend.metrics import Metrics
from nabij_backend.retention.limits import (
    ClockDisagrees,
    Clocks,
    TooMuchAtOnce,
    UnderWay,
    allows,
    require_trusted,
)
from nabij_backend.retention.service import Swept, sweep_once
from tests.backend.log.sequencing import place, signer_of
from tests.backend.pools import with_database
from tests.backend.retention.sweeping import sweep
from tests.service import Service

NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
MINUTES = [timedelta(minutes=minutes) for minutes in (-5, 0, 5)]
TOO_FAR = [timedelta(minutes=-5, seconds=-1), timedelta(minutes=5, seconds=1), timedelta(days=400)]
PEOPLE = 15


@pytest.mark.parametrize("ahead", MINUTES)
def test_a_clock_within_five_minutes_is_trusted(ahead: timedelta) -> None:
    require_trusted(NOW + ahead, Clocks(NOW, NOW))
    require_trusted(NOW, Clocks(NOW, None))


@pytest.mark.parametrize("ahead", TOO_FAR)
def test_a_clock_that_the_database_contradicts_is_not(ahead: timedelta) -> None:
    with pytest.raises(ClockDisagrees, match="Set the clock"):
        require_trusted(NOW + ahead, Clocks(NOW, None))


def test_a_clock_that_was_set_back_behind_the_log_is_not() -> None:
    require_trusted(NOW, Clocks(NOW, NOW - timedelta(days=300)))
    with pytest.raises(ClockDisagrees):
        require_trusted(NOW, Clocks(NOW, NOW + timedelta(minutes=6)))


@pytest.mark.parametrize(
    ("over", "of_all", "allowed"),
    [(10, 10, True), (11, 11, False), (11, 109, False), (11, 110, True), (500, 5_000, True)],
)
def test_a_tenth_may_go_and_ten_rows_always(over: int, of_all: int, *, allowed: bool) -> None:
    assert allows(over, of_all, 0.1) is allowed


@pytest.fixture
def many(service: Service) -> Service:
    """A service with people who agreed and reported; their acts stand in the log."""
    for number in range(PEOPLE):
        caller = service.caller(f"customer-{number}")
        assert caller.put_status(caller.gps(caller.grant(["gps"]))).json()["accepted"]
    place(service)
    return service


def counted(superuser: psycopg.Connection) -> tuple[int, ...]:
    row = superuser.execute(
        "SELECT (SELECT count(*) FROM live_grant), (SELECT count(*) FROM gps_status),"
        " (SELECT count(*) FROM device)"
    ).fetchone()
    return row or ()


@pytest.mark.parametrize("days", [31, 400, 36_500])
def test_a_clock_that_is_ahead_of_the_database_ends_nothing(
    many: Service, superuser: psycopg.Connection, days: int
) -> None:
    async def use(database: Database) -> Swept:
        url = many.settings.required_database_url
        async with connection_as(Role.WORKER, url) as connection:
            runtime = _means(many, database, datetime.now(UTC) + timedelta(days=days))
            return await sweep_once(connection, runtime)

    with pytest.raises(ClockDisagrees):
        with_database(many.settings, use)
    assert counted(superuser) == (PEOPLE,) * 3


@pytest.mark.parametrize("days", [31, 400, 36_500])
def test_where_the_database_is_as_wrong_a_share_holds_it_up(
    many: Service, superuser: psycopg.Connection, days: int
) -> None:
    with pytest.raises(TooMuchAtOnce, match="--beyond-share"):
        sweep(many.settings, many.clock() + timedelta(days=days))
    assert counted(superuser) == (PEOPLE,) * 3


def test_what_an_operator_confirms_goes(many: Service, superuser: psycopg.Connection) -> None:
    sweep(many.settings, many.clock() + timedelta(days=400), beyond_share=True)
    assert counted(superuser) == (0,) * 3


def test_a_round_that_is_refused_is_logged_and_counted_and_the_next_is_tried(
    many: Service, superuser: psycopg.Connection
) -> None:
    metrics = Metrics()

    async def use(database: Database) -> None:
        url = many.settings.required_database_url
        runtime = _means(many, database, datetime.now(UTC) + timedelta(days=400), metrics)
        (each,) = (each for each in rounds(runtime, None, new_client()) if each.name == "sweep")
        async with connection_as(Role.WORKER, url) as connection:
            await each.once(connection)
            await each.once(connection)

    with capture_logs() as logged:
        with_database(many.settings, use)
    assert [(entry["event"], entry["reason"]) for entry in logged] == [
        ("sweep refused", "ClockDisagrees")
    ] * 2
    assert 'nabij_sweeps_refused_total{reason="ClockDisagrees"} 2.0' in metrics.text().decode()
    assert counted(superuser) == (PEOPLE,) * 3


def _means(
    service: Service, database: Database, now: datetime, metrics: Metrics | None = None
) -> JobRuntime:
    return JobRuntime(
        service.settings,
        database,
        lambda: now,
        uuid4,
        urandom,
        signer_of(service.settings),
        metrics or Metrics(),
    )


def test_while_another_worker_sweeps_this_one_leaves_it_to_that(
    service: Service, superuser: psycopg.Connection
) -> None:
    later = service.clock() + timedelta(days=400)
    eva = service.caller()
    eva.put_status(eva.gps(eva.grant()))
    superuser.execute("SELECT pg_advisory_lock(9162, 3)")
    with pytest.raises(UnderWay, match="under way"):
        sweep(service.settings, later)
    assert superuser.execute("SELECT count(*) FROM gps_status").fetchone() == (1,)
    superuser.execute("SELECT pg_advisory_unlock(9162, 3)")
    assert sweep(service.settings, later)["gps_status"] == 1
    assert sweep(service.settings, later) == {}  # a turn ends, and may be had again
    assert superuser.execute("SELECT count(*) FROM gps_status").fetchone() == (0,)
