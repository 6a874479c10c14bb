"""Whatever holds a person's numbers keeps them to itself."""

import copy
import copyreg
import dataclasses
import json
import logging
import pickle
from collections.abc import Callable

import pytest

from nabij_geo import Anchors, GridPoint, Position, Step
from nabij_geo.anchors import Anchor, Memory
from nabij_geo.cell import Cell
from nabij_geo.dwelling import Stay
from nabij_geo.hidden import Hidden

HOME = Position(52.3731, 4.8926, 12.5)
CELL = Cell.containing(HOME)
CENTRE = GridPoint(3_263_712, 3_973_483)
STAY = Stay(CENTRE, fixes=3, dwelt_s=600, last_s=1_795_478_400)
ANCHOR = Anchor(CENTRE, CELL)
HIDDEN = [HOME, Anchors.seeded({CELL: 1}), Memory((ANCHOR,), STAY, ((CELL, 1),)), STAY, ANCHOR]
DIGITS = set("0123456789")

each_hidden = pytest.mark.parametrize("value", HIDDEN, ids=lambda value: type(value).__name__)

TEXTS: dict[str, Callable[[Hidden], str]] = {
    "repr": repr,
    "str": str,
    "ascii": ascii,
    "format": "{}".format,
    "format of repr": "{!r:>40}".format,
    "format with a width": "{:>40}".format,
    "f-string": lambda value: f"{value} {[value]} { {'at': value} }",
    "percent": lambda value: "%s %r" % (value, value),  # noqa: UP031 - people write it
    "log": lambda value: logging.LogRecord("", 0, "", 0, "%s", (value,), None).getMessage(),
}


@each_hidden
@pytest.mark.parametrize("way", TEXTS)
def test_texts_hold_no_number(value: Hidden, way: str) -> None:
    text = TEXTS[way](value)
    assert f"{type(value).__name__}(hidden)" in text
    assert not DIGITS & set(text)


@dataclasses.dataclass(frozen=True)
class _Holder:
    value: Hidden


@each_hidden
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_is_refused(value: Hidden, protocol: int) -> None:
    for holder in (value, [value], _Holder(value)):
        with pytest.raises(TypeError, match=r"never stored or sent|stay on the device"):
            pickle.dumps(holder, protocol)


WAYS_OUT: dict[str, Callable[[Hidden], object]] = {
    "reduce": lambda value: value.__reduce__(),
    "reduce_ex": lambda value: value.__reduce_ex__(2),
    "getstate": lambda value: value.__getstate__(),
    "copyreg": lambda value: copyreg.__dict__["_reduce_ex"](value, 1),
    "json": json.dumps,
    "vars": vars,
}


@pytest.mark.parametrize("value", HIDDEN[:2], ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("way", WAYS_OUT)
def test_what_users_meet_has_no_other_way_out(value: Hidden, way: str) -> None:
    with pytest.raises(TypeError) as refused:
        WAYS_OUT[way](value)
    assert not DIGITS & set(str(refused.value))


@pytest.mark.parametrize("value", HIDDEN[:2], ids=lambda value: type(value).__name__)
def test_what_users_meet_is_no_dataclass_whose_fields_could_be_listed(value: Hidden) -> None:
    assert not dataclasses.is_dataclass(value)
    shown = str(dataclasses.asdict(_Holder(value)))
    assert shown == f"{{'value': {type(value).__name__}(hidden)}}"


@each_hidden
def test_a_copy_is_the_value_itself(value: Hidden) -> None:
    assert copy.copy(value) is value
    assert copy.deepcopy([value])[0] is value


def test_a_step_shows_no_cell() -> None:
    assert repr(Step(Anchors(), CELL, 3_600)) == "Step(anchors=Anchors(hidden), wait_s=3600)"
