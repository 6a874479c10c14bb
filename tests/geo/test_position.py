import copy
import copyreg
import dataclasses
import json
import logging
import math
import pickle
import traceback
from collections.abc import Callable

import pytest

from nabij_geo import InvalidPosition, Position

HOME = Position(52.3731, 4.8926, 12.5)
DIGITS = set("0123456789")


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


@pytest.mark.parametrize("name", ["latitude_deg", "longitude_deg", "accuracy_m", "street"])
def test_a_position_does_not_change(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(HOME, name, 1.0)


def test_equal_numbers_make_equal_positions() -> None:
    same = Position(52.3731, 4.8926, 12.5)
    assert same == HOME
    assert hash(same) == hash(HOME)
    assert HOME not in (Position(52.3731, 4.8926), Position(52.3732, 4.8926, 12.5), "elsewhere")


TEXTS: dict[str, Callable[[Position], str]] = {
    "repr": repr,
    "str": str,
    "ascii": ascii,
    "format": "{}".format,
    "format of repr": "{!r:>40}".format,
    "format with a width": "{:>40}".format,
    "f-string": lambda position: f"{position} {[position]} { {'at': position} }",
    "percent": lambda position: "%s %r" % (position, position),  # noqa: UP031 - people write it
    "log": lambda position: logging.LogRecord("", 0, "", 0, "%s", (position,), None).getMessage(),
}


@pytest.mark.parametrize("way", TEXTS)
def test_text_of_a_position_holds_no_number(way: str) -> None:
    text = TEXTS[way](HOME)
    assert "Position(hidden)" in text
    assert not DIGITS & set(text)


@dataclasses.dataclass(frozen=True)
class _Fix:
    position: Position


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_position_is_never_pickled(protocol: int) -> None:
    for holder in (HOME, [HOME], _Fix(HOME)):
        with pytest.raises(TypeError, match="never stored or sent"):
            pickle.dumps(holder, protocol)


WAYS_OUT: dict[str, Callable[[Position], object]] = {
    "reduce": Position.__reduce__,
    "reduce_ex": lambda position: Position.__reduce_ex__(position, 2),
    "getstate": Position.__getstate__,
    "copyreg": lambda position: copyreg.__dict__["_reduce_ex"](position, 1),
    "json": json.dumps,
    "vars": vars,
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_a_position_has_no_other_way_out(way: str) -> None:
    with pytest.raises(TypeError) as refused:
        WAYS_OUT[way](HOME)
    assert not DIGITS & set(str(refused.value))


def test_a_position_is_no_dataclass_whose_fields_could_be_listed() -> None:
    assert not dataclasses.is_dataclass(Position)
    assert str(dataclasses.asdict(_Fix(HOME))) == "{'position': Position(hidden)}"


def test_a_copy_is_the_position_itself() -> None:
    assert copy.copy(HOME) is HOME
    assert copy.deepcopy([HOME])[0] is HOME


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
