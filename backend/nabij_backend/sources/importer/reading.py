"""Files as streams of rows: text by the standard library, everything else by GDAL.

Text (CSV), plain or within gzip or zip: UTF-8 or UTF-16 with or without a byte order mark, else
Windows-1252, else Latin-1. The delimiter is that of `sep=` in the first line, else the one of
`, ; tab |` that parts the first lines into the most cells, equally many on each.

Sheets of a workbook (xlsx, ods): their cells as text.

Registers put titles above their header: the header is the first row that has the columns of
`--map`, or in which a register is recognised, else the one with the most of our own field names,
else the first row that is not empty. Rows are numbered as a spreadsheet shows them, so the header
is usually 1.

Everything else (GeoJSON, GeoPackage, Shapefile, KML…): features are numbered from 1.
"""

import csv
import gzip
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import IO, Final, cast

from nabij_backend.sources.importer.errors import (
    GdalMissingError,
    LayerError,
    OtherFormatError,
    UnreadableFileError,
)
from nabij_backend.sources.importer.layout import recognise
from nabij_backend.sources.importer.numbers import DecimalMarks
from nabij_backend.sources.importer.osm import is_overpass, open_overpass
from nabij_backend.sources.importer.registers import PLAIN
from nabij_backend.sources.importer.rows import RawRow, RowSource
from nabij_backend.sources.importer.vocabulary import plain_words

