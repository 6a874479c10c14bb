"""What happens in between: a new notice, a database that goes, an answer that gets lost."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import httpx2
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

import nabij
from nabij_backend.cli.starter_notice import STARTER_NOTICE
from tests.contract.conftest import Connect
from tests.contract.network import network_to
from tests.contract.phones import RunningClock, allow, be_home
from tests.contract.running import RunningService

_NEXT_NOTICE = replace(STARTER_NOTICE, version=2, material_since=2)


def test_a_notice_that_is_superseded_meanwhile_is_shown_anew(
    connect: Connect, own: RunningService
) -> None:
    phone = connect(own.address, token=own.token("eva"))
    shown = phone.notice("en")
    own.publish(_NEXT_NOTICE)
    with pytest.raises(nabij.NoticeSuperseded) as superseded:
        phone.grant(shown, signals=["gps"])
    assert isinstance(phone.permission("gps"), nabij.Refused)
    current = superseded.value.current
    assert (current.notice, current.locale) == (_NEXT_NOTICE, "en")
    phone.grant(current, signals=["gps"])
    assert isinstance(phone.permission("gps"), nabij.Allowed)


def test_what_was_agreed_under_an_older_notice_no_longer_counts(
    connect: Connect, own: RunningService
) -> None:
    phone = connect(own.address, token=own.token("eva"))
    be_home(phone)
    own.publish(_NEXT_NOTICE)
    assert [reason for _id, reason in phone.report().refused] == ["/problems/notice-changed"]
    phone.refresh()
    assert phone.permission("gps") == nabij.Refused((nabij.Reason.NOTICE_CHANGED,))


def test_a_database_that_goes_loses_nothing_and_acknowledges_nothing(
    connect: Connect, own: RunningService
) -> None:
    clock = RunningClock()
    phone = connect(own.address, token=own.token("eva"), clock=clock)
    be_home(phone)
    with out_of_reach(own.url):
        with pytest.raises(nabij.ServiceUnavailable) as unavailable:
            phone.report()
        assert unavailable.value.retry_after_s == 5
    until_ready(own.address)
    held = phone.report().held
    assert held is not None
    assert held.why is nabij.Holding.BACKING_OFF
    clock.skip(timedelta(seconds=5))
    assert phone.report().accepted == 1


def test_a_withdrawal_that_met_no_database_is_told_when_it_is_back(
    connect: Connect, own: RunningService
) -> None:
    phone = connect(own.address, token=own.token("eva"))
    allow(phone, "gps")
    with out_of_reach(own.url):
        assert not phone.withdraw().told_server
    until_ready(own.address)
    phone.refresh()
    assert own.rows("SELECT count(*) FROM live_grant") == [(0,)]


def test_a_yes_whose_answer_was_lost_is_told_again_and_recorded_once(
    connect: Connect, own: RunningService
) -> None:
    with network_to(own.address) as network:
        phone = connect(network.address, token=own.token("eva"))
        shown = phone.notice()
        network.losing_an_answer = True
        with pytest.raises(nabij.NotReachable):
            phone.grant(shown, signals=["gps"])
        assert isinstance(phone.permission("gps"), nabij.Refused)
        phone.grant(shown, signals=["gps"])
        assert isinstance(phone.permission("gps"), nabij.Allowed)
    assert own.rows("SELECT kind FROM consent_event") == [("granted",)]


def test_a_report_whose_answer_was_lost_is_sent_again_and_stored_once(
    connect: Connect, own: RunningService
) -> None:
    with network_to(own.address) as network:
        phone = connect(network.address, token=own.token("eva"))
        be_home(phone)
        network.losing_an_answer = True
        with pytest.raises(nabij.NotReachable):
            phone.report()
        assert phone.report().accepted == 1
    assert own.rows("SELECT count(*) FROM gps_status") == [(1,)]


def test_a_withdrawal_without_network_counts_at_once_and_is_told_before_all_else(
    connect: Connect, own: RunningService
) -> None:
    with network_to(own.address) as network:
        phone = connect(network.address, token=own.token("eva"))
        allow(phone, "gps", "wifi")
        phone.collect()
        phone.report()
        network.down = True
        assert not phone.withdraw().told_server
        assert phone.collect().queued == ()
        assert own.rows("SELECT count(*) FROM gps_status") == [(1,)]
        network.down = False
        phone.places("utrecht")  # any call will do
    assert own.rows("SELECT count(*) FROM live_grant") == [(0,)]
    assert own.rows("SELECT count(*) FROM gps_status") == [(0,)]
    events = own.rows("SELECT kind, occurred_at < recorded_at FROM consent_event ORDER BY number")
    assert events == [("granted", True), ("withdrawn", True)]


def until_ready(address: str) -> None:
    """Return when the service has its database again; each question waits for it a little."""
    assert any(httpx2.get(f"{address}/readyz").is_success for _ in range(30))


@contextmanager
def out_of_reach(url: str) -> Generator[None]:
    """Let nobody connect to the database, and end the connections that are there."""
    database = str(conninfo_to_dict(url)["dbname"])
    allow_connections = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with psycopg.connect(url, dbname="postgres", autocommit=True) as outside:
        outside.execute(allow_connections.format(sql.Identifier(database), sql.SQL("false")))
        outside.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [database],
        )
        try:
            yield
        finally:
            outside.execute(allow_connections.format(sql.Identifier(database), sql.SQL("true")))
