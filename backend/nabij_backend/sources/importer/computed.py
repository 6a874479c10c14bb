"""Columns that a file does not have, computed from those that it has."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from nabij_backend.sources.importer.errors import UnknownColumnError
from nabij_backend.sources.importer.rows import RawRow, RowSource
from nabij_backend.sources.importer.vocabulary import plain_words

ROW_NUMBER: Final = "number of the row"
Value = Callable[[RawRow], str]


def with_column(source: RowSource, name: str, parts: Sequence[str], value: Value) -> RowSource:
    """Add a column.

    Args:
        source: the file.
        name: of the column.
        parts: the columns that it is computed from.
        value: computes it from a row with the cells of `parts`.
    """

    def rows(wanted: Sequence[str]) -> Iterator[RawRow]:
        others = [column for column in wanted if column != name]
        places = [None if column == name else others.index(column) for column in wanted]
        for row in source.rows((*others, *parts)):
            cells, used = row.cells[: len(others)], row.cells[len(others) :]
            computed = value(row._replace(cells=used))
            yield row._replace(
                cells=tuple(computed if place is None else cells[place] for place in places)
            )

    def rows_of(wanted: Sequence[str]) -> Iterator[RawRow]:
        return rows(wanted) if name in wanted else source.rows(wanted)

    return replace(source, columns=(*source.columns, name), rows=rows_of)


def with_row_numbers(source: RowSource) -> RowSource:
    """Add the column `ROW_NUMBER`."""
    return with_column(source, ROW_NUMBER, (), lambda row: str(row.number))


def with_joined(source: RowSource, columns: Sequence[str]) -> tuple[RowSource, str]:
    """Add a column that holds several, joined by hyphens, and return its name.

    It is empty where one of them is: what is left could be the id of another source.

    Raises:
        UnknownColumnError: the file does not have one of them.
    """
    by_words = {plain_words(column): column for column in reversed(source.columns)}
    parts = [by_words.get(plain_words(column)) for column in columns]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        raise UnknownColumnError(source.columns)
    name = " + ".join(known)

    def joined(row: RawRow) -> str:
        cells = [cell.strip() for cell in row.cells]
        return "-".join(cells) if all(cells) else ""

    return with_column(source, name, known, joined), name


def first_filled(row: RawRow) -> str:
    """Return the first cell that is not empty."""
    return next(filter(None, row.cells), "")
