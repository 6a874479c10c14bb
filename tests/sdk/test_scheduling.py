"""When a square is told: if it changed, else weekly, at a random minute of the following hour."""

import itertools
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nabij
from nabij import Holding, Purpose, Signal
from nabij._errors import CallbackFailed
from nabij._queue import Row
from nabij._scheduling import is_current, random_minute
from nabij.testing import Phone, Serve
from nabij_geo import Cell
from tests.geo.phones import fix_at, moved
from tests.sdk.resting import DAY, HOME, HOUR, MINUTE, dwell, kept_for

WORK = moved(HOME, 7_000)
HOME_CELL, WORK_CELL = Cell.holding(HOME).code, Cell.holding(WORK).code
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def phone(nabij_phone: Phone) -> Phone:
    """A phone at home."""
    nabij_phone.gps.reading = fix_at(HOME, 8.0)
    return nabij_phone


@pytest.fixture
def client(phone: Phone, nabij_client: nabij.Client) -> nabij.Client:
    """A client whose customer allowed gps."""
    assert phone.clock().minute == 30
    nabij_client.grant(nabij_client.notice(), ["gps"])
    return nabij_client


def told(phone: Phone) -> list[tuple[datetime, str]]:
    """What the service was told, and when."""
    moments = [each.at for each in phone.service.requests if "gps" in each.signals]
    squares = [str(each.state["cell"]) for each in phone.service.statuses if each.signal == "gps"]
    return list(zip(moments, squares, strict=True))


@given(st.floats(0, 1))
def test_it_is_a_minute_of_the_hour(share: float) -> None:
    assert random_minute(NOON, lambda: share) == NOON + min(int(60 * share), 59) * MINUTE


def test_every_minute_is_as_likely() -> None:
    shares = iter([n / 600 for n in range(600)])
    minutes = Counter(random_minute(NOON, lambda: next(shares)).minute for _ in range(600))
    assert set(minutes) == set(range(60))
    assert set(minutes.values()) <= {9, 10, 11}


def test_where_chance_fails_it_is_the_last_minute() -> None:
    def fail() -> float:
        raise CallbackFailed("chance")

    assert random_minute(NOON, fail) == NOON + 59 * MINUTE


def row(cell: str = HOME_CELL, *, hour: datetime = NOON, epoch: int = 1) -> Row:
    purpose = Purpose("nearby-sources")
    return Row(UUID(int=1), purpose, Signal.GPS, epoch, hour, Cell.parse(cell))


@pytest.mark.parametrize(
    ("before", "kept", "current"),
    [
        (None, 30 * DAY, False),
        (row(), 30 * DAY, True),
        (row(WORK_CELL), 30 * DAY, False),
        (row(epoch=2), 30 * DAY, False),
        (row(hour=NOON - 7 * DAY + HOUR), 30 * DAY, True),
        (row(hour=NOON - 7 * DAY), 30 * DAY, False),
        (row(hour=NOON - 47 * HOUR), 4 * DAY, True),
        (row(hour=NOON - 48 * HOUR), 4 * DAY, False),
        (row(hour=NOON - 11 * HOUR), DAY, True),
        (row(hour=NOON - 12 * HOUR), DAY, False),
        (row(hour=NOON + HOUR), 30 * DAY, False),
    ],
)
def test_a_square_is_current_for_a_week_or_half_the_time_that_it_is_kept(
    before: Row | None, kept: timedelta, *, current: bool
) -> None:
    assert is_current(before, row(), kept) is current


def test_a_new_square_waits_for_its_minute(phone: Phone, client: nabij.Client) -> None:
    phone.chance = 0.5
    assert dwell(client, phone).queued == ("gps",)
    due_at = phone.clock().replace(minute=30) + HOUR
    held = client.report().held
    assert held is not None
    assert (held.why, held.until) == (Holding.SCHEDULED, due_at)
    assert [each.due_at for each in client.pending().waiting] == [due_at]
    preview = client.preview()
    assert preview is not None
    assert HOME_CELL.encode() in preview.body
    phone.wait(due_at - phone.clock() - MINUTE)
    assert client.report().accepted == 0
    phone.wait(MINUTE)
    assert client.report().accepted == 1
    assert told(phone) == [(due_at, HOME_CELL)]


def test_what_is_told_is_the_hour_of_the_look(phone: Phone, client: nabij.Client) -> None:
    dwell(client, phone)
    hour = phone.clock().replace(minute=0)
    phone.wait(HOUR)
    client.report()
    assert [each.hour for each in phone.service.statuses] == [hour]


