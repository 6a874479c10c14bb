"""The best fix of a window."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij import Position
from nabij.sensors._windows import GOOD_ENOUGH_M, MOST_FIXES, Window, best_of

NOW_S = 1_780_306_200.0


def fix(accuracy_m: float | None, seconds_ago: float | None = None, north: float = 0.0) -> Position:
    at_s = None if seconds_ago is None else NOW_S - seconds_ago
    return Position(52.0 + north, 5.0, accuracy_m, at_s)


class Clock:
    """Seconds that go on when they are told to."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.parametrize(
    ("before", "after", "best"),
    [
        (fix(30), fix(20), "after"),
        (fix(20), fix(30), "before"),
        (fix(20), fix(20, north=1), "after"),
        (fix(None), fix(20), "after"),
        (fix(20), fix(None), "before"),
        (fix(0.0), fix(900), "after"),
        (fix(900), fix(0.0), "before"),
        (fix(None), fix(None, north=1), "after"),
        (fix(5, 7_200), fix(30, 0), "after"),
        (fix(30, 0), fix(5, 7_200), "before"),
        (fix(5, 60), fix(30, 0), "after"),
        (fix(5, 59), fix(30, 0), "before"),
        (fix(5, 7_200), fix(30), "before"),
    ],
)
def test_the_later_one_is_better_and_then_the_more_accurate_one(
    before: Position, after: Position, best: str
) -> None:
    assert best_of(before, after) is {"before": before, "after": after}[best]


@given(st.lists(st.floats(1, 5_000), min_size=1, max_size=9))
def test_none_of_a_window_is_better_than_its_best(accuracies_m: list[float]) -> None:
    best = reduce(best_of, [fix(each, 1) for each in accuracies_m])
    assert best.accuracy_m == min(accuracies_m)


def window(*, window_s: float = 10.0) -> tuple[Window, Clock]:
    clock = Clock()
    return Window(window_s, clock), clock


def test_it_begins_with_its_first_fix() -> None:
    opened, clock = window()
    assert opened.left_s(clock.now_s + 30) == 30
    clock.now_s += 20
    opened.add(fix(300))
    assert opened.left_s(clock.now_s + 30) == 10
    clock.now_s += 4
    opened.add(fix(200))
    assert opened.left_s(clock.now_s + 30) == 6
    assert opened.left_s(clock.now_s + 2) == 2
    assert opened.best == fix(200)


def test_a_good_fix_ends_it() -> None:
    opened, clock = window()
    opened.add(fix(GOOD_ENOUGH_M))
    assert opened.left_s(clock.now_s + 30) <= 0


@pytest.mark.parametrize("seconds_ago", [0, 7_200])
def test_a_first_one_with_a_time_may_be_one_that_was_kept(seconds_ago: float) -> None:
    opened, clock = window()
    opened.add(fix(3, seconds_ago))
    assert opened.left_s(clock.now_s + 30) == 10
    opened.add(fix(15, 0))
    assert opened.left_s(clock.now_s + 30) <= 0


def test_an_unknown_accuracy_is_not_good_enough() -> None:
    for accuracy_m in (None, 0.0, GOOD_ENOUGH_M + 1):
        opened, clock = window()
        opened.add(fix(accuracy_m))
        assert opened.left_s(clock.now_s + 30) == 10


def test_ten_fixes_are_enough() -> None:
    opened, clock = window()
    for _ in range(MOST_FIXES - 1):
        opened.add(fix(300))
    assert opened.left_s(clock.now_s + 30) == 10
    opened.add(fix(300))
    assert opened.left_s(clock.now_s + 30) <= 0
