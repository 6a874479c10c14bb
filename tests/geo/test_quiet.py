"""Where a phone is at a quiet place."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_geo import Anchors, Cell, GridPoint, OutsideGrid, Position
from nabij_geo.projection import ground_distance_m
from nabij_geo.quiet import quiet_tile, quiet_tiles
from tests.geo.phones import START_S, Phone, fix_at, moved, off_the_lines

HOME = GridPoint(3_263_712.5, 3_973_400.5)
places = st.builds(GridPoint, st.floats(1.1e6, 6.7e6), st.floats(1.1e6, 7.3e6))
bearings = st.floats(0, 2 * math.pi)


def away(place: GridPoint, metres: float, bearing: float) -> GridPoint:
    return moved(place, metres * math.cos(bearing), metres * math.sin(bearing))


@given(places, st.floats(0, 299), bearings)
def test_three_hundred_metres_around_are_quiet_wherever_the_place_is(
    place: GridPoint, metres: float, bearing: float
) -> None:
    there = away(place, metres, bearing)
    if ground_distance_m(place, there) <= 299:
        tiles = quiet_tiles(fix_at(place, None))
        assert quiet_tile(fix_at(there), approximate=False) in tiles


@given(places, st.floats(500, 5_000), bearings)
def test_half_a_kilometre_away_is_not(place: GridPoint, metres: float, bearing: float) -> None:
    there = away(place, metres, bearing)
    if ground_distance_m(place, there) >= 500:
        tiles = quiet_tiles(fix_at(place, None))
        assert quiet_tile(fix_at(there), approximate=False) not in tiles


@given(bearings)
def test_of_approximate_fixes_five_kilometres_around_are_quiet(bearing: float) -> None:
    tiles = quiet_tiles(fix_at(HOME, None))
    for metres, is_quiet in ((4_990, True), (7_000, False)):
        tile = quiet_tile(fix_at(away(HOME, metres, bearing)), approximate=True)
        assert (tile in tiles) is is_quiet


def test_a_place_that_is_not_known_well_reaches_farther() -> None:
    there = quiet_tile(fix_at(moved(HOME, 900)), approximate=False)
    assert there not in quiet_tiles(fix_at(HOME, 400.0))
    assert there in quiet_tiles(fix_at(HOME, 800.0))


def test_a_place_outside_the_grid_has_no_tiles() -> None:
    new_york = Position(40.7, -74.0)
    with pytest.raises(OutsideGrid):
        quiet_tiles(new_york)
    with pytest.raises(OutsideGrid):
        quiet_tile(new_york, approximate=False)


def test_what_is_known_of_a_place_is_forgotten_and_no_more() -> None:
    phone = Phone()
    elsewhere = moved(HOME, 5_000)
    cells = [phone.cell_of(elsewhere), phone.cell_of(HOME)]
    assert cells == [Cell.holding(elsewhere), Cell.holding(HOME)]
    phone.anchors, stood = phone.anchors.without(fix_at(moved(HOME, 50)))
    assert stood == {Cell.holding(HOME, each) for each in (1_000, 10_000, 100_000)}
    assert phone.anchors.document()["stay"] is None
    assert phone.remembered() == [off_the_lines(elsewhere)]
    assert phone.anchors.last_told(stood) == Cell.holding(elsewhere)
    assert phone.anchors.last_told(frozenset(cells)) is None


def test_sightings_of_a_place_are_forgotten_too() -> None:
    anchors = Anchors()
    for day in range(2):
        anchors = anchors.step(fix_at(HOME), START_S + day * 86_400).anchors
    assert anchors.document()["sightings"] != []
    assert anchors.without(fix_at(HOME))[0].document()["sightings"] == []


def test_the_square_of_a_place_on_a_line_is_the_one_that_stood_for_it() -> None:
    phone, home = Phone(), GridPoint(3_264_004.5, 3_973_400.5)
    told = phone.cell_of(home)
    _, stood = phone.anchors.without(fix_at(moved(home, -20)))
    assert {told, Cell.holding(moved(home, -20))} <= stood
