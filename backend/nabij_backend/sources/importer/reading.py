"""Files as streams of rows: CSV by the standard library, everything else by GDAL.

CSV: the delimiter is the one of `, ; tab` that parts the first lines into the most cells, equally
many on each; UTF-8 with or without a byte order mark, else Windows-1252, else Latin-1. Registers
put titles above their header: the header is the first row in which a register is recognised, else
the first row that is not empty. Rows are numbered as a spreadsheet shows them, so the header is
usually 1.

Everything else (GeoJSON, GeoPackage, Shapefile…): features are numbered from 1.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Final

from nabij_backend.sources.importer.errors import GdalMissingError, UnreadableFileError
from nabij_backend.sources.importer.layout import recognise
from nabij_backend.sources.importer.numbers import DecimalMarks
from nabij_backend.sources.importer.registers import PLAIN
from nabij_backend.sources.importer.rows import RawRow, RowSource

_CSV_SUFFIXES: Final = frozenset({".csv", ".tsv", ".tab", ".txt"})
_ENCODINGS: Final = ("utf-8-sig", "cp1252", "latin-1")
_DELIMITERS: Final = (",", ";", "\t")
_NAMES: Final = {"\t": "tab", " ": "space"}
_LINES_TO_JUDGE: Final = 30
_LONGEST_CELL: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Csv:
    """A CSV file whose encoding, delimiter, header and length are known."""

    path: Path
    encoding: str
    delimiter: str
    header_row: int
    columns: tuple[str, ...]
    total: int

    def rows(self, wanted: Sequence[str]) -> Iterator[RawRow]:
        """Yield each row's cells of the wanted columns; cells that a row lacks are empty."""
        width = len(self.columns)
        cells_of = _getter([self.columns.index(column) for column in wanted])
        for number, cells in _records(self.path, self.encoding, self.delimiter):
            if number > self.header_row and cells:
                cells.extend([""] * (width - len(cells)))
                yield RawRow(number, cells_of(cells))


def open_rows(path: Path) -> RowSource:
    """Return the columns, the number of rows and the stream of rows of a file.

    Raises:
        UnreadableFileError: it is neither CSV nor anything that GDAL reads.
        GdalMissingError: it is not CSV, and GDAL is not installed.
    """
    if path.suffix.lower() not in _CSV_SUFFIXES:
        return _open_features(path)
    found = _survey(path)
    marks = DecimalMarks.COMMA_LIKELY if found.delimiter == ";" else DecimalMarks.UNKNOWN
    form = {
        "format": "CSV",
        "encoding": found.encoding,
        "delimiter": _NAMES.get(found.delimiter, found.delimiter),
        "header row": str(found.header_row),
    }
    return RowSource(found.columns, found.total, found.rows, None, marks, form)


def _open_features(path: Path) -> RowSource:
    try:
        from nabij_backend.sources.importer import features  # noqa: PLC0415 - needs an extra
    except ModuleNotFoundError as error:
        raise GdalMissingError from error
    return features.open_features(path)


def _survey(path: Path) -> _Csv:
    """Read the file once, to know its encoding, delimiter, header and number of rows."""
    for encoding in _ENCODINGS:
        try:
            return _survey_as(path, encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError


def _survey_as(path: Path, encoding: str) -> _Csv:
    """Survey the file in one encoding.

    Raises:
        UnicodeDecodeError: it is written in another.
        UnreadableFileError: it is missing, empty or no CSV.
    """
    delimiter = _delimiter(path, encoding)
    head = [row for row in islice(_records(path, encoding, delimiter), _LINES_TO_JUDGE) if row[1]]
    if not head:
        raise UnreadableFileError
    known = (row for row in head if recognise(row[1]) is not PLAIN)
    header_row, header = next(known, head[0])
    records = _records(path, encoding, delimiter)
    total = sum(1 for number, cells in records if cells and number > header_row)
    return _Csv(path, encoding, delimiter, header_row, tuple(header), total)


def _delimiter(path: Path, encoding: str) -> str:
    """Return the delimiter that parts the first lines into the most cells, equally many each."""

    def evenness(delimiter: str) -> int:
        head = islice(_records(path, encoding, delimiter), _LINES_TO_JUDGE)
        widths = Counter(len(cells) for _, cells in head)
        return max((width * lines for width, lines in widths.items()), default=0)

    return max(_DELIMITERS, key=evenness)


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the file's records with their row numbers, empty ones included."""
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding=encoding, newline="") as file:
            yield from enumerate(csv.reader(file, delimiter=delimiter), start=1)
    except (csv.Error, OSError) as error:
        raise UnreadableFileError from error


def _getter(indices: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """Return a function that picks cells, always as a tuple."""
    if len(indices) == 1:
        (index,) = indices
        return lambda cells: (cells[index],)
    return itemgetter(*indices)
