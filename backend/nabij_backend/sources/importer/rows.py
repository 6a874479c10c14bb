"""The common form of rows of every kind of file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nabij_backend.sources.importer.numbers import DecimalMarks


class RawRow(NamedTuple):
    """A row as the file has it.

    Attributes:
        number: the row's number in the file.
        cells: the wanted columns, in the order in which they were asked for.
        point: x and y of the row's geometry, in the file's coordinate system.
    """

    number: int
    cells: Sequence[str]
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class RowSource:
    """An opened file.

    Attributes:
        columns: its headers.
        total: how many rows it has.
        rows: streams the rows with the cells of the wanted columns.
        geometry_crs: the coordinate system of the rows' geometry; None: they have none.
        form: what its kind of file has: format, encoding, delimiter, header row, layer.
        marks: what a lone point or comma in a number of this file is likely to mean.
    """

    columns: tuple[str, ...]
    total: int
    rows: Callable[[Sequence[str]], Iterator[RawRow]]
    geometry_crs: str | None
    marks: DecimalMarks
    form: Mapping[str, str]