def test_looks_at_the_same_place_do_not_put_it_off(phone: Phone, client: nabij.Client) -> None:
    phone.chance = 1.0
    dwell(client, phone)
    (first,) = client.pending().waiting
    phone.chance = 0.0
    phone.wait(HOUR)
    assert client.collect().queued == ("gps",)
    assert client.pending().waiting == (first,)


def test_the_same_square_is_told_again_after_a_week_and_not_before(
    phone: Phone, client: nabij.Client
) -> None:
    dwell(client, phone)
    for _ in range(24 * 15):
        phone.wait(HOUR)
        client.step()
    moments = [at for at, _ in told(phone)]
    assert {cell for _, cell in told(phone)} == {HOME_CELL}
    assert len(moments) == 3
    assert all(
        7 * DAY <= later - earlier <= 7 * DAY + 2 * HOUR
        for earlier, later in itertools.pairwise(moments)
    )


def test_a_known_square_is_nothing_new(phone: Phone, client: nabij.Client) -> None:
    dwell(client, phone)
    phone.wait(HOUR)
    client.report()
    phone.wait(HOUR)
    collected = client.collect()
    assert (collected.queued, collected.unsettled) == ((), {"gps"})
    assert client.pending().waiting == ()
    assert client.nearby(k=1)


def test_another_square_takes_its_place(phone: Phone, client: nabij.Client) -> None:
    phone.chance = 1.0
    dwell(client, phone)
    dwell(client, phone, WORK)
    assert [each.status["cell"] for each in client.pending().waiting] == [WORK_CELL]


def test_back_at_the_told_square_nothing_waits(phone: Phone, client: nabij.Client) -> None:
    dwell(client, phone)
    phone.wait(HOUR)
    client.report()
    phone.chance = 1.0
    dwell(client, phone, WORK)
    assert client.pending().waiting
    dwell(client, phone)
    assert client.pending().waiting == ()
    assert client.pending().dropped == {}
    phone.wait(2 * HOUR)
    client.report()
    assert [cell for _, cell in told(phone)] == [HOME_CELL]


def test_it_is_remembered_over_a_restart(phone: Phone, client: nabij.Client) -> None:
    dwell(client, phone)
    phone.wait(HOUR)
    client.report()
    phone.chance = 1.0
    dwell(client, phone, WORK)
    client.close()
    with nabij.Client(**phone.arguments("eva")) as again:
        assert again.pending().waiting[0].due_at is not None
        assert dwell(again, phone).queued == ()
        assert again.pending().waiting == ()


_AS_BEFORE = """
ALTER TABLE reported RENAME TO everything;
CREATE TABLE reported (
    id TEXT NOT NULL UNIQUE, purpose TEXT NOT NULL, signal TEXT NOT NULL CHECK (signal = 'gps'),
    epoch INTEGER NOT NULL, hour TEXT NOT NULL, status TEXT NOT NULL, PRIMARY KEY (purpose, signal),
    FOREIGN KEY (purpose, signal, epoch)
        REFERENCES live_grant (purpose, signal, epoch) ON DELETE CASCADE
);
INSERT INTO reported SELECT * FROM everything WHERE signal = 'gps';
DROP TABLE everything;
PRAGMA user_version = 3;
"""


def test_a_store_of_the_version_before_remembers_the_square_and_the_places(
    phone: Phone, client: nabij.Client
) -> None:
    dwell(client, phone)
    phone.wait(HOUR)
    client.report()
    client.close()
    (path,) = phone.folder.rglob("*.sqlite3")
    with closing(sqlite3.connect(path)) as db:
        db.executescript(_AS_BEFORE)
    with nabij.Client(**phone.arguments("eva")) as again:
        phone.wait(HOUR)
        again.refresh()
        assert (again.collect().queued, squares(phone.folder)) == ((), 1)
        again.grant(again.notice(), ["gps", "wifi"])
        again.step()
        assert squares(phone.folder) == 2
        again.withdraw()
        assert squares(phone.folder) == 0


def withdrawn(client: nabij.Client, phone: Phone) -> None:  # noqa: ARG001 - as `elsewhere`
    client.withdraw()


def elsewhere(client: nabij.Client, phone: Phone) -> None:
    phone.service.other_device("eva").withdraw()
    client.refresh()


@pytest.mark.parametrize("end", [withdrawn, elsewhere])
def test_it_goes_with_the_grant(
    phone: Phone, client: nabij.Client, end: Callable[[nabij.Client, Phone], None]
) -> None:
    dwell(client, phone)
    phone.wait(HOUR)
    client.report()
    assert squares(phone.folder) == 1
    end(client, phone)
    assert squares(phone.folder) == 0
    client.grant(client.notice(), ["gps"])
    phone.wait(HOUR)
    assert dwell(client, phone).queued == ("gps",)


