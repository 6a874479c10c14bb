import math
import pickle
import traceback

import pytest

from nabij_geo import InvalidPosition, Position

HOME = Position(52.3731, 4.8926, 12.5)
NOON_S = 1_780_315_200.0


@pytest.mark.parametrize(
    "numbers",
    [
        (90.000001, 0.0, 0.0),
        (-90.000001, 0.0, 0.0),
        (0.0, 180.000001, 0.0),
        (0.0, -180.000001, 0.0),
        (math.nan, 0.0, 0.0),
        (0.0, math.nan, 0.0),
        (0.0, 0.0, math.nan),
        (math.inf, 0.0, 0.0),
        (0.0, -math.inf, 0.0),
        (0.0, 0.0, math.inf),
        (0.0, 0.0, -0.001),
    ],
)
def test_numbers_out_of_range_are_refused(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(InvalidPosition):
        Position(*numbers)


def test_the_ends_of_the_ranges_are_positions() -> None:
    south_west = Position(-90, -180)
    north_east = Position(90, 180, 0)
    assert (south_west.latitude_deg, south_west.longitude_deg) == (-90.0, -180.0)
    assert (north_east.latitude_deg, north_east.longitude_deg) == (90.0, 180.0)


def test_numbers_are_read_by_name() -> None:
    assert (HOME.latitude_deg, HOME.longitude_deg, HOME.accuracy_m) == (52.3731, 4.8926, 12.5)


def test_a_position_is_as_exact_and_as_new_as_somebody_says() -> None:
    assert (HOME.measured_s, Position(52.3731, 4.8926).accuracy_m) == (None, 0.0)
    fix = Position(52.3731, 4.8926, None, NOON_S)
    assert (fix.accuracy_m, fix.measured_s) == (None, NOON_S)
    assert HOME.with_time(NOON_S) == Position(52.3731, 4.8926, 12.5, NOON_S)
    assert HOME.with_time(None) is HOME


@pytest.mark.parametrize("measured_s", [math.nan, math.inf, -math.inf])
def test_a_time_that_is_none_is_refused(measured_s: float) -> None:
    with pytest.raises(InvalidPosition, match="Unix seconds"):
        Position(52.3731, 4.8926, measured_s=measured_s)


@pytest.mark.parametrize(
    ("age_s", "is_fresh"), [(0, True), (300, True), (301, False), (-300, True), (-301, False)]
)
def test_a_position_is_fresh_for_five_minutes(age_s: int, *, is_fresh: bool) -> None:
    now_s = NOON_S + age_s
    assert HOME.with_time(NOON_S).is_fresh(now_s) is is_fresh
    assert HOME.is_fresh(now_s) is False


@pytest.mark.parametrize(
    "name", ["latitude_deg", "longitude_deg", "accuracy_m", "measured_s", "street"]
)
def test_a_position_does_not_change(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(HOME, name, 1.0)


def test_equal_numbers_make_equal_positions() -> None:
    same = Position(52.3731, 4.8926, 12.5)
    assert same == HOME
    assert hash(same) == hash(HOME)
    assert HOME not in (Position(52.3731, 4.8926), Position(52.3732, 4.8926, 12.5), "elsewhere")
    assert HOME not in (HOME.with_time(NOON_S), Position(52.3731, 4.8926, None))


def test_errors_and_tracebacks_repeat_no_input() -> None:
    swapped = (152.3731, -52.8926)
    with pytest.raises(InvalidPosition) as refused:
        Position(*swapped)
    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value)
    assert "3731" not in told
    assert "8926" not in told


def test_errors_survive_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(InvalidPosition()))  # noqa: S301 - written in the same line
    assert isinstance(error, InvalidPosition)
    assert str(error) == str(InvalidPosition())
