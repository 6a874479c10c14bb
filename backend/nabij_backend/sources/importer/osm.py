"""OpenStreetMap: what its tags say of a generator or a plant.

One file has both, so per row either `generator:source` or `plant:source` is filled. A feature that
does not run any more, or not yet, keeps its tags behind a lifecycle prefix, such as
`disused:power=generator`. Source: the OpenStreetMap wiki, "Key:generator:source",
"Key:plant:source" and "Lifecycle prefix".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field, ValidationError

from nabij_backend.sources.importer.computed import first_filled, with_column
from nabij_backend.sources.importer.errors import UnreadableFileError
from nabij_backend.sources.importer.numbers import DecimalMarks
from nabij_backend.sources.importer.registers import WGS84
from nabij_backend.sources.importer.rows import RawRow, RowSource
from nabij_backend.sources.importer.vocabulary import plain_words

LIFECYCLE: Final = "lifecycle prefix"
_OF_EITHER: Final = ("source", "method", "output electricity")
_PREFIXES: Final = (
    *("disused", "abandoned", "ruins", "demolished", "removed", "razed", "destroyed", "was"),
    *("construction", "proposed", "planned"),
)
_KEYS: Final = ("power", "generator", "plant")
_ID: Final = "@id"
_NO: Final = frozenset({"", "no"})


def with_tags_joined(source: RowSource) -> RowSource:
    """Add a column for each tag that generators and plants name differently, and for lifecycles.

    A file without such tags is returned as it is.
    """
    by_words = {plain_words(column): column for column in reversed(source.columns)}
    for tag in _OF_EITHER:
        names = (f"generator {tag}", f"plant {tag}")
        parts = [by_words[name] for name in names if name in by_words]
        if len(parts) > 1:
            source = with_column(source, " or ".join(parts), parts, first_filled)
    prefixed = [by_words[name] for name in by_words if _is_lifecycle(name)]
    if prefixed and any(name.endswith(" source") for name in by_words):
        source = with_column(source, LIFECYCLE, prefixed, _lifecycle)
    return source


def _is_lifecycle(name: str) -> bool:
    prefix, _, key = name.partition(" ")
    return prefix in _PREFIXES and (not key or key.split(" ")[0] in _KEYS)


def _lifecycle(row: RawRow) -> str:
    """Return `past or future` for a feature that a lifecycle prefix is about."""
    return "" if _NO.issuperset(cell.strip() for cell in row.cells) else "past or future"


class _Centre(BaseModel):
    lat: float
    lon: float


class _Bounds(BaseModel):
    minlat: float
    minlon: float
    maxlat: float
    maxlon: float


class _Element(BaseModel):
    """A node, way or relation. A node has a place; of others there is what was asked for."""

    type: str
    id: int
    lat: float | None = None
    lon: float | None = None
    center: _Centre | None = None
    bounds: _Bounds | None = None
    tags: dict[str, str] = Field(default_factory=dict[str, str])

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude; None: it was not asked for."""
        if self.lat is not None and self.lon is not None:
            return self.lon, self.lat
        if self.center is not None:
            return self.center.lon, self.center.lat
        if self.bounds is not None:
            bounds = self.bounds
            return (bounds.minlon + bounds.maxlon) / 2, (bounds.minlat + bounds.maxlat) / 2
        return None


class _OverpassAnswer(BaseModel):
    elements: list[_Element]


@dataclass(frozen=True, slots=True)
class _Elements:
    """The elements of an answer that have tags, with their numbers."""

    numbered: Sequence[tuple[int, _Element]]

    def rows(self, wanted: Sequence[str]) -> Iterator[RawRow]:
        """Yield each element's tags and its place."""
        for number, element in self.numbered:
            tags = {**element.tags, _ID: f"{element.type}/{element.id}"}
            yield RawRow(number, tuple(tags.get(key, "") for key in wanted), element.point)


def is_overpass(start: bytes) -> bool:
    """Return whether a file that begins so is an answer of the Overpass API in JSON."""
    return start.lstrip().startswith(b"{") and b'"osm3s"' in start


def open_overpass(path: Path) -> RowSource:
    """Return the elements of an answer of the Overpass API. It is read as a whole.

    Raises:
        UnreadableFileError: it is none, or it was cut.
    """
    try:
        answer = _OverpassAnswer.model_validate_json(path.read_bytes())
    except ValidationError:
        # What it says repeats the file.
        raise UnreadableFileError from None
    numbered = [each for each in enumerate(answer.elements, start=1) if each[1].tags]
    columns = dict.fromkeys(key for _, element in numbered for key in element.tags)
    form = {"format": "Overpass JSON"}
    rows = _Elements(numbered).rows
    return RowSource((_ID, *columns), len(numbered), rows, WGS84, DecimalMarks.UNKNOWN, form)
