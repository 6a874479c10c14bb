"""States of radio: what they can hold, and what they cannot."""

from dataclasses import fields
from enum import StrEnum
from typing import get_type_hints

import pytest

from nabij.sensors import LEVELS, GsmState, Radio, WifiState


@pytest.mark.parametrize("state", [GsmState, WifiState])
def test_no_member_can_hold_an_identifier(state: type[GsmState | WifiState]) -> None:
    for name, kind in get_type_hints(state).items():
        assert kind is bool or issubclass(kind, StrEnum) or name == "level"
    assert "level" in {each.name for each in fields(state)}


@pytest.mark.parametrize("level", [-1, 5, 310260])
def test_levels_are_bars_and_not_numbers_of_cells(level: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 4"):
        GsmState(Radio.G4, connected=True, roaming=False, level=level)
    with pytest.raises(ValueError, match="from 0 to 4"):
        WifiState(connected=True, metered=False, level=level)


def test_every_level_can_be_told() -> None:
    assert [WifiState(connected=True, metered=False, level=each).level for each in LEVELS] == [
        *(0, 1, 2, 3, 4)
    ]
