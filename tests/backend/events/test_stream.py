"""The stream: what it begins with, what it never says, and when it ends."""

import time
from datetime import timedelta

import psycopg
import pytest

from tests.service import Caller, Service, notice

_PATIENCE_S = 20.0

MOMENT = timedelta(milliseconds=30)


@pytest.fixture
def eva(service: Service) -> Caller:
    """Somebody who granted everything: act 1, under notice 1."""
    caller = service.caller()
    caller.grant()
    return caller


def heard(eva: Caller, last_event_id: str | None = None, within: timedelta = MOMENT) -> str:
    """All that a stream says to somebody whose sign-in ends in a moment."""
    clock = eva.service.clock
    token = eva.service.token("eva", timedelta(seconds=1))
    clock.advance(timedelta(seconds=1) - within)
    headers = {"Authorization": f"Bearer {token}"}
    if last_event_id is not None:
        headers["Last-Event-ID"] = last_event_id
    answer = eva.service.http.get("/v1/events", headers=headers)
    clock.advance(within)  # tokens end at whole seconds
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text


ALL_NEW = """\
retry: 1000

event: consent-changed
data: {"number": 1}
id: 1-0

event: notice-changed
data: {"version": 1}
id: 1-1

"""


def test_a_stream_begins_with_what_is_new_and_ends_with_the_sign_in(eva: Caller) -> None:
    assert heard(eva) == ALL_NEW


def test_who_comes_back_is_told_what_changed_meanwhile(eva: Caller) -> None:
    assert heard(eva, "1-1") == "retry: 1000\n\n"
    eva.withdraw()
    eva.service.publish(notice(2))
    assert [line for line in heard(eva, "1-1").splitlines() if line.startswith("id")] == [
        "id: 2-1",
        "id: 2-2",
    ]


@pytest.mark.parametrize("garbage", ["52.3702", "99-99", "1-1; DROP TABLE notice"])
def test_a_last_event_id_that_cannot_be_counts_as_none(eva: Caller, garbage: str) -> None:
    assert heard(eva, garbage) == ALL_NEW


def test_a_stream_says_nothing_of_another_person(eva: Caller) -> None:
    eva.service.caller("bob").grant()
    assert heard(eva, "1-1") == "retry: 1000\n\n"


def test_a_quiet_stream_shows_that_it_lives(eva: Caller) -> None:
    eva.service.change(heartbeat_s=0.001)
    assert ": still here\n\n" in heard(eva, "1-1", timedelta(milliseconds=500))


def test_a_stream_holds_no_connection_of_the_pool(
    eva: Caller, superuser: psycopg.Connection
) -> None:
    heard(eva)
    deadline = time.monotonic() + _PATIENCE_S  # the feed may be looking just now
    while (held := in_transactions(superuser)) and time.monotonic() < deadline:
        pass
    assert held == 0


def in_transactions(superuser: psycopg.Connection) -> int:
    """How many connections wait inside of a transaction."""
    ((count,),) = superuser.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND state LIKE 'idle in transaction%'"
    ).fetchall()
    return count
