"""Positions from a recording, for demonstrations and tests.

Sources. NMEA 0183 as receivers write it. ``GGA`` is a fix where its quality is
not 0, ``RMC`` where its status is A; latitude is ddmm.mmmm and longitude dddmm.mmmm. What fails
its checksum, or is no sentence at all, is passed over: real logs begin and end in mid-sentence.
GPX 1.0 and 1.1: the points of tracks and routes, in WGS 84 degrees; waypoints are marks, not a way.
A document type declaration is refused, since its entities can grow without end.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from itertools import islice
from pathlib import Path
from typing import Final, Never, Self
from xml.parsers import expat

from nabij._errors import SensorTimeout
from nabij._live import GpsGrant
from nabij.sensors import Access, Vouched
from nabij.sensors._polled import NothingToAsk
from nabij.sensors._windows import best_of
from nabij_geo import InvalidPosition, Position

__all__ = ["Replay", "read_gpx", "read_nmea"]

_SENTENCE: Final = re.compile(rb"\$([^$*\r\n]*)\*([0-9A-Fa-f]{2})")
_MINUTES_PER_DEGREE: Final = 60.0
_POINTS: Final = frozenset({"trkpt", "rtept"})


class Replay(NothingToAsk[GpsGrant]):
    """A recording, whose sensors read on from where the last one stopped.

    At its end it is as silent as a receiver without sky: reading raises ``SensorTimeout``.

    Args:
        positions: the recording. It plays at the reader's pace, so times that it holds are left
            out.
        window: how many positions a reading takes the best of.

    Attributes:
        vouches: positions have just been read, and are accurate where they do not say.
    """

    takes = GpsGrant
    vouches: Final = Vouched(just_read=True, accurate=True)

    def __init__(self, positions: Iterable[Position], *, window: int = 1) -> None:
        self._positions = iter(positions)
        self.window: Final = window

    @classmethod
    def of_nmea(cls, path: Path, *, window: int = 1) -> Self:
        """Return the fixes of an NMEA 0183 log.

        Raises:
            OSError: the file cannot be read.
        """
        return cls(read_nmea(path.read_bytes()), window=window)

    @classmethod
    def of_gpx(cls, path: Path, *, window: int = 1) -> Self:
        """Return the points of a GPX file.

        Raises:
            OSError: the file cannot be read.
            ValueError: it is no GPX, or declares a document type.
        """
        return cls(read_gpx(path.read_bytes()), window=window)

    def access(self) -> Access:
        """Nobody needs to allow a recording."""
        return Access.NOT_NEEDED

    def start(self, grant: GpsGrant) -> Self:
        """Start: the recording is its own sensor.

        Raises:
            NotPermitted: the grant has ended.
        """
        GpsGrant.admit(grant)
        return self

    def read(self, timeout_s: float) -> Position:  # noqa: ARG002 - a recording never waits
        """Return the best of the next positions.

        Raises:
            SensorTimeout: there is none.
        """
        fixes = [each.with_time(None) for each in islice(self._positions, self.window)]
        if not fixes:
            raise SensorTimeout
        return reduce(best_of, fixes)

    def close(self) -> None:
        """Pause, until the next start."""


def read_nmea(log: bytes) -> Iterator[Position]:
    """Yield the fixes of a log, in order."""
    for sentence in _SENTENCE.finditer(log):
        body, checksum = sentence.groups()
        if _checksum(body) == int(checksum, 16):
            position = _position(body.decode("ascii", errors="replace").split(","))
            if position is not None:
                yield position


def read_gpx(document: bytes) -> list[Position]:
    """Return the points of a document, in order.

    Raises:
        ValueError: it is no XML, or declares a document type.
    """
    positions: list[Position] = []

    def found(name: str, attributes: Mapping[str, str]) -> None:
        if name.rpartition(":")[2] in _POINTS:
            positions.extend(_point(attributes))

    parser = expat.ParserCreate()
    parser.StartElementHandler = found
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(document, True)  # noqa: FBT003 - expat names no argument
    except expat.ExpatError as error:
        raise ValueError("This is no GPX document. Export the recording again.") from error
    return positions


def _refuse_doctype(*_declaration: object) -> Never:
    raise ValueError("A GPX document needs no document type. Remove its declaration.")


def _point(attributes: Mapping[str, str]) -> Iterator[Position]:
    try:
        yield Position(float(attributes["lat"]), float(attributes["lon"]))
    except (InvalidPosition, KeyError, ValueError):
        return


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
