"""Planted values that occur nowhere else, and a search for them in every spelling.

Ids, letters and texts begin with one random mark: their search is a search for the mark. Positions
and squares cannot: each is searched for by itself. What is compressed or encrypted is not seen.
"""

import base64
import re
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar
from uuid import UUID

from nabij_geo import Cell, Position

_MARK_BYTES = 6
# Every time of day has a minute and a second below sixty, so that none is taken for a latitude.
_SOUTH_DEG, _NORTH_DEG = 61, 68
_WEST_DEG, _EAST_DEG = 24, 27
_DIGITS = 7


@dataclass(frozen=True, slots=True)
class ToTenMetres:
    """A position, however far it is rounded down to ten metres."""

    position: Position


Canary: TypeAlias = str | UUID | Position | ToTenMetres | Cell
_Canary = TypeVar("_Canary", str, UUID, Position, Cell)


@dataclass(slots=True)
class Canaries:
    """Values that occur nowhere else."""

    mark: bytes = field(default_factory=lambda: secrets.token_bytes(_MARK_BYTES))
    made: set[Canary] = field(default_factory=set[Canary])

    def uuid(self) -> UUID:
        """Make an id that nothing has."""
        return self._made(UUID(bytes=self.mark + secrets.token_bytes(16 - _MARK_BYTES), version=4))

    def slug(self) -> str:
        """Make letters, as a purpose is written."""
        return self._made(_letters(self.mark) + _letters(secrets.token_bytes(6)))

    def text(self) -> str:
        """Make what fits as a push token, among others."""
        return self._made(f"{self.mark.hex()}-canary-{secrets.token_hex(8)}")

    def position(self) -> Position:
        """Make a position in the north of Finland."""
        return self._made(
            Position(_random_degrees(_SOUTH_DEG, _NORTH_DEG), _random_degrees(_WEST_DEG, _EAST_DEG))
        )

    def square(self) -> Cell:
        """Make the square of such a position."""
        there = Position(
            _random_degrees(_SOUTH_DEG, _NORTH_DEG), _random_degrees(_WEST_DEG, _EAST_DEG)
        )
        return self._made(Cell.containing(there))

    def _made(self, canary: _Canary) -> _Canary:
        self.made.add(canary)
        return canary


class Search:
    """A search for canaries with one mark."""

    def __init__(self, mark: bytes, canaries: set[Canary]) -> None:
        self._marks = [*_spellings_of_text(mark.hex()), *_spellings_of_text(_letters(mark))]
        self._marks += [*_spellings_of_text(f"{mark.hex()[:8]}-{mark.hex()[8:]}"), mark]
        self._marked: dict[bytes, Canary] = {}
        self._unmarked: dict[bytes, Canary] = {}
        for canary in canaries:
            marked = isinstance(canary, str | UUID)
            spelt = self._marked if marked else self._unmarked
            spelt.update(dict.fromkeys(_spellings(canary), canary))
        self._lengths = sorted({len(each) for each in self._marked})

    def found(self, content: bytes) -> Iterator[Canary]:
        """Those that the content holds."""
        # Files of PostgreSQL are made longer in advance; UTF-16 may end in a zero.
        content = content.rstrip(b"\0") + b"\0"
        for mark in self._marks:
            for hit in re.finditer(re.escape(mark), content):
                pieces = (content[hit.start() : hit.start() + length] for length in self._lengths)
                yield from (self._marked[each] for each in pieces if each in self._marked)
        yield from (canary for spelt, canary in self._unmarked.items() if spelt in content)


def _random_degrees(least: int, most: int) -> float:
    return least + secrets.randbelow((most - least) * 10**_DIGITS) / 10**_DIGITS


def _letters(content: bytes) -> str:
    return content.hex().translate(str.maketrans("0123456789", "ghijklmnop"))


def _spellings(canary: Canary) -> Iterator[bytes]:
    match canary:
        case str():
            yield from _spellings_of_text(canary)
        case UUID():
            yield canary.bytes
            yield from _spellings_of_text(canary.hex)
            yield from _spellings_of_text(str(canary))
        case Position():
            yield from _spellings_of_numbers(canary)
        case ToTenMetres():
            yield from _in_texts(f"{_cut(canary.position.latitude_deg, 4)}")
        case Cell():
            yield from _in_texts(canary.code)


def _spellings_of_numbers(position: Position) -> Iterator[bytes]:
    """As text to the metre; as doubles, raw or in hex (WKB); as pairs of floats or integers."""
    latitude, longitude = position.latitude_deg, position.longitude_deg
    yield from _in_texts(_cut(latitude, 5))
    yield from _in_texts(_cut(longitude, 6))
    for each in (latitude, longitude):
        double = struct.pack("<d", each)
        yield from (double, double[::-1], double.hex().encode(), double.hex().upper().encode())
    for pair in ((latitude, longitude), (longitude, latitude)):
        yield struct.pack("<2f", *pair)
        for digits in (5, 6, 7):
            yield struct.pack("<2i", *(round(each * 10**digits) for each in pair))


def _cut(degrees: float, digits: int) -> str:
    return f"{degrees:.{_DIGITS}f}"[: digits - _DIGITS]


def _in_texts(text: str) -> Iterator[bytes]:
    yield text.encode()
    yield text.encode("utf-16-le")


def _spellings_of_text(text: str) -> Iterator[bytes]:
    """In UTF-8 and UTF-16, and inside of base64 wherever it begins, as in a JSON Web Token."""
    yield from _in_texts(text)
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + text.encode())
        whole = (before + len(text)) // 3 * 4
        yield encoded[(0, 2, 3)[before] : whole]
