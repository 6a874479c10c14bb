"""A phone that was set up anew tells the square that its customer is known by already.

The home here lies on a line of the grid: two dwells in it, twenty metres apart, are in two squares.
"""

from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

import nabij
from nabij.testing import Phone, Serve, ServerError
from nabij_geo.projection import GridPoint, unproject

NORTH = unproject(GridPoint(3_263_010, 3_973_400))
SOUTH = unproject(GridPoint(3_262_990, 3_973_400))
NORTHERN = "CRS3035RES1000mN3263000E3973000"
SOUTHERN = "CRS3035RES1000mN3262000E3973000"
WORKING = "CRS3035RES1000mN3270000E3973000"


@pytest.fixture
def phone(nabij_phone: Phone) -> Phone:
    return nabij_phone


def installed(phone: Phone, name: str) -> nabij.Client:
    """The app as installed under this name: with a folder of its own, and nothing in it yet."""
    arguments = phone.arguments("eva")
    arguments["folder"] = phone.folder / name
    return nabij.Client(**arguments)


def dwell(client: nabij.Client, phone: Phone, place: nabij.Position) -> str:
    """Stay at a place until its square is told; the square that the service then keeps."""
    phone.gps.reading = nabij.Position(place.latitude_deg, place.longitude_deg, 8.0)
    for _ in range(4):
        client.collect()
        phone.wait(timedelta(minutes=5))
    phone.wait(timedelta(hours=1))
    client.collect()
    client.report()
    kept = list(phone.service.kept("eva").values())
    return str(kept[-1]["cell"])


def at_home_in_the_north(phone: Phone) -> None:
    with installed(phone, "before") as client:
        client.grant(client.notice(), ["gps"])
        assert dwell(client, phone, NORTH) == NORTHERN


def asked(phone: Phone) -> int:
    return [each.route for each in phone.service.requests].count("GET /v1/me/cell")


def test_a_place_stays_the_same_square_after_a_reinstall(phone: Phone) -> None:
    at_home_in_the_north(phone)
    with installed(phone, "after") as client:
        client.refresh()
        assert NORTHERN.encode() in bytes_in(phone.folder / "after")
        assert dwell(client, phone, SOUTH) == NORTHERN


def test_the_squares_of_every_phone_of_the_customer_are_taken_over(phone: Phone) -> None:
    at_home_in_the_north(phone)
    with installed(phone, "tablet") as client:
        client.grant(client.notice(), ["gps"])
        client.refresh()
        work = unproject(GridPoint(3_270_010, 3_973_400))
        assert dwell(client, phone, work) == WORKING
    with installed(phone, "after") as client:
        client.refresh()
        for code in (NORTHERN, WORKING):
            assert code.encode() in bytes_in(phone.folder / "after")
        assert dwell(client, phone, unproject(GridPoint(3_269_990, 3_973_400))) == WORKING
        phone.wait(timedelta(hours=1))
        assert dwell(client, phone, SOUTH) == NORTHERN


def test_without_that_the_square_would_be_another(phone: Phone) -> None:
    with installed(phone, "before") as client:
        client.grant(client.notice(), ["gps"])
        assert dwell(client, phone, SOUTH) == SOUTHERN


def test_it_is_asked_for_once(phone: Phone) -> None:
    at_home_in_the_north(phone)
    for _ in range(2):
        with installed(phone, "after") as client:
            client.refresh()
            client.refresh()
    assert asked(phone) == 1


def test_a_service_that_knows_no_square_is_asked_once(phone: Phone) -> None:
    with installed(phone, "only") as client:
        client.grant(client.notice(), ["gps"])
        client.refresh()
        client.refresh()
    assert asked(phone) == 1


def test_nobody_is_asked_without_consent(phone: Phone) -> None:
    at_home_in_the_north(phone)
    with installed(phone, "after") as client:
        client.refuse(client.notice(), ["gps"])
        client.refresh()
    assert asked(phone) == 0


def test_what_was_not_answered_is_asked_again(phone: Phone) -> None:
    at_home_in_the_north(phone)
    with installed(phone, "after") as client:
        phone.service.fail_next(no_fault, no_fault, ServerError())
        client.refresh()
        assert isinstance(client.permission("gps"), nabij.Allowed)
        client.refresh()
        assert dwell(client, phone, SOUTH) == NORTHERN
    assert asked(phone) == 2


def test_forgotten_places_are_not_taken_over_again(phone: Phone) -> None:
    at_home_in_the_north(phone)
    with installed(phone, "after") as client:
        client.refresh()
        client.forget_places()
        client.refresh()
        assert dwell(client, phone, SOUTH) == SOUTHERN


def test_a_square_that_comes_after_the_withdrawal_is_not_kept(phone: Phone) -> None:
    at_home_in_the_north(phone)
    with installed(phone, "after") as client:

        def after_withdrawing(request: httpx2.Request, serve: Serve) -> httpx2.Response:  # noqa: ARG001
            came = serve()
            client.withdraw()
            return came

        phone.service.fail_next(no_fault, no_fault, after_withdrawing)
        client.refresh()
    assert NORTHERN.encode() not in bytes_in(phone.folder / "after")


def no_fault(request: httpx2.Request, serve: Serve) -> httpx2.Response:  # noqa: ARG001 - a Fault
    return serve()


def bytes_in(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())
