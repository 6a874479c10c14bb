"""What the phone finds nearby is the truth, and nobody else learns where it is."""

import random
from uuid import uuid4

import pytest

import nabij
from nabij.testing import FakeSensor
from nabij_geo import Resolution, project
from tests.contract.conftest import Connect
from tests.contract.network import network_to
from tests.contract.phones import HOME, AnyClient, Handset, allow, be_home
from tests.contract.running import RunningService

_COARSEST_FIRST: tuple[Resolution, ...] = (100_000, 10_000, 1_000)
_WITHIN_M = 0.1  # a catalogue tells where its sources are to six decimals of a degree

_TIED = 20
"""So many more are looked up: sources known by their square alone can be equally far."""


@pytest.fixture
def handset() -> Handset:
    """Its sensors; where it is is up to the test."""
    return Handset(gps=FakeSensor())


@pytest.fixture
def phone(connect: Connect, shared: RunningService, handset: Handset) -> AnyClient:
    """The phone of somebody new."""
    return connect(shared.address, token=shared.token(f"somebody-{uuid4()}"), handset=handset)


def test_nearby_is_exact(phone: AnyClient, handset: Handset, shared: RunningService) -> None:
    chance = random.Random(18)  # noqa: S311 - places to stand, no secrets
    for k in (1, 3, 5, 10, 20):
        position = _somewhere(chance)
        handset.gps.give(position)
        be_home(phone)
        found = {source.id: source.distance_m for source in phone.nearby(k)}
        true = shared.nearest(position, k + _TIED)
        assert list(found.values()) == pytest.approx(list(true.values())[:k], abs=_WITHIN_M)
        assert found == pytest.approx({each: true[each] for each in found}, abs=_WITHIN_M)


def test_around_a_typed_place_is_every_source_that_may_be_nearest_in_its_square(
    phone: AnyClient, shared: RunningService
) -> None:
    chance = random.Random(7)  # noqa: S311 - places to stand, no secrets
    for place in phone.places("amer")[:3]:
        around = {source.id: source.distance_m for source in phone.nearby_at(place.cell, 5)}
        for _ in range(5):
            position = _somewhere_in(place.cell, chance)
            for source_id, distance_m in shared.nearest(position, 5).items():
                assert source_id in around
                interval = around[source_id]
                assert interval.nearest_m <= distance_m + _WITHIN_M
                assert distance_m <= interval.farthest_m + _WITHIN_M


def test_no_byte_on_the_network_tells_the_position(
    connect: Connect, shared: RunningService
) -> None:
    with network_to(shared.address) as network:
        phone = connect(network.address, token=shared.token(f"somebody-{uuid4()}"))
        allow(phone, "gps", "gsm", "wifi")
        phone.collect()
        phone.report()
        assert phone.nearby()
        phone.nearby_at(nabij.Cell.containing(HOME))
        phone.withdraw()
        heard = bytes(network.heard)
    assert nabij.Cell.containing(HOME).code.encode() in heard
    assert [number for number in _numbers_of(HOME) if number in heard] == []


def _numbers_of(position: nabij.Position) -> list[bytes]:
    """How the position could be written: in degrees or metres, to 1 km or finer."""
    point = project(position)
    metres = (point.northing_m, point.easting_m)
    return [
        *(f"{degrees:.2f}".encode() for degrees in (position.latitude_deg, position.longitude_deg)),
        *(f"{metre:.0f}".encode() for metre in metres),
        *(f"{metre:.0f}"[:-1].encode() for metre in metres),
        *(f"{metre:.0f}"[:-2].encode() for metre in metres),
    ]


def _somewhere(chance: random.Random) -> nabij.Position:
    """In the Netherlands, or not far from it."""
    return nabij.Position(chance.uniform(50.8, 53.5), chance.uniform(3.4, 7.2))


def _somewhere_in(cell: nabij.Cell, chance: random.Random) -> nabij.Position:
    (west, south), (east, _), (_, north) = cell.polygon()["coordinates"][0][:3]
    while True:
        position = nabij.Position(chance.uniform(south, north), chance.uniform(west, east))
        if nabij.Cell.containing(position) == cell:
            return position