@pytest.mark.parametrize("days", [1, 3, 10, 365])
def test_a_square_is_renewed_before_the_service_drops_it(
    phone: Phone, client: nabij.Client, days: int
) -> None:
    phone.chance = 1.0
    phone.service.publish(kept_for(client.notice().notice, days))
    client.grant(client.notice(), ["gps"])
    for _ in range(24 * 22):
        client.step()
        phone.wait(HOUR)
    moments = [at for at, _ in told(phone)]
    hours = [each.hour for each in phone.service.statuses]
    assert len(moments) > 2
    assert all(at < hour + days * DAY for at, hour in zip(moments[1:], hours, strict=False))


def test_under_a_new_grant_the_same_square_is_told_anew(phone: Phone, client: nabij.Client) -> None:
    dwell(client, phone)
    phone.wait(HOUR)
    client.report()
    phone.service.publish(kept_for(client.notice().notice, 9))
    client.grant(client.notice(), ["gps"])
    assert squares(phone.folder) == 0
    dwell(client, phone)
    assert [each.status["cell"] for each in client.pending().waiting] == [HOME_CELL]
    phone.wait(HOUR)
    client.report()
    assert [cell for _, cell in told(phone)] == [HOME_CELL] * 2


def test_it_goes_with_the_places(phone: Phone, client: nabij.Client) -> None:
    dwell(client, phone)
    phone.wait(HOUR)
    client.report()
    client.forget_places()
    assert squares(phone.folder) == 0


def squares(folder: Path) -> int:
    (path,) = folder.rglob("*.sqlite3")
    with closing(sqlite3.connect(path)) as db:
        ((number,),) = db.execute("SELECT count(*) FROM reported").fetchall()
    return number


def test_an_answer_that_comes_after_the_withdrawal_leaves_nothing(
    phone: Phone, client: nabij.Client
) -> None:
    dwell(client, phone)
    phone.wait(HOUR)

    def after_withdrawing(request: httpx2.Request, serve: Serve) -> httpx2.Response:  # noqa: ARG001
        accepted = serve()
        client.withdraw()
        return accepted

    phone.service.fail_next(after_withdrawing)
    client.report()
    assert squares(phone.folder) == 0
    assert phone.service.kept("eva") == {}


def test_what_never_moves_goes_at_once(phone: Phone) -> None:
    with nabij.Client(**phone.arguments("eva"), coarsening="plain") as gateway:
        gateway.grant(gateway.notice(), ["gps"])
        for _ in range(2):
            assert gateway.collect().queued == ("gps",)
            assert gateway.report().accepted == 1


def test_a_round_comes_back_at_the_minute(phone: Phone, client: nabij.Client) -> None:
    phone.chance = 0.25
    for _ in range(30):
        phone.clock.advance(client.step().again_at - phone.clock())
    assert [(at.minute, cell) for at, cell in told(phone)] == [(15, HOME_CELL)]


def test_an_app_that_is_opened_twice_a_day_tells_at_the_next_opening(
    phone: Phone, client: nabij.Client
) -> None:
    for _ in range(30):
        for place in (WORK, HOME):
            phone.gps.reading = fix_at(place, 8.0)
            phone.wait(12 * HOUR)
            client.step()
            assert len(client.pending().waiting) <= 1
    cells = [cell for _, cell in told(phone)]
    assert len(cells) > 50
    assert all(cell != after for cell, after in itertools.pairwise(cells))


def test_days_without_a_report_leave_the_newest_two(phone: Phone, client: nabij.Client) -> None:
    for day in range(6):
        dwell(client, phone, moved(HOME, 7_000 * day))  # and report nothing
        phone.wait(DAY / 2)
    ready, later = client.pending().waiting
    assert (ready.due_at, later.due_at is None) == (None, False)
    expected = [Cell.holding(moved(HOME, 7_000 * day)).code for day in (4, 5)]
    assert [each.status["cell"] for each in (ready, later)] == expected
    assert client.report().accepted == 1
    assert [cell for _, cell in told(phone)] == expected[1:]
    assert client.pending().waiting == ()


def test_a_square_whose_minute_has_passed_is_told_before_the_next(
    phone: Phone, client: nabij.Client
) -> None:
    dwell(client, phone)
    phone.wait(2 * HOUR)
    dwell(client, phone, WORK)
    client.report()
    phone.wait(HOUR)
    client.report()
    assert [cell for _, cell in told(phone)] == [HOME_CELL, WORK_CELL]
