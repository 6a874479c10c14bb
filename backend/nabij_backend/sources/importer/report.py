"""What was recognised in a file, and the likely causes where most of it was not taken.

Values of cells are for the operator whose file it is: they go to the terminal and nowhere else.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from nabij_backend.sources.importer.layout import Layout
from nabij_backend.sources.importer.normalise import CapacityRemark, Draft, Rejection
from nabij_backend.sources.importer.placing import Neighbour, PublicSource, SourceRow
from nabij_backend.sources.importer.registers import Field
from nabij_backend.sources.importer.rows import RawRow, RowSource
from nabij_backend.sources.importer.vocabulary import RejectionReason

_EXAMPLES: Final = 5
_MOST_WORDS: Final = 1_000
_WORDS_TOLD: Final = 10
_LONGEST_WORD: Final = 60
_PLACES_JUDGED: Final = 1_000
_E5: Final = 100_000
# Degrees, roughly, of the grid.
_SOUTH, _WEST, _NORTH, _EAST = 24.0, -40.0, 84.0, 75.0
# Gauss-Krüger and UTM with the number of the zone before the easting.
_ZONE_PREFIXES: Final = {32: "EPSG:4647", 33: "EPSG:5650"}
_METRES_PER_PREFIX: Final = 1_000_000

# What a register says, and not how the file was read.
_NO_FAULT: Final = frozenset(
    {
        RejectionReason.NOT_RENEWABLE,
        RejectionReason.NOT_OPERATING,
        RejectionReason.REMOVED,
    }
)


@dataclass(slots=True)
class FileReport:
    """What was recognised and seen while a file was read.

    Attributes:
        form: format, encoding, delimiter, header row, layer: what its kind of file has.
        columns: the column of each field.
        unused: columns that became no field.
        empty: fields that were empty in each of the first rows.
        crs: the coordinate system.
        examples: the first rows as they are published.
        unknown: words of technologies that are not known, with their numbers of rows.
        box: south, west, north and east of the sources that were taken, in degrees of WGS 84.
        remarks: sources that were taken without their capacity.
    """

    form: Mapping[str, str]
    columns: Mapping[Field, str]
    unused: Sequence[str]
    crs: str
    empty: Sequence[Field] = ()
    examples: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    unknown: Counter[str] = field(default_factory=Counter[str])
    box: tuple[float, float, float, float] | None = None
    remarks: Counter[CapacityRemark] = field(default_factory=Counter[CapacityRemark])
    _outside: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])

    @classmethod
    def of(cls, source: RowSource, layout: Layout, rows: Iterable[RawRow]) -> "FileReport":
        """Return the report of an opened file; ``rows``: its first ones."""
        used = set(layout.columns.values())
        filled = {
            name
            for row in rows
            for name, cell in zip(layout.columns, row.cells, strict=True)
            if cell.strip()
        }
        return cls(
            form=source.form,
            columns=layout.columns,
            unused=[column for column in source.columns if column not in used],
            crs=layout.crs,
            empty=[name for name in layout.columns if name not in filled],
        )

    def see(self, drafts: Iterable[Draft], rows: Sequence[SourceRow | Rejection]) -> None:
        """Take rows into account: as drafts, and as they are stored or rejected."""
        self.remarks.update(draft.remark for draft in drafts if draft.remark is not None)
        public = [row for row in rows if isinstance(row, PublicSource)]
        if public:
            self._extend(
                [row.latitude_e5 / _E5 for row in public],
                [row.longitude_e5 / _E5 for row in public],
            )
        for row in rows:
            if isinstance(row, Rejection):
                self._count(row.word)
                if row.place is not None and len(self._outside) < _PLACES_JUDGED:
                    self._outside.append(row.place)
            elif len(self.examples) < _EXAMPLES:
                self.examples.append(_published(row))

    def _count(self, word: str | None) -> None:
        if word is not None and (word in self.unknown or len(self.unknown) < _MOST_WORDS):
            self.unknown[word] += 1

    def _extend(self, latitudes: Sequence[float], longitudes: Sequence[float]) -> None:
        south, west, north, east = self.box or (math.inf, math.inf, -math.inf, -math.inf)
        self.box = (
            min(south, *latitudes),
            min(west, *longitudes),
            max(north, *latitudes),
            max(east, *longitudes),
        )

    def words(self) -> list[tuple[str, int]]:
        """Return the unknown words that most rows have."""
        return [
            (word[:_LONGEST_WORD], rows) for word, rows in self.unknown.most_common(_WORDS_TOLD)
        ]

    def causes(self, read: int, rejected: Mapping[RejectionReason, int]) -> list[str]:
        """Return why most rows were not taken, and what to do; empty where that is not so.

        That a register holds little that is renewable is no fault, unless it holds nothing.
        """
        faults = {reason: rows for reason, rows in rejected.items() if reason not in _NO_FAULT}
        nothing_taken = sum(rejected.values()) == read
        if not nothing_taken and 2 * sum(faults.values()) <= read:
            return []
        likely = max(faults or rejected, key=lambda reason: rejected[reason], default=None)
        if likely is RejectionReason.OUTSIDE_GRID:
            return [self._why_outside()]
        if likely is RejectionReason.UNKNOWN_TECHNOLOGY:
            words = ", ".join(word for word, _ in self.words())
            return [f"These words are unknown: {words}. Is the right column mapped to technology?"]
        return [_CAUSES[likely]]

    def _why_outside(self) -> str:
        """Return where the places that are outside of the grid seem to be."""
        places = sorted(place for place in self._outside if all(map(math.isfinite, place)))
        if not places:
            return _CAUSES[RejectionReason.OUTSIDE_GRID]
        x, y = places[len(places) // 2]
        if abs(x) <= 180 and abs(y) <= 180:  # noqa: PLR2004 - degrees
            if _SOUTH <= x <= _NORTH and _WEST <= y <= _EAST:
                return "Latitude and longitude look swapped: exchange them with --map."
            return _CAUSES[RejectionReason.OUTSIDE_GRID]
        if (prefix := int(x // _METRES_PER_PREFIX)) in _ZONE_PREFIXES:
            crs = _ZONE_PREFIXES[prefix]
            return f"The eastings begin with the number of their zone: give --crs {crs}."
        return (
            "These look like metres of another coordinate system: give it with --crs, such as "
            "EPSG:28992, and map easting and northing."
        )


_CAUSES: Final[Mapping[RejectionReason | None, str]] = {
    None: "The file has no rows below its header.",
    RejectionReason.NO_COORDINATES: "Most rows have no coordinates: map the columns that do.",
    RejectionReason.OUTSIDE_GRID: "Most places are outside of Europe. Is --crs right?",
    RejectionReason.NOT_RENEWABLE: "No row is of a renewable source.",
    RejectionReason.NOT_OPERATING: "No row is of a source that runs.",
    RejectionReason.NO_ID: "Most rows have no usable id: map the column that has, with --map id=….",
    RejectionReason.DUPLICATE_ID: "Most ids come twice, or belong to another register: map the "
    "column that tells rows apart, or give --register.",
    RejectionReason.BAD_NUMBER: "Most coordinates cannot be read as numbers: are the right columns "
    "mapped?",
    RejectionReason.REMOVED: "All of these sources were removed before.",
}


def is_misread(read: int, rejected: Mapping[RejectionReason, int]) -> bool:
    """Return whether no row was taken, and not because the register says so of each."""
    nothing_taken = sum(rejected.values()) == read
    return nothing_taken and not (rejected and _NO_FAULT.issuperset(rejected))


def _published(row: SourceRow) -> dict[str, object]:
    """Return a row as it is published, in short."""
    if isinstance(row, Neighbour):
        least_kw, most_kw = row.band_kw
        return {
            "technology": row.technology,
            "owner_kind": "person",
            "square": row.cell.code,
            "least_kw": least_kw,
            "most_kw": most_kw,
        }
    draft = row.draft
    return {
        "id": draft.source_id,
        "name": draft.name,
        "technology": draft.technology,
        "owner_kind": draft.owner_kind,
        "capacity_kw": draft.capacity_kw,
        "latitude": row.latitude_e5 / _E5,
        "longitude": row.longitude_e5 / _E5,
    }


def first_rows(source: RowSource, layout: Layout, number: int) -> list[RawRow]:
    """Return the first rows of a file, with the cells of its columns."""
    return list(islice(source.rows(tuple(layout.columns.values())), number))
