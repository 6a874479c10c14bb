"""A file of a register, as a stream of rows that can be stored."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

from nabij_backend.sources.importer.computed import (
    ROW_NUMBER,
    with_joined,
    with_row_numbers,
)
from nabij_backend.sources.importer.errors import SeveralIdsError
from nabij_backend.sources.importer.layout import Layout, lay_out, recognise
from nabij_backend.sources.importer.mapping import SavedMapping
from nabij_backend.sources.importer.normalise import Draft, Rejection, normaliser
from nabij_backend.sources.importer.numbers import are_years, marks_of
from nabij_backend.sources.importer.osm import with_tags_joined
from nabij_backend.sources.importer.placing import Digest, Placer, SourceRow
from nabij_backend.sources.importer.reading import open_rows
from nabij_backend.sources.importer.registers import Field
from nabij_backend.sources.importer.report import FileReport, first_rows
from nabij_backend.sources.importer.rows import RawRow, RowSource

Progress = Callable[[int, int | None], None]

_CHUNK: Final = 5_000
_ROWS_TO_JUDGE: Final = 20_000
_CAPACITIES: Final = (Field.CAPACITY_KW, Field.CAPACITY_MW)
_NUMBERS: Final = (*_CAPACITIES, Field.EASTING, Field.NORTHING)


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """An opened file.

    Attributes:
        layout: which column became which field.
        report: what was recognised; complete when all rows were read.
        rows: every row of the file, once, as it is stored or rejected.
    """

    layout: Layout
    report: FileReport
    rows: Iterator[SourceRow | Rejection]


def silent(_rows_read: int, _total: int | None) -> None:
    """Report no progress."""


def read_register(
    path: Path,
    mapping: SavedMapping,
    digest: Digest,
    today: date,
    on_progress: Progress = silent,
) -> RegisterFile:
    """Recognise what a file holds, and stream it.

    Args:
        path: the file.
        mapping: what the operator says of it.
        digest: hides under which id a register knows a private person's source.
        today: sources that closed before it are shut.
        on_progress: called with the rows read so far and the total.

    Raises:
        SourceImportError: the file cannot be read, or its columns are not those of sources.
    """
    mapped = (*mapping.columns.values(), *mapping.id_columns)
    source = with_tags_joined(open_rows(path, layer=mapping.layer, mapped=mapped))
    source, mapping = _with_ids(source, mapping)
    layout = lay_out(source.columns, mapping, source.geometry_crs)
    placer = Placer(layout.crs, digest)
    first = first_rows(source, layout, _ROWS_TO_JUDGE)
    report = FileReport.of(source, layout, first)
    marks = marks_of(_cells(layout, first, _NUMBERS), source.marks)
    capacity_is_year = are_years(_cells(layout, first, _CAPACITIES))
    normalise = normaliser(layout, marks, today, capacity_is_year=capacity_is_year)
    normalised = map(normalise, source.rows(tuple(layout.columns.values())))
    return RegisterFile(
        layout, report, _stored(normalised, source.total, placer, report, on_progress)
    )


def _with_ids(source: RowSource, mapping: SavedMapping) -> tuple[RowSource, SavedMapping]:
    """Add the column of the ids that the operator, or else the register, describes."""
    ways = (Field.ID in mapping.columns, bool(mapping.id_columns), bool(mapping.row_ids))
    if sum(ways) > 1:
        raise SeveralIdsError
    id_columns = mapping.id_columns or (() if any(ways) else recognise(source.columns).id_columns)
    if id_columns:
        source, name = with_joined(source, id_columns)
    elif mapping.row_ids:
        source, name = with_row_numbers(source), ROW_NUMBER
    else:
        return source, mapping
    return source, replace(mapping, columns={**mapping.columns, Field.ID: name})


def _stored(
    normalised: Iterator[Draft | Rejection],
    total: int,
    placer: Placer,
    report: FileReport,
    on_progress: Progress,
) -> Iterator[SourceRow | Rejection]:
    """Yield every row of the file as it is stored or rejected, chunk by chunk."""
    done = 0
    while chunk := list(islice(normalised, _CHUNK)):
        drafts = [row for row in chunk if isinstance(row, Draft)]
        rejections = (row for row in chunk if isinstance(row, Rejection))
        placed = [*rejections, *placer.place(drafts)]
        report.see(drafts, placed)
        yield from placed
        done += len(chunk)
        on_progress(done, total)


def _cells(layout: Layout, rows: Iterable[RawRow], fields: Sequence[Field]) -> Iterator[str]:
    """Yield the cells of some fields."""
    indices = [index for index, field in enumerate(layout.columns) if field in fields]
    return (row.cells[index] for row in rows for index in indices)
