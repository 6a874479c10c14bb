"""A fix counts from when it was measured, and not at all where that was long ago."""

import json

import pytest

from nabij_geo import Anchors, Cell, GridPoint, Position
from tests.geo.phones import START_S, Phone, fix_at, moved

HOME = GridPoint(3_263_600.5, 3_973_400.5)
HOME_CELL = Cell.holding(HOME)


def aged(point: GridPoint, now_s: float, age_s: float) -> Position:
    return fix_at(point).with_time(now_s - age_s)


@pytest.mark.parametrize("age_s", [301, 3_600, -301])
def test_a_stale_fix_is_worthless(age_s: float) -> None:
    phone = Phone()
    phone.cell_of(HOME)
    step = phone.anchors.step(aged(HOME, phone.now_s, age_s), phone.now_s)
    assert (step.cell, step.anchors, step.wait_s) == (None, phone.anchors, 3_600)
    away = aged(moved(HOME, 5_000), phone.now_s, age_s)
    assert phone.anchors.step(away, phone.now_s).anchors == phone.anchors


@pytest.mark.parametrize("age_s", [300, 0, -300])
def test_a_fix_of_five_minutes_ago_counts(age_s: float) -> None:
    phone = Phone()
    phone.cell_of(HOME)
    assert phone.anchors.step(aged(HOME, phone.now_s, age_s), phone.now_s).cell == HOME_CELL


def test_a_position_that_the_platform_kept_proves_no_dwell() -> None:
    anchors = Anchors()
    for look in range(11):
        now_s = START_S + 30 * look
        step = anchors.step(aged(HOME, now_s, 30 * look), now_s)
        assert step.cell is None
        anchors = step.anchors
    assert '"dwelt_s": 0,' in json.dumps(anchors.document())


def test_a_fix_from_before_the_last_one_changes_nothing() -> None:
    phone = Phone()
    phone.told([HOME, HOME])
    phone.now_s -= 200  # the next look is early
    before = phone.anchors
    step = before.step(aged(moved(HOME, 400), phone.now_s, 299), phone.now_s)
    assert (step.cell, step.anchors) == (None, before)
    phone.now_s += 200
    assert phone.look(HOME).cell == HOME_CELL


def test_fixes_ahead_of_the_clock_count_as_made_now() -> None:
    anchors, cells = Anchors(), list[Cell | None]()
    for look, age_s in enumerate((-299, -100, -200)):
        now_s = START_S + 300 * look
        step = anchors.step(aged(HOME, now_s, age_s), now_s)
        anchors = step.anchors
        cells.append(step.cell)
    assert cells == [None, None, HOME_CELL]
