"""Phones that grant approximate positions only: the same rules, in squares of 10 km."""

import math

import pytest

from nabij_geo import Anchors, Cell, GridPoint, Resolution
from tests.geo.phones import START_S, Phone, chance, fix_at, moved, reloaded

HOME = GridPoint(3_263_712.5, 3_973_400.5)
HOME_CELL = Cell.holding(HOME, 10_000)
ON_A_LINE = GridPoint(3_260_004.5, 3_973_400.5)
ACCURACY_M = 2_000.0


def approximate(anchors: Anchors | None = None) -> Phone:
    """Return a phone whose platform blurs positions."""
    return Phone((anchors or Anchors()).for_fixes(approximate=True))


def told(phone: Phone, *points: GridPoint) -> list[Cell]:
    cells = [phone.look(point, ACCURACY_M).cell for point in points]
    return [each for each in cells if each is not None]


class FakeFudger:
    """What Android makes of a place: an offset that changes a little each hour, and a grid of 2 km.

    After LocationFudger of the Android Open Source Project, with its numbers, but for the grid: its
    lines are those of degrees.
    """

    def __init__(self, seed: int) -> None:
        self._chance = chance(seed)
        self._offset = [self._random(), self._random()]

    def _random(self) -> float:
        return self._chance.gauss(0, ACCURACY_M / 4)

    def blurred(self, point: GridPoint) -> GridPoint:
        """Return what an app is given, an hour after the last time."""
        old = math.sqrt(1 - 0.03**2)
        self._offset = [old * each + 0.03 * self._random() for each in self._offset]
        north, east = (each + off for each, off in zip(point, self._offset, strict=True))
        return GridPoint(
            round(north / ACCURACY_M) * ACCURACY_M, round(east / ACCURACY_M) * ACCURACY_M
        )


def test_a_dwell_has_the_square_of_10_km() -> None:
    phone = approximate()
    assert told(phone, *[HOME] * 4) == [HOME_CELL] * 2


@pytest.mark.parametrize("resolution_m", [1_000, 10_000, 100_000])
def test_nothing_finer_is_told_whatever_was_granted(resolution_m: Resolution) -> None:
    phone = approximate()
    phone.resolution_m = resolution_m
    (cell, _) = told(phone, *[HOME] * 4)
    assert cell == Cell.holding(HOME, 100_000 if resolution_m == 100_000 else 10_000)


def test_a_look_at_a_known_place_is_told_at_once() -> None:
    phone = approximate()
    told(phone, *[HOME] * 3, moved(HOME, 30_000))
    assert told(phone, moved(HOME, 1_900)) == [HOME_CELL]


def test_three_days_of_single_looks_make_an_anchor() -> None:
    phone, cells = approximate(), list[Cell]()
    for day in range(3):
        phone.now_s = START_S + day * 86_400
        cells += told(phone, moved(HOME, 0, 600 * day))
    assert cells == [HOME_CELL]


@pytest.mark.parametrize("seed", range(40))
def test_a_home_on_a_line_is_one_square_for_all_the_blur(seed: int) -> None:
    phone, fudger = approximate(), FakeFudger(seed)
    cells = told(phone, *(fudger.blurred(ON_A_LINE) for _ in range(24 * 30)))
    assert len(set(cells)) == 1
    assert len(cells) > 24 * 15


def test_an_accuracy_of_half_the_square_is_the_worst() -> None:
    phone = approximate()
    assert [phone.look(HOME, 5_000).cell for _ in range(3)][-1] == HOME_CELL
    for accuracy_m in (5_001, None):
        assert phone.look(HOME, accuracy_m).cell is None


def test_a_drive_is_told_nowhere() -> None:
    phone = approximate()
    assert told(phone, *(moved(HOME, 5_000 * each) for each in range(20))) == []


@pytest.mark.parametrize("home", [HOME, ON_A_LINE])
def test_precise_places_are_forgotten_and_their_squares_are_not(home: GridPoint) -> None:
    precise = Phone()
    cell = precise.cell_of(home)
    blurred = precise.anchors.for_fixes(approximate=True)
    assert blurred.document()["anchors"] == []
    phone = approximate(blurred)
    assert set(told(phone, *[moved(home, -900)] * 4)) == {cell.parent(10_000)}
    again = Phone(phone.anchors.for_fixes(approximate=False))
    assert again.anchors.document()["anchors"] == []
    assert again.cell_of(home) == cell


def test_a_place_first_known_by_10_km_is_in_that_square_when_it_is_known_by_1_km() -> None:
    phone = approximate()
    (cell, _) = told(phone, *[moved(ON_A_LINE, -300)] * 4)
    assert cell != Cell.holding(ON_A_LINE, 10_000)
    precise = Phone(phone.anchors.for_fixes(approximate=False))
    assert precise.cell_of(ON_A_LINE).parent(10_000) == cell


def test_what_was_told_before_is_recalled_from_farther_away() -> None:
    near = Cell.holding(moved(HOME, 6_500), 1_000)
    asked: set[Cell] = set()

    def times_told(cell: Cell) -> int:
        asked.add(cell)
        return int(cell == near)

    anchors = Anchors().for_fixes(approximate=True).recalling(fix_at(HOME), times_told)
    assert anchors.told_cells == {near: 1}
    assert {each.resolution_m for each in asked} == {1_000, 10_000, 100_000}


def test_the_kind_of_its_fixes_survives_a_restart() -> None:
    phone = approximate()
    told(phone, *[HOME] * 2)
    phone.anchors = reloaded(phone.anchors)
    assert phone.anchors.for_fixes(approximate=True) is phone.anchors
    assert told(phone, HOME) == [HOME_CELL]
