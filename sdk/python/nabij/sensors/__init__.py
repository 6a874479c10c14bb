"""What reads a phone: sensors, and the few things that one can tell.

A sensor is started by a factory, never by an app: the client calls the factory only while a grant
is live and closes the sensor afterwards. The states hold enums, booleans and levels alone, so no
name or address of a network, and no identity of a radio cell, fits in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

from nabij_geo import Position

__all__ = [
    "LEVELS",
    "GsmState",
    "Radio",
    "Reading",
    "Sensor",
    "SensorFactory",
    "WifiState",
]

LEVELS: Final = range(5)
"""Signal strengths: 0 (none) to 4 (best), as the bars that a phone shows."""


class Radio(StrEnum):
    """The generation of the mobile network that a phone is on."""

    NONE = "none"
    G2 = "2g"
    G3 = "3g"
    G4 = "4g"
    G5 = "5g"


@dataclass(frozen=True, slots=True)
class GsmState:
    """How the mobile network serves the phone.

    Raises:
        ValueError: the level is not one of ``LEVELS``.
    """

    radio: Radio
    connected: bool
    roaming: bool
    level: int

    def __post_init__(self) -> None:
        _require_level(self.level)


@dataclass(frozen=True, slots=True)
class WifiState:
    """How Wi-Fi serves the phone.

    Raises:
        ValueError: the level is not one of ``LEVELS``.
    """

    connected: bool
    metered: bool
    level: int

    def __post_init__(self) -> None:
        _require_level(self.level)


Reading: TypeAlias = Position | GsmState | WifiState
"""What a gps, gsm or wifi sensor reads."""


class Sensor(Protocol):
    """A running sensor of one signal."""

    def read(self, timeout_s: float) -> Reading:
        """Wait at most ``timeout_s`` seconds for a reading.

        Raises:
            SensorError: ``SensorTimeout`` where none came in time, ``Unsupported`` where none
                ever will.
        """
        ...

    def close(self) -> None:
        """Stop. Called once, whatever happened before."""
        ...


SensorFactory: TypeAlias = Callable[[], Sensor]
"""Starts a sensor, or raises a ``SensorError``."""


def _require_level(level: int) -> None:
    if level not in LEVELS:
        raise ValueError("A level is a whole number from 0 to 4.")
