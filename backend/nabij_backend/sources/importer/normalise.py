"""Normalisation of a row into a draft, or into the reason for its rejection.

The first of these that holds is the reason: not renewable, or of unknown technology; not
operating, where the register tells; no usable id (missing, longer than 200 characters, or one that
looks like those of neighbours); no coordinates, or coordinates that cannot be read. A capacity that
cannot be read, or cannot be, costs the capacity and not the source.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from nabij_backend.enums import OwnerKind, Technology
from nabij_backend.sources.importer.layout import Layout
from nabij_backend.sources.importer.numbers import (
    BadNumberError,
    DecimalMarks,
    degrees,
    latitude_longitude,
    number,
    read_capacity_kw,
)
from nabij_backend.sources.importer.owners import may_live_there, owner_kind_of
from nabij_backend.sources.importer.registers import Field
from nabij_backend.sources.importer.rows import RawRow
from nabij_backend.sources.importer.vocabulary import (
    RejectionReason,
    plain_words,
    technology_of,
)

_LONGEST_ID: Final = 200
_NEIGHBOURS: Final = "neighbours:"  # how the ids begin that private persons' sources are given
_KW_PER_MW: Final = 1_000.0
_LARGEST_ROOF_KW: Final = 15
# Twice what the largest of its kind in Europe has: more is a wrong unit or another column.
_LARGEST_KW: Final = {
    Technology.SOLAR: 2_000_000,
    Technology.WIND: 8_000_000,
    Technology.HYDRO: 5_000_000,
    Technology.BIOMASS: 6_000_000,
    Technology.BIOGAS: 500_000,
    Technology.GEOTHERMAL: 2_000_000,
    Technology.MARINE: 500_000,
}
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")  # RFC 5646, in short
_CLOSED: Final = re.compile(
    r"((?:19|20)\d\d)(?:\.0)?(?:-(\d\d)(?:-(\d\d))?)?(?=$|[T ])"
)  # ISO 8601
_LONGEST_LANGUAGE: Final = 35  # RFC 5646, section 4.4.1


class CapacityRemark(StrEnum):
    """Why a source was taken without its capacity."""

    UNREADABLE = "unreadable-capacity"
    IMPLAUSIBLE = "implausible-capacity"
    YEAR = "capacity-is-a-year"


@dataclass(frozen=True, slots=True)
class Draft:
    """A source whose place is still in the file's coordinate system."""

    row_number: int
    source_id: str
    name: str | None
    technology: Technology
    owner_kind: OwnerKind
    capacity_kw: float | None
    story: str | None
    language: str | None
    x: float
    y: float
    remark: CapacityRemark | None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that cannot be taken.

    Attributes:
        row_number: its number in the file.
        reason: why not.
        source_id: its id; None: it has no usable one.
        word: the technology that is unknown.
        place: x and y outside of the grid, in the file's coordinate system.
    """

    row_number: int
    reason: RejectionReason
    source_id: str | None = None
    word: str | None = None
    place: tuple[float, float] | None = None


class _RejectedError(Exception):
    """Carries the reason from where it is found."""

    def __init__(self, reason: RejectionReason) -> None:
        super().__init__(reason)
        self.reason = reason


def normaliser(
    layout: Layout, marks: DecimalMarks, today: date, *, capacity_is_year: bool = False
) -> Callable[[RawRow], Draft | Rejection]:
    """Return the function that normalises the rows of a file.

    Args:
        layout: how to read the file; rows hold the cells of its columns, in their order.
        marks: what points and commas in numbers of the file mean, unless its register knows.
        capacity_is_year: whether the column of capacities holds years.
        today: what closed before has left; what closes later has not.
    """
    reader = _Reader(layout, layout.register.decimal_marks or marks, today, capacity_is_year)

    def normalise(row: RawRow) -> Draft | Rejection:
        try:
            return reader.draft(row)
        except _RejectedError as rejected:
            reason = rejected.reason
        except BadNumberError:
            reason = RejectionReason.BAD_NUMBER
        cells = reader.cells(row)
        is_unknown = reason is RejectionReason.UNKNOWN_TECHNOLOGY
        word = cells[Field.TECHNOLOGY].strip() if is_unknown else None
        return Rejection(row.number, reason, reader.source_id(cells), word)

    return normalise


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the fields of rows of one file."""

    layout: Layout
    marks: DecimalMarks
    today: date
    capacity_is_year: bool

    def draft(self, row: RawRow) -> Draft:
        """Return the source that a row describes."""
        cells = self.cells(row)
        technology = self._technology(cells)
        self._require_operating(cells)
        source_id = self.source_id(cells)
        if source_id is None:
            raise _RejectedError(RejectionReason.NO_ID)
        x, y = self._place(cells, row)
        capacity_kw, remark = self._capacity_kw(cells, technology)
        name = _clean(cells.get(Field.NAME, "")) or None
        story = _clean(cells.get(Field.STORY, "")) or None
        return Draft(
            row_number=row.number,
            source_id=source_id,
            name=name,
            technology=technology,
            owner_kind=self._owner_kind(cells, technology, capacity_kw),
            capacity_kw=capacity_kw,
            story=story,
            language=self._language(cells) if name or story else None,
            x=x,
            y=y,
            remark=remark,
        )

    def _language(self, cells: Mapping[Field, str]) -> str | None:
        said = cells.get(Field.LANGUAGE, "").strip()
        is_tag = len(said) <= _LONGEST_LANGUAGE and _LANGUAGE.fullmatch(said)
        return said if is_tag else self.layout.register.language

    def _technology(self, cells: Mapping[Field, str]) -> Technology:
        if self.layout.register.technology is not None:
            return self.layout.register.technology
        meant = self._meant(Field.TECHNOLOGY, cells)
        if meant is not None and meant != RejectionReason.NOT_RENEWABLE:
            return Technology(meant)
        said = technology_of(cells[Field.TECHNOLOGY], cells.get(Field.TECHNOLOGY_DETAIL, ""))
        if meant is not None:
            said = RejectionReason.NOT_RENEWABLE
        if isinstance(said, RejectionReason):
            raise _RejectedError(said)
        return said

    def _meant(self, field: Field, cells: Mapping[Field, str]) -> str | None:
        """Return what the operator said that a word means; None: nothing."""
        words = self.layout.meanings.get(field)
        return words.get(plain_words(cells.get(field, ""))) if words else None

    def _owner_kind(
        self, cells: Mapping[Field, str], technology: Technology, capacity_kw: float | None
    ) -> OwnerKind:
        meant = self.layout.owner_kind or self._meant(Field.OWNER_KIND, cells)
        if meant is not None:
            return OwnerKind(meant)
        said = cells.get(Field.OWNER_KIND, "")
        kind = owner_kind_of(said)
        in_doubt = is_small_roof(technology, capacity_kw) and may_live_there(said)
        return OwnerKind.UNKNOWN if in_doubt and kind is not OwnerKind.PERSON else kind

    def _require_operating(self, cells: Mapping[Field, str]) -> None:
        status = cells.get(Field.STATUS)
        operating = self.layout.register.operating
        if status is not None and operating and plain_words(status) not in operating:
            raise _RejectedError(RejectionReason.NOT_OPERATING)
        closed = _CLOSED.match(cells.get(Field.CLOSED, "").strip())
        if closed is not None and _has_passed(closed, self.today):
            raise _RejectedError(RejectionReason.NOT_OPERATING)

    def source_id(self, cells: Mapping[Field, str]) -> str | None:
        """Return the id of a row's source, prefixed by its register; None: it has none."""
        own, register = _clean(cells[Field.ID]), self.layout.register_name
        source_id = f"{register}:{own}" if register else own
        if not own or len(source_id) > _LONGEST_ID or source_id.startswith(_NEIGHBOURS):
            return None
        return source_id

    def cells(self, row: RawRow) -> dict[Field, str]:
        """Return a row's cells by field."""
        return dict(zip(self.layout.columns, row.cells, strict=True))

    def _place(self, cells: Mapping[Field, str], row: RawRow) -> tuple[float, float]:
        if self.layout.place is None:
            x, y = row.point or (None, None)
        else:
            x, y = self._coordinates(cells, *self.layout.place)
        if x is None or y is None:
            raise _RejectedError(RejectionReason.NO_COORDINATES)
        return x, y

    def _coordinates(
        self, cells: Mapping[Field, str], x: Field, y: Field
    ) -> tuple[float | None, float | None]:
        if x is Field.COORDINATES:
            latitude, longitude = latitude_longitude(cells[x])
            return longitude, latitude
        if x is Field.LONGITUDE:
            return degrees(cells[x]), degrees(cells[y])
        return number(cells[x], self.marks), number(cells[y], self.marks)

    def _capacity_kw(
        self, cells: Mapping[Field, str], technology: Technology
    ) -> tuple[float | None, CapacityRemark | None]:
        """Return the capacity, or why there is none."""
        if self.capacity_is_year:
            return None, CapacityRemark.YEAR
        field, kw_per_unit = Field.CAPACITY_KW, 1.0
        if Field.CAPACITY_MW in cells and Field.CAPACITY_KW not in cells:
            field, kw_per_unit = Field.CAPACITY_MW, _KW_PER_MW
        try:
            capacity_kw = read_capacity_kw(cells.get(field, ""), kw_per_unit, self.marks)
        except BadNumberError:
            return None, CapacityRemark.UNREADABLE
        if capacity_kw is not None and capacity_kw > _LARGEST_KW[technology]:
            return None, CapacityRemark.IMPLAUSIBLE
        return capacity_kw, None


def _has_passed(closed: re.Match[str], today: date) -> bool:
    """Return whether a year, month or day is over."""
    year, month, day = (None if part is None else int(part) for part in closed.groups())
    parts = [part for part in (year, month, day) if part is not None]
    return tuple(parts) < (today.year, today.month, today.day)[: len(parts)]


def is_small_roof(technology: Technology, capacity_kw: float | None) -> bool:
    """Return whether somebody may live under a source; so it is where its capacity is unknown."""
    return technology is Technology.SOLAR and (capacity_kw or 0) <= _LARGEST_ROOF_KW


def _clean(text: str) -> str:
    """Return `text` on one line, without characters that cannot be shown."""
    line = " ".join(text.split())
    return line if line.isprintable() else "".join(filter(str.isprintable, line))