_TEXT_SUFFIXES: Final = frozenset({".csv", ".tsv", ".tab", ".txt"})
_WORKBOOK_SUFFIXES: Final = frozenset({".xlsx", ".xlsm", ".ods"})
_ENCODINGS: Final = ("utf-8-sig", "cp1252", "latin-1")
_DELIMITERS: Final = (",", ";", "\t", "|")
_NAMES: Final = {"\t": "tab", " ": "space"}
_LINES_TO_JUDGE: Final = 30
_HEAD: Final = 400
_OTHER_FORMATS: Final = {
    b"%PDF-": "a PDF document",
    b"\xd0\xcf\x11\xe0": "a workbook of Excel before 2007 (xls)",
    b"{\\rtf": "a text document",
    b"PAR1\x15": "a Parquet file",
    b"Rar!\x1a\x07": "an archive of RAR",
    b"7z\xbc\xaf": "an archive of 7-Zip",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_WEB_PAGE: Final = (b"<!doctype html", b"<html")
_OTHER_NAMES: Final = {
    b"PK\x03\x04": ("a workbook or a zip archive", ".xlsx, .ods or .zip"),
    b"\x1f\x8b": ("compressed by gzip", ".csv.gz"),
    b"SQLite format 3": ("a GeoPackage or another database", ".gpkg"),
}
_LONGEST_CELL: Final = 16 * 1024 * 1024
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")

_OWN_NAMES: Final = frozenset(name for names in PLAIN.columns.values() for name in names)
# What zip and gzip say of a file that is cut, damaged, encrypted or compressed in another way.
_DAMAGED: Final = (OSError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile)
_Records = Callable[[], Iterator[tuple[int, list[str]]]]


@dataclass(frozen=True, slots=True)
class _Table:
    """Records of cells, the first ones above the header."""

    records: _Records
    header_row: int
    columns: tuple[str, ...]

    def rows(self, wanted: Sequence[str]) -> Iterator[RawRow]:
        """Yield each row's cells of the wanted columns; cells that a row lacks are empty."""
        width = len(self.columns)
        cells_of = _getter([self.columns.index(column) for column in wanted])
        for number, cells in self.records():
            if number > self.header_row and any(cells):
                cells.extend([""] * (width - len(cells)))
                yield RawRow(number, cells_of(cells))


def open_rows(path: Path, *, layer: str | None = None, mapped: Collection[str] = ()) -> RowSource:
    """Return the columns, the number of rows and the stream of rows of a file.

    Args:
        path: the file.
        layer: the layer, or sheet, to read; None: the only one.
        mapped: columns that the header has.

    Raises:
        OtherFormatError: it is of a format that is not read, or its name says another one.
        UnreadableFileError: it is neither text nor anything that GDAL reads, or damaged.
        GdalMissingError: it is not text, and GDAL is not installed.
        LayerError: there is no such layer, or there are several.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_HEAD)
    except OSError as error:
        raise UnreadableFileError from error
    _require_format(start, path.suffix.lower())
    suffix = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    if suffix.lower() in _TEXT_SUFFIXES or _only_text_in_zip(path) is not None:
        if layer is not None:
            raise LayerError([])
        return _open_text(path, mapped)
    if is_overpass(start):
        if layer is not None:
            raise LayerError([])
        return open_overpass(path)
    try:
        from nabij_backend.sources.importer import features  # noqa: PLC0415 - needs an extra
    except ModuleNotFoundError as error:
        raise GdalMissingError from error
    if suffix.lower() in _WORKBOOK_SUFFIXES:
        sheet = features.open_sheet(path, layer)
        form = {"format": sheet.kind, "sheet": sheet.name}
        return _row_source(sheet.records, mapped, DecimalMarks.UNKNOWN, form)
    return features.open_features(path, layer)


def _require_format(start: bytes, suffix: str) -> None:
    """Refuse a file that begins as one of a format that is not read, or under a wrong name."""
    if not start.strip():
        raise OtherFormatError("empty", "download it again")
    what = next((what for magic, what in _OTHER_FORMATS.items() if start.startswith(magic)), None)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_WEB_PAGE):
        what = "a web page"
    if what is not None:
        raise OtherFormatError(what, "save what it holds as CSV or xlsx first")
    if suffix in _TEXT_SUFFIXES:
        for magic, (kind, names) in _OTHER_NAMES.items():
            if start.startswith(magic):
                raise OtherFormatError(kind, f"let its name end in {names}")


def _open_text(path: Path, mapped: Collection[str]) -> RowSource:
    """Read a text file once, to know its encoding, delimiter, header and number of rows."""
    for encoding in _encodings(path):
        try:
            delimiter = _delimiter(path, encoding)

            def records(encoding: str = encoding, delimiter: str = delimiter) -> _Rows:
                return _parsed(path, encoding, delimiter)

            form = {
                "format": "CSV",
                "encoding": encoding,
                "delimiter": _NAMES.get(delimiter, delimiter),
            }
            marks = DecimalMarks.COMMA_LIKELY if delimiter == ";" else DecimalMarks.UNKNOWN
            return _row_source(records, mapped, marks, form)
        except UnicodeError:
            continue
    raise UnreadableFileError


_Rows = Iterator[tuple[int, list[str]]]


def _row_source(
    records: _Records, mapped: Collection[str], marks: DecimalMarks, form: dict[str, str]
) -> RowSource:
    """Return the rows below the header.

    Raises:
        UnicodeError: the records are written in another encoding.
        UnreadableFileError: there is no row.
    """
    head = [row for row in islice(records(), _LINES_TO_JUDGE) if any(row[1])]
    if not head:
        raise UnreadableFileError
    header_row, header = _header(head, {plain_words(column) for column in mapped})
    total = sum(1 for number, cells in records() if number > header_row and any(cells))
    table = _Table(records, header_row, tuple(header))
    form = {**form, "header row": str(header_row)}
    return RowSource(table.columns, total, table.rows, None, marks, form)


def _header(head: Sequence[tuple[int, list[str]]], mapped: set[str]) -> tuple[int, list[str]]:
    """Return the row that is the header."""

    def words(row: tuple[int, list[str]]) -> set[str]:
        return {plain_words(cell) for cell in row[1]}

    for row in head:
        if (mapped and mapped <= words(row)) or recognise(row[1]) is not PLAIN:
            return row
    return max(head, key=lambda row: len(_OWN_NAMES & words(row)))


def _encodings(path: Path) -> tuple[str, ...]:
    """Return the encodings to try, by the first bytes of the file."""
    with _opened(path) as file:
        start = file.read(200)
    if start[:2] in _UTF_16_MARKS:
        return ("utf-16",)
    if b"\0" in start:
        return ("utf-16-le" if start[1:2] == b"\0" else "utf-16-be",)
    return _ENCODINGS


def _delimiter(path: Path, encoding: str) -> str:
    """Return the delimiter that parts the first lines into the most cells, equally many each."""
    with _opened(path) as file, io.TextIOWrapper(file, encoding) as text:
        first = text.readline(_LONGEST_CELL).strip()
    if first.lower().startswith("sep=") and len(first) == len("sep=;"):
        return first[-1]

    def evenness(delimiter: str) -> int:
        head = islice(_parsed(path, encoding, delimiter), _LINES_TO_JUDGE)
        widths = Counter(len(cells) for _, cells in head)
        return max((width * lines for width, lines in widths.items()), default=0)

    return max(_DELIMITERS, key=evenness)


def _parsed(path: Path, encoding: str, delimiter: str) -> _Rows:
    """Yield the file's records with their row numbers, empty ones included."""
    csv.field_size_limit(_LONGEST_CELL)
    with _opened(path) as file, io.TextIOWrapper(file, encoding, newline="") as text:
        try:
            for number, cells in enumerate(csv.reader(text, delimiter=delimiter), start=1):
                is_note = number == 1 and cells and cells[0].lower().startswith("sep=")
                yield number, [] if is_note else cells
        except (csv.Error, *_DAMAGED) as error:
            raise UnreadableFileError from error


@contextmanager
def _opened(path: Path) -> Generator[IO[bytes]]:
    """Yield the bytes of a file, or of the one that it is the compressed form of."""
    with ExitStack() as stack:
        try:
            file = _unpacked(path, stack)
        except (*_DAMAGED, ValueError) as error:
            raise UnreadableFileError from error
        try:
            yield file
        except _DAMAGED as error:
            raise UnreadableFileError from error


def _unpacked(path: Path, stack: ExitStack) -> IO[bytes]:
    """Open a file, within its archive where it is in one."""
    if (member := _only_text_in_zip(path)) is not None:
        archive = stack.enter_context(zipfile.ZipFile(path))
        return stack.enter_context(archive.open(member))
    if path.suffix.lower() == ".gz":
        return cast("IO[bytes]", stack.enter_context(gzip.open(path)))
    return stack.enter_context(path.open("rb"))


def _only_text_in_zip(path: Path) -> str | None:
    """Return the name of the only file of a zip, where it is text."""
    if path.suffix.lower() != ".zip":
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
    except (*_DAMAGED, ValueError) as error:
        raise UnreadableFileError from error
    (name, *others) = names or [""]
    return name if not others and Path(name).suffix.lower() in _TEXT_SUFFIXES else None


def _getter(indices: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """Return a function that picks cells, always as a tuple."""
    if len(indices) == 1:
        (index,) = indices
        return lambda cells: (cells[index],)
    return itemgetter(*indices)
