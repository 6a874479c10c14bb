"""Import of open registers of energy sources into the catalogue.

Rows stream from the file, `register_file`: they are read, `reading`, normalised one by one,
`normalise`, and placed on the grid in chunks, `placing`. They are copied and merged in one
transaction, `load`. Memory does not grow with the file. Importing a file twice changes nothing the
second time. An edition of a register replaces the one before it, and each import can be undone. Of
a private person's source no name, story, register id or exact capacity reaches the database.
"""

import re
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import psycopg

from nabij_backend.sources.importer import load
from nabij_backend.sources.importer.errors import (
    EditionDateError,
    MissingCrsError,
    MostDepartError,
    NoRegisterError,
    OlderEditionError,
    RegisterNameError,
    RejectsFileError,
    RejectsPlaceError,
    SourceImportError,
    UnknownColumnError,
    UnknownCrsError,
    UnknownFieldError,
    UnmappableFileError,
    UnreadableFileError,
)
from nabij_backend.sources.importer.load import Departure
from nabij_backend.sources.importer.mapping import SavedMapping
from nabij_backend.sources.importer.normalise import CapacityRemark
from nabij_backend.sources.importer.placing import Publication
from nabij_backend.sources.importer.register_file import Progress, read_register, silent
from nabij_backend.sources.importer.report import FileReport, is_misread
from nabij_backend.sources.importer.vocabulary import RejectionReason

__all__ = [
    "CapacityRemark",
    "Departure",
    "EditionDateError",
    "ImportResult",
    "MissingCrsError",
    "MostDepartError",
    "OlderEditionError",
    "Progress",
    "RegisterNameError",
    "RejectionReason",
    "RejectsFileError",
    "RejectsPlaceError",
    "SavedMapping",
    "SourceImportError",
    "UnknownColumnError",
    "UnknownCrsError",
    "UnknownFieldError",
    "UnmappableFileError",
    "UnreadableFileError",
    "import_sources",
]

_NO_MAPPING: Final = SavedMapping()
_REGISTER_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME: Final = 40
_EARLIEST: Final = date(2000, 1, 1)
_NO_REGISTER: Final = "neighbours"  # as the ids of private persons' sources begin


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. `read` is the sum of all the others.

    Attributes:
        recognised: the register whose columns were recognised; empty: our own field names.
        register: to which the sources belong; None: they are the supplier's own.
        edition: of the register.
        change: the number by which the import can be undone.
        read: rows of the file.
        inserted: sources that are new.
        updated: sources that were there and are different now.
        unchanged: sources that were there as they are.
        departed: sources that left the catalogue, by reason.
        kept: sources of the register that the file lacks and that stay, as it is a part of it.
        linked: sources of the register that another register has, too; one of them is shown.
        rejected: rows not taken, by reason.
        report: what was recognised in the file.
        causes: why nothing, or less than half, could be taken; empty where that is not so.
        catalogue_version: of the catalogue as it is now.
    """

    recognised: str
    register: str | None
    edition: date
    change: int
    read: int
    inserted: int
    updated: int
    unchanged: int
    departed: Mapping[Departure, int]
    kept: int
    linked: int
    rejected: Mapping[RejectionReason, int]
    catalogue_version: int
    report: FileReport
    causes: Sequence[str]


def import_sources(  # noqa: PLR0913 - each is a choice of the operator's
    connection: psycopg.Connection,
    path: Path,
    *,
    mapping: SavedMapping = _NO_MAPPING,
    edition: date | None = None,
    made_up: bool = False,
    dry_run: bool = False,
    rejects: Path | None = None,
    now: datetime,
    on_progress: Progress = silent,
) -> ImportResult:
    """Bring the catalogue up to a file, in one transaction: all of it or nothing.

    A source whose row is shut or cannot be taken any more leaves the catalogue. One that the file
    does not have leaves it where the file replaces its register. Nothing changes where no row could
    be taken, unless each is shut or not renewable.

    Args:
        connection: of a role that may change the catalogue.
        path: CSV, also within gzip or zip, a workbook, GeoJSON or another file that GDAL reads.
        mapping: how to read the file, and what is said of its register.
        edition: the day whose state the file tells; None: today.
        made_up: true when the sources do not exist, shown with every source.
        dry_run: whether to leave the catalogue as it is, and say what would be.
        rejects: where to list the rows that were not taken, by number and reason; no file is
            written where all were, and none replaced but an earlier list.
        now: the time of the change.
        on_progress: called with the rows read so far and the total.

    Raises:
        SourceImportError: the file cannot be imported; the message says what to do.
    """
    _check(mapping.register, edition, now)
    if rejects is not None:
        _require_ours(rejects)
    digest = load.digest(connection)
    file = read_register(path, mapping, digest, now.date(), on_progress)
    if file.layout.register_name is None and (mapping.attribution or mapping.url):
        raise NoRegisterError
    with _whole_or_not_at_all(rejects) as listing, connection.transaction() as transaction:
        load.take_turn(connection)
        newer = load.newer_edition(
            connection,
            file.layout.register_name,
            edition or now.date(),
            licence=mapping.licence,
            attribution=mapping.attribution,
            url=mapping.url,
        )
        publication = Publication(newer.licence, made_up, newer.register)
        load.stage(connection, file.rows, publication, digest)
        replaces = mapping.replaces
        if replaces is None and not file.layout.register.is_whole:
            replaces = False
        merged = load.merge(connection, newer, replaces=replaces, now=now)
        if listing is not None and merged.rejected:
            load.write_rejects(connection, listing)
        load.unstage(connection)
        causes = file.report.causes(merged.read, merged.rejected)
        if dry_run or is_misread(merged.read, merged.rejected):
            raise psycopg.Rollback(transaction)
    recognised = file.layout.register.name
    return ImportResult(recognised, newer.register, newer.edition, *merged, file.report, causes)


def _check(register: str | None, edition: date | None, now: datetime) -> None:
    """Refuse a register and an edition that cannot be."""
    if register is not None and (
        not _REGISTER_NAME.fullmatch(register)
        or len(register) > _LONGEST_NAME
        or register == _NO_REGISTER
    ):
        raise RegisterNameError
    if edition is not None and not _EARLIEST <= edition <= now.date():
        raise EditionDateError


def _require_ours(path: Path) -> None:
    """Refuse a file that is there and is no list of rejects, such as the input."""
    if path.exists():
        if not path.is_file():
            raise RejectsFileError
        with path.open("rb") as file:
            if file.read(len(load.REJECTS_HEADER)) != load.REJECTS_HEADER:
                raise RejectsFileError


@contextmanager
def _whole_or_not_at_all(path: Path | None) -> Generator[Path | None]:
    """Yield a file beside `path` that takes its place when all went well, and goes otherwise."""
    if path is None:
        yield None
        return
    try:
        beside = tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-")
    except OSError:
        # What it says repeats the path.
        raise RejectsPlaceError from None
    with beside as folder:
        draft = Path(folder, path.name)
        yield draft
        if draft.exists():
            draft.replace(path)
