"""Positions from a recording, for demonstrations and tests.

Source of the sentences: NMEA 0183 as receivers write it. ``GGA`` is a fix where its quality is
not 0, ``RMC`` where its status is A; latitude is ddmm.mmmm and longitude dddmm.mmmm. What fails
its checksum, or is no sentence at all, is passed over: real logs begin and end in mid-sentence.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, Self

from nabij._errors import SensorTimeout
from nabij._live import GpsGrant
from nabij.sensors import Access
from nabij_geo import InvalidPosition, Position

__all__ = ["Replay", "read_nmea"]

_SENTENCE: Final = re.compile(rb"\$([^$*\r\n]*)\*([0-9A-Fa-f]{2})")
_MINUTES_PER_DEGREE: Final = 60.0


class Replay:
    """A recording, whose sensors read on from where the last one stopped.

    At its end it is as silent as a receiver without sky: reading raises ``SensorTimeout``.
    """

    def __init__(self, positions: Iterable[Position]) -> None:
        self._positions = iter(positions)

    @classmethod
    def of_nmea(cls, path: Path) -> Self:
        """The fixes of an NMEA 0183 log.

        Raises:
            OSError: the file cannot be read.
        """
        return cls(read_nmea(path.read_bytes()))

    def access(self) -> Access:
        """Nobody needs to allow a recording."""
        return Access.NOT_NEEDED

    def ask(self, grant: GpsGrant, then: Callable[[], None]) -> None:
        """Nobody has to be asked.

        Raises:
            NotPermitted: the grant has ended.
        """
        GpsGrant.admit(grant)
        then()

    def start(self, grant: GpsGrant) -> Self:
        """Start: the recording is its own sensor.

        Raises:
            NotPermitted: the grant has ended.
        """
        GpsGrant.admit(grant)
        return self

    def read(self, timeout_s: float) -> Position:  # noqa: ARG002 - a recording never waits
        """The next position.

        Raises:
            SensorTimeout: there is none.
        """
        position = next(self._positions, None)
        if position is None:
            raise SensorTimeout
        return position

    def close(self) -> None:
        """Pause, until the next start."""


def read_nmea(log: bytes) -> Iterator[Position]:
    """The fixes of a log, in order."""
    for sentence in _SENTENCE.finditer(log):
        body, checksum = sentence.groups()
        if _checksum(body) == int(checksum, 16):
            position = _position(body.decode("ascii", errors="replace").split(","))
            if position is not None:
                yield position


def _checksum(body: bytes) -> int:
    checksum = 0
    for byte in body:
        checksum ^= byte
    return checksum


def _position(fields: list[str]) -> Position | None:
    match fields:
        case [kind, _, latitude, north, longitude, east, quality, *_] if kind.endswith("GGA"):
            fixed = quality not in {"", "0"}
        case [kind, _, status, latitude, north, longitude, east, *_] if kind.endswith("RMC"):
            fixed = status == "A"
        case _:
            return None
    if not fixed:
        return None
    try:
        return Position(_degrees(latitude, north, "NS"), _degrees(longitude, east, "EW"))
    except (InvalidPosition, ValueError):
        return None


def _degrees(angle: str, hemisphere: str, hemispheres: str) -> float:
    whole, minutes = divmod(float(angle), 100)
    sign = (1, -1)[hemispheres.index(hemisphere)]
    return sign * (whole + minutes / _MINUTES_PER_DEGREE)
