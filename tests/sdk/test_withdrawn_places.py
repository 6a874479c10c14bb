"""A phone whose customer withdraws and allows again tells the square that it told before.

The home here lies 4 m from a line of the grid, which a receiver's noise crosses every other time.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

import nabij
from nabij.testing import Phone
from nabij_geo.projection import GridPoint
from tests.geo.phones import chance, fix_at, moved, noisy

HOME = GridPoint(3_263_004, 3_973_400)
NORTHERN = "CRS3035RES1000mN3263000E3973000"
SOUTHERN = "CRS3035RES1000mN3262000E3973000"


@pytest.fixture
def phone(nabij_phone: Phone) -> Phone:
    return nabij_phone


def installed(phone: Phone, name: str = "hers") -> nabij.Client:
    """The app on one of Eva's phones."""
    arguments = phone.arguments("eva")
    arguments["folder"] = phone.folder / name
    return nabij.Client(**arguments)


def allow(client: nabij.Client) -> None:
    client.grant(client.notice(), ["gps"])


def dwell(client: nabij.Client, phone: Phone, place: GridPoint) -> str:
    """Stay until a square is told; the square that the service then keeps."""
    phone.gps.reading = fix_at(place, 8.0)
    phone.wait(timedelta(hours=1))
    for _ in range(4):
        client.collect()
        phone.wait(timedelta(minutes=5))
    phone.wait(timedelta(hours=1))
    client.collect()
    client.report()
    return str(list(phone.service.kept("eva").values())[-1]["cell"])


def here(client: nabij.Client, other: nabij.Client) -> None:  # noqa: ARG001 - as `elsewhere`
    client.withdraw()


def elsewhere(client: nabij.Client, other: nabij.Client) -> None:
    other.withdraw()
    client.refresh()


@pytest.mark.parametrize("withdraw", [here, elsewhere], ids=["here", "elsewhere"])
def test_twenty_rounds_near_a_line_tell_one_square(
    phone: Phone, withdraw: Callable[[nabij.Client, nabij.Client], None]
) -> None:
    noise = chance(19)
    told: set[str] = set()
    with installed(phone) as client, installed(phone, "other") as other:
        for _ in range(20):
            allow(client)
            told.add(dwell(client, phone, noisy(HOME, noise, 15)))
            withdraw(client, other)
            assert isinstance(client.permission("gps"), nabij.Refused)
    assert len(told) == 1


def test_the_square_that_was_told_more_often_is_taken(phone: Phone) -> None:
    with installed(phone) as client:
        allow(client)
        for _ in range(2):
            assert dwell(client, phone, moved(HOME, 10)) == NORTHERN
        assert dwell(client, phone, moved(HOME, -300)) == SOUTHERN
        client.withdraw()
        allow(client)
        assert dwell(client, phone, moved(HOME, -20)) == NORTHERN


@pytest.mark.parametrize(("days", "square"), [(29, NORTHERN), (30, SOUTHERN)])
def test_told_squares_are_kept_for_thirty_days(phone: Phone, days: int, square: str) -> None:
    told_and_withdrawn(phone)
    assert rows(phone.folder / "hers") == 1
    phone.wait(timedelta(days=days))
    with installed(phone) as client:
        assert rows(phone.folder / "hers") == (days < 30)
        allow(client)
        assert dwell(client, phone, moved(HOME, -20)) == square


def test_a_clock_that_was_set_back_keeps_them_no_longer(phone: Phone) -> None:
    told_and_withdrawn(phone)
    phone.wait(timedelta(days=-2))
    with installed(phone):
        assert rows(phone.folder / "hers") == 0


def test_forgetting_the_places_forgets_them_with_and_without_permission(phone: Phone) -> None:
    with installed(phone) as client:
        allow(client)
        dwell(client, phone, moved(HOME, 10))
        assert rows(phone.folder / "hers") == 1
        client.forget_places()
        assert rows(phone.folder / "hers") == 0
        dwell(client, phone, moved(HOME, 10))
        client.withdraw()
        assert rows(phone.folder / "hers") == 1
        client.forget_places()
        assert rows(phone.folder / "hers") == 0
        allow(client)
        assert dwell(client, phone, moved(HOME, -20)) == SOUTHERN


def test_thirty_days_begin_with_the_withdrawal(phone: Phone) -> None:
    with installed(phone) as client:
        allow(client)
        dwell(client, phone, moved(HOME, 10))
        phone.wait(timedelta(hours=20))  # under the lease, so the service was not asked since
        client.withdraw()
    phone.wait(timedelta(days=29, hours=12))
    with installed(phone):
        assert rows(phone.folder / "hers") == 1


def test_they_are_forgotten_while_the_app_goes_on_running(phone: Phone) -> None:
    with installed(phone) as client, installed(phone, "other") as other:
        allow(client)
        dwell(client, phone, moved(HOME, 10))
        elsewhere(client, other)
        for days in (29, 1):
            assert rows(phone.folder / "hers") == 1
            phone.wait(timedelta(days=days))
            client.refresh()
        assert rows(phone.folder / "hers") == 0


def test_another_home_has_its_own_square_and_leaves_the_old_one_sealed(phone: Phone) -> None:
    told_and_withdrawn(phone)
    with installed(phone) as client:
        allow(client)
        assert dwell(client, phone, moved(HOME, -2_000)) == "CRS3035RES1000mN3261000E3973000"
        assert rows(phone.folder / "hers") == 2
        client.forget_places()
        assert rows(phone.folder / "hers") == 0


def test_no_square_can_be_told_without_a_grant(phone: Phone) -> None:
    told_and_withdrawn(phone)
    (file,) = (phone.folder / "hers").glob("*.sqlite3")
    with closing(sqlite3.connect(file)) as db, pytest.raises(sqlite3.IntegrityError, match="grant"):
        db.execute("INSERT INTO told_square VALUES (zeroblob(32), 1, NULL)")


def told_and_withdrawn(phone: Phone) -> None:
    with installed(phone) as client:
        allow(client)
        assert dwell(client, phone, moved(HOME, 10)) == NORTHERN
        client.withdraw()


def rows(folder: Path) -> int:
    """How many digests of told squares are on disk."""
    (file,) = folder.glob("*.sqlite3")
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as db:
        ((number,),) = db.execute("SELECT count(*) FROM told_square").fetchall()
    return int(number)
