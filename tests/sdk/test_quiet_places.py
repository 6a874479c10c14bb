"""A place that the customer marked is never told, and no gap shows it."""

import asyncio
import itertools
import sqlite3
from contextlib import closing
from datetime import timedelta
from uuid import uuid4

import pytest

import nabij
from nabij import Position
from nabij.sensors import Access
from nabij.testing import Phone
from nabij_geo import Cell, GridPoint
from tests.geo.phones import fix_at, moved

HOME = GridPoint(3_263_712, 3_973_400)
WORK = moved(HOME, 7_000)
CLINIC = moved(HOME, 0, 12_000)
HOME_CELL, WORK_CELL, CLINIC_CELL = (Cell.holding(each).code for each in (HOME, WORK, CLINIC))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def phone(nabij_phone: Phone) -> Phone:
    nabij_phone.gps.reading = fix_at(HOME, 8.0)
    return nabij_phone


@pytest.fixture
def client(phone: Phone, nabij_client: nabij.Client) -> nabij.Client:
    """A client whose customer allowed gps on this phone."""
    assert phone.sensors.get("gps") is phone.gps
    nabij_client.grant(nabij_client.notice(), ["gps"])
    return nabij_client


def stay(client: nabij.Client, phone: Phone, place: GridPoint, hours: int = 4) -> nabij.Collected:
    """Be somewhere for hours, with an app that runs; the last round."""
    phone.gps.reading = fix_at(place, 8.0)
    ends_at = phone.clock() + hours * HOUR
    stepped = client.step()
    while phone.clock() < ends_at:
        phone.clock.advance(stepped.again_at - phone.clock())
        stepped = client.step()
    return stepped.collected


def told(phone: Phone) -> list[str]:
    return [str(each.state["cell"]) for each in phone.service.statuses if each.signal == "gps"]


def test_a_marked_place_is_never_told_and_the_last_other_square_stands_on(
    phone: Phone, client: nabij.Client
) -> None:
    stay(client, phone, HOME)
    place = client.mark_quiet("Kliniek", at=fix_at(CLINIC, 0.0))
    for _ in range(20):
        assert stay(client, phone, CLINIC, 20).at_quiet_place
        assert not stay(client, phone, HOME, 4).at_quiet_place
    assert set(told(phone)) == {HOME_CELL}
    assert client.square() == Cell.parse(HOME_CELL)
    assert client.quiet_places() == (place,)


def test_no_gap_shows_weeks_at_a_quiet_place(phone: Phone, client: nabij.Client) -> None:
    client.mark_quiet(at=fix_at(CLINIC, 0.0))
    stay(client, phone, HOME)
    before = len(told(phone))
    stay(client, phone, CLINIC, 24 * 30)
    hours = [each.hour for each in phone.service.statuses if each.signal == "gps"][before - 1 :]
    assert set(told(phone)) == {HOME_CELL}
    assert len(hours) == 5
    gaps = [later - earlier for earlier, later in itertools.pairwise(hours)]
    assert all(timedelta(days=7) <= each <= timedelta(days=7, hours=2) for each in gaps)


def test_where_the_phone_is_can_be_marked(phone: Phone, client: nabij.Client) -> None:
    with pytest.raises(nabij.NoPosition):
        client.mark_quiet("nowhere yet")
    stay(client, phone, HOME)
    phone.gps.reading = fix_at(CLINIC, 8.0)
    phone.wait(HOUR)
    client.collect()
    place = client.mark_quiet("Oma")
    assert place.name == "Oma"
    stay(client, phone, CLINIC, 8)
    assert set(told(phone)) == {HOME_CELL}


def test_a_known_place_is_forgotten_and_what_waits_of_it_is_dropped(
    phone: Phone, client: nabij.Client
) -> None:
    stay(client, phone, HOME)
    phone.chance = 1.0
    phone.gps.reading = fix_at(CLINIC, 8.0)
    phone.wait(HOUR)
    for _ in range(3):
        client.collect()
        phone.wait(5 * MINUTE)
    assert [each.status["cell"] for each in client.pending().waiting] == [CLINIC_CELL]
    client.mark_quiet()
    assert client.pending().waiting == ()
    assert stay(client, phone, CLINIC, 5).at_quiet_place
    assert set(told(phone)) == {HOME_CELL}


def test_where_its_square_was_told_last_the_other_one_takes_its_place(
    phone: Phone, client: nabij.Client
) -> None:
    stay(client, phone, WORK)
    stay(client, phone, HOME)
    assert told(phone) == [WORK_CELL, HOME_CELL]
    client.mark_quiet("Thuis")
    assert client.square() == Cell.parse(WORK_CELL)
    stay(client, phone, HOME, 6)
    assert told(phone) == [WORK_CELL, HOME_CELL, WORK_CELL]


def test_marking_a_place_elsewhere_changes_nothing_here(phone: Phone, client: nabij.Client) -> None:
    stay(client, phone, WORK)
    stay(client, phone, HOME)
    client.mark_quiet(at=fix_at(CLINIC, 0.0))
    assert client.pending().waiting == ()
    assert client.square() == Cell.parse(HOME_CELL)


