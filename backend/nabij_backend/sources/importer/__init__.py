"""Import of open registers of energy sources into the catalogue.

Rows stream from the file, `reading`, are normalised one by one, `normalise`, placed on the grid
in chunks, `placing`, and copied and merged in one transaction, `load`. Memory does not grow with
the file. Importing a file twice changes nothing the second time. Of a private person's source no
name, story, register id or exact capacity reaches the database.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

import psycopg

from nabij_backend.sources.importer import load
from nabij_backend.sources.importer.errors import (
    MissingCrsError,
    SourceImportError,
    UnknownColumnError,
    UnknownCrsError,
    UnknownFieldError,
    UnmappableFileError,
    UnreadableFileError,
)
from nabij_backend.sources.importer.layout import Layout, lay_out
from nabij_backend.sources.importer.normalise import Draft, Rejection, normaliser
from nabij_backend.sources.importer.placing import Placer, Publication, SourceRow
from nabij_backend.sources.importer.reading import open_rows
from nabij_backend.sources.importer.rows import RowSource
from nabij_backend.sources.importer.vocabulary import RejectionReason

__all__ = [
    "ImportResult",
    "MissingCrsError",
    "Progress",
    "RejectionReason",
    "SourceImportError",
    "UnknownColumnError",
    "UnknownCrsError",
    "UnknownFieldError",
    "UnmappableFileError",
    "UnreadableFileError",
    "import_sources",
]

Progress = Callable[[int, int | None], None]

_CHUNK: Final = 5_000


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. `read` is the sum of all the others.

    Attributes:
        register: the register whose columns were recognised; empty: our own field names.
        read: rows of the file.
        inserted: sources that are new.
        updated: sources that were there and are different now.
        unchanged: sources that were there as they are.
        rejected: rows not taken, by reason.
        catalogue_version: of the catalogue as it is now.
    """

    register: str
    read: int
    inserted: int
    updated: int
    unchanged: int
    rejected: Mapping[RejectionReason, int]
    catalogue_version: int


def _silent(_rows_read: int, _total: int | None) -> None:
    """Report no progress."""


def import_sources(  # noqa: PLR0913 - each is a choice of the operator's
    connection: psycopg.Connection,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    crs: str | None = None,
    licence: str,
    made_up: bool = False,
    rejects: Path | None = None,
    now: datetime,
    on_progress: Progress = _silent,
) -> ImportResult:
    """Bring the catalogue up to a file, in one transaction: all of it or nothing.

    Sources that the file does not have are left as they are.

    Args:
        connection: of a role that may change the catalogue.
        path: CSV, GeoJSON or another file that GDAL reads.
        mapping: field to column, going before what the register says.
        crs: the coordinate system to take instead of the file's or the register's.
        licence: under which the register is published, shown with every source.
        made_up: true when the sources do not exist, shown with every source.
        rejects: where to list the rows that were not taken, by number and reason.
        now: the time of the change.
        on_progress: called with the rows read so far and the total.

    Raises:
        SourceImportError: the file cannot be imported; the message says what to do.
    """
    source = open_rows(path)
    layout = lay_out(source.columns, mapping or {}, crs, source.geometry_crs)
    publication = Publication(licence, made_up, layout.register.name or None)
    placer = Placer(layout.crs, load.digest(connection))
    with _whole_or_not_at_all(rejects) as listing, connection.transaction():
        load.stage(connection, _stored(source, layout, placer, on_progress), publication)
        merged = load.merge(connection, now)
        if listing is not None:
            load.write_rejects(connection, listing)
        load.unstage(connection)
    return ImportResult(layout.register.name, *merged)


def _stored(
    source: RowSource, layout: Layout, placer: Placer, on_progress: Progress
) -> Iterator[SourceRow | Rejection]:
    """Yield every row of the file as it is stored or rejected, chunk by chunk."""
    normalised = map(normaliser(layout, source.comma), source.rows(tuple(layout.columns.values())))
    done = 0
    while chunk := list(islice(normalised, _CHUNK)):
        yield from (row for row in chunk if isinstance(row, Rejection))
        yield from placer.place([row for row in chunk if isinstance(row, Draft)])
        done += len(chunk)
        on_progress(done, source.total)


@contextmanager
def _whole_or_not_at_all(path: Path | None) -> Generator[Path | None]:
    """Yield a file beside `path` that takes its place when all went well, and goes otherwise."""
    if path is None:
        yield None
        return
    draft = path.with_name(f"{path.name}.part")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
