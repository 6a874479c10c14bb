"""The host's clock and the database's are far apart: what is refused, and what never is."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from structlog.testing import capture_logs

from nabij.testing import ManualClock
from tests.service import Service

_APART = timedelta(minutes=6)


@pytest.fixture
def clock() -> ManualClock:
    """The host's, which is right to begin with."""
    return ManualClock(datetime.now(UTC))


@pytest.fixture
def strict(superuser: psycopg.Connection) -> psycopg.Connection:
    """The superuser of a database that looks at its clock, as in operation."""
    superuser.execute("UPDATE clock_tolerance SET apart = DEFAULT")
    return superuser


def test_by_the_same_clock_nothing_is_refused(service: Service, strict: psycopg.Connection) -> None:
    assert strict
    eva = service.caller()
    epoch = eva.grant()
    verdicts = eva.put_status(eva.gps(epoch), eva.gsm(epoch), eva.wifi(epoch)).json()
    assert len(verdicts["accepted"]) == 3


@pytest.mark.parametrize("apart", [_APART, timedelta(hours=20)], ids=["minutes", "hours"])
def test_ahead_nothing_is_granted_or_stored_and_withdrawing_goes_on(
    service: Service, strict: psycopg.Connection, apart: timedelta
) -> None:
    eva, bob = service.caller("eva"), service.caller("bob")
    epoch = eva.grant()
    asked = bob.act("granted", ["gps"])
    service.clock.advance(apart + timedelta(hours=1))
    with capture_logs() as lines:
        assert eva.put_status(eva.gps(epoch)).status_code == 503
        assert bob.post("/v1/consents", asked).status_code == 503
    assert [line["event"] for line in lines if line["log_level"] == "error"] == [
        "clock refused"
    ] * 2
    assert eva.withdraw().status_code == 200
    assert strict.execute("SELECT count(*) FROM live_grant").fetchone() == (0,)


def test_behind_nothing_is_granted_and_withdrawing_goes_on(
    service: Service, strict: psycopg.Connection
) -> None:
    service.caller("eva").grant()
    service.clock.advance(-timedelta(minutes=30))
    eva, bob = service.caller("eva"), service.caller("bob")
    assert bob.post("/v1/consents", bob.act("granted", ["gps"])).status_code == 503
    assert eva.withdraw().status_code == 200
    assert strict.execute("SELECT count(*) FROM live_grant").fetchone() == (0,)