def test_a_square_that_waits_from_elsewhere_is_told_from_a_quiet_place(
    phone: Phone, client: nabij.Client
) -> None:
    client.mark_quiet(at=fix_at(CLINIC, 0.0))
    stay(client, phone, HOME)
    phone.chance = 1.0
    phone.gps.reading = fix_at(WORK, 8.0)
    phone.wait(HOUR)
    for _ in range(3):
        client.collect()
        phone.wait(5 * MINUTE)
    stay(client, phone, CLINIC, 5)
    assert told(phone) == [HOME_CELL, WORK_CELL]


def test_the_preview_says_that_the_square_is_another(phone: Phone, client: nabij.Client) -> None:
    client.mark_quiet(at=fix_at(CLINIC, 0.0))
    stay(client, phone, HOME)
    phone.wait(7 * DAY)
    client.refresh()
    phone.gps.reading = fix_at(CLINIC, 8.0)
    client.collect()
    preview = client.preview()
    assert preview is not None
    assert preview.at_quiet_place
    assert HOME_CELL.encode() in preview.body
    assert preview.why["cell"].startswith("the last square outside the quiet places")
    phone.wait(2 * HOUR)
    phone.gps.reading = fix_at(HOME, 8.0)
    client.collect()
    preview = client.preview()
    assert preview is not None
    assert not preview.at_quiet_place


def test_what_is_near_is_shown_at_a_quiet_place(phone: Phone, client: nabij.Client) -> None:
    client.mark_quiet(at=fix_at(HOME, 0.0))
    stay(client, phone, HOME, 1)
    assert client.nearby(k=1)
    assert client.square() is None
    assert told(phone) == []


def test_an_unmarked_place_is_told_like_any_other(phone: Phone, client: nabij.Client) -> None:
    place = client.mark_quiet(at=fix_at(HOME, 0.0))
    stay(client, phone, HOME)
    phone.wait(HOUR)
    assert client.collect().at_quiet_place
    client.unmark_quiet(place.id)
    client.unmark_quiet(uuid4())
    assert client.quiet_places() == ()
    assert not client.collect().at_quiet_place
    stay(client, phone, HOME)
    assert told(phone) == [HOME_CELL]


def test_of_an_approximate_position_five_kilometres_around_are_quiet(
    phone: Phone, client: nabij.Client
) -> None:
    client.mark_quiet(at=fix_at(HOME, 0.0))
    phone.gps.allow(Access.APPROXIMATE)
    phone.gps.reading = fix_at(moved(HOME, 3_000, 2_000), 2_000.0)
    for _ in range(20):
        client.step()
        phone.wait(HOUR)
    assert told(phone) == []


def test_a_place_that_is_not_known_well_enough_is_not_marked(
    phone: Phone, client: nabij.Client
) -> None:
    for accuracy_m in (None, 5_001.0):
        with pytest.raises(nabij.NoPosition):
            client.mark_quiet(at=fix_at(HOME, accuracy_m))
    with pytest.raises(nabij.OutsideEurope):
        client.mark_quiet(at=Position(40.7, -74.0))
    with pytest.raises(ValueError, match="64 characters"):
        client.mark_quiet("a" * 65, at=fix_at(HOME, 0.0))
    assert client.quiet_places() == ()
    for number in range(32):
        client.mark_quiet(at=fix_at(moved(HOME, 1_000 * number), 0.0))
    with pytest.raises(ValueError, match="remove one first"):
        client.mark_quiet(at=fix_at(WORK, 0.0))
    assert phone.service.statuses == ()


def test_it_outlives_withdrawal_forgetting_and_restart(phone: Phone, client: nabij.Client) -> None:
    place = client.mark_quiet("Oma", at=fix_at(HOME, 0.0))
    client.withdraw()
    client.forget_places()
    client.close()
    with nabij.Client(**phone.arguments("eva")) as again:
        assert again.quiet_places() == (place,)
        again.grant(again.notice(), ["gps"])
        stay(again, phone, HOME)
    assert told(phone) == []


def test_it_is_of_one_customer(phone: Phone, client: nabij.Client) -> None:
    client.mark_quiet(at=fix_at(HOME, 0.0))
    client.close()
    with nabij.Client(**phone.arguments("bram")) as other:
        assert other.quiet_places() == ()


def test_nothing_in_the_file_says_where_it_is(phone: Phone, client: nabij.Client) -> None:
    client.mark_quiet("Oma", at=fix_at(HOME, 0.0))
    (path,) = phone.folder.rglob("*.sqlite3")
    with closing(sqlite3.connect(path)) as db:
        digests = [each for (each,) in db.execute("SELECT digest FROM quiet_tile")]
    assert len(set(digests)) == len(digests) > 50
    assert {len(each) for each in digests} == {32}
    files = (each for each in phone.folder.rglob("*") if each.is_file())
    written = b"".join(each.read_bytes() for each in files)
    for number in (b"32637", b"39734", b"100mN", b"CRS3035"):
        assert number not in written


def test_both_clients_mark_places(phone: Phone) -> None:
    async def play() -> None:
        async with nabij.AsyncClient(**phone.async_arguments("eva")) as client:
            place = await client.mark_quiet("Oma", at=fix_at(HOME, 0.0))
            assert await client.quiet_places() == (place,)
            await client.unmark_quiet(place.id)
            assert await client.quiet_places() == ()
            assert await client.square() is None

    asyncio.run(play())
