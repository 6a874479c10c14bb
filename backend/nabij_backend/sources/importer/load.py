"""Loading of sources: one COPY and one merge, in one transaction."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg

from nabij_backend import sql
from nabij_backend.sources.changes import REVERSIBLE_FOR
from nabij_backend.sources.importer.errors import MostDepartError, OlderEditionError
from nabij_backend.sources.importer.normalise import Rejection
from nabij_backend.sources.importer.placing import Digest, Neighbour, Publication, SourceRow
from nabij_backend.sources.importer.vocabulary import RejectionReason

_SQL = sql.load("import")
_REMEMBER_AND_FORGET = (
    "remember_departing",
    "depart",
    "depart_neighbours",
    "forget_names",
    "forget_known",
    "forget_tombstones",
    "bury",
)
UNKNOWN_LICENCE: Final = "unknown"
REJECTS_HEADER: Final = b"row,reason\n"


@dataclass(frozen=True, slots=True)
class RegisterEdition:
    """An edition of a register, or of the supplier's own sources.

    Attributes:
        register: its name; None: the supplier's own sources.
        edition: the day whose state the file tells.
        licence: under which it is published.
        attribution: the words in which its publisher wants to be named.
        url: where it is published.
    """

    register: str | None
    edition: date
    licence: str
    attribution: str | None = None
    url: str | None = None


class Departure(StrEnum):
    """Why sources left the catalogue with an import."""

    MISSING = "missing"
    SHUT = "shut"
    REJECTED = "rejected"


class Merged(NamedTuple):
    """What a merge did."""

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


def digest(connection: psycopg.Connection) -> Digest:
    """Return the function that hides under which id a register knows a source."""
    ((salt,),) = connection.execute(_SQL["salt"]).fetchall()
    return lambda source_id: hashlib.sha256(salt + source_id.encode()).digest()


def take_turn(connection: psycopg.Connection) -> None:
    """Wait for imports that run already, until this transaction ends."""
    connection.execute(_SQL["take_turn"])


def newer_edition(  # noqa: PLR0913 - what an operator may say of a register
    connection: psycopg.Connection,
    register: str | None,
    edition: date,
    *,
    licence: str | None,
    attribution: str | None,
    url: str | None,
) -> RegisterEdition:
    """Return an edition; what is not said of its register is what is known of it.

    Raises:
        OlderEditionError: the catalogue has a later one.
    """
    known = connection.execute(_SQL["known_register"], {"name": register}).fetchone()
    known_edition, *described = known or (None, None, None, None)
    if known_edition is not None and edition < known_edition:
        raise OlderEditionError(known_edition)
    said = (licence, attribution, url)
    licence, attribution, url = (
        old if new is None else new for new, old in zip(said, described, strict=True)
    )
    return RegisterEdition(register, edition, licence or UNKNOWN_LICENCE, attribution, url)


def stage(
    connection: psycopg.Connection,
    rows: Iterable[SourceRow | Rejection],
    publication: Publication,
    digest_of: Digest,
) -> None:
    """Copy the rows of a file beside the catalogue, for the rest of this transaction."""
    connection.execute(_SQL["make_room"])
    with connection.cursor() as cursor, cursor.copy(_SQL["copy"]) as copy:
        for row in rows:
            copy.write_row(_cells(row, publication, digest_of))
    connection.execute(_SQL["analyze"])


def merge(
    connection: psycopg.Connection,
    edition: RegisterEdition,
    *,
    replaces: bool | None,
    now: datetime,
) -> Merged:
    """Bring the catalogue up to what was staged; its version grows only when it changes.

    Args:
        connection: in a transaction that has its turn and has staged a file.
        edition: what was staged.
        replaces: whether sources of the register that were not staged leave. None: they do,
            unless that is most of them.
        now: the time of the change.

    Raises:
        MostDepartError: most sources of the register were not staged.
    """
    values = {**asdict(edition), "now": now, "reversible_for": REVERSIBLE_FOR}

    def run(name: str) -> psycopg.Cursor[Any]:
        return connection.execute(_SQL[name], values)

    for name in ("forget_old", "mark_removed", "mark_foreign", "mark_duplicates"):
        run(name)
    (values["change"],) = _one(run("record"))
    departed, kept = _departing(run, replaces=replaces)
    for name in _REMEMBER_AND_FORGET:
        run(name)
    turned = run("forget_who_is_private").rowcount
    run("remember_updated_neighbours")
    turned += run("forget_who_is_public").rowcount
    run("remember_updated")
    updated = turned + run("update").rowcount + run("update_neighbours").rowcount
    inserted = run("insert").rowcount - turned
    inserted += run("insert_neighbours").rowcount
    run("publish_neighbours")
    (links_changed,) = _one(run("link"))
    (linked,) = _one(run("count_linked"))
    changed = bool(updated or inserted or departed or links_changed)
    (version,) = _one(run("next_version" if changed else "version"))
    counts = Counter[str | None](dict(run("count").fetchall()))
    taken = counts.pop(None, 0)
    merged = Merged(
        change=values["change"],
        read=taken + counts.total(),
        inserted=inserted,
        updated=updated,
        unchanged=taken - inserted - updated,
        departed=departed,
        kept=kept,
        linked=linked,
        rejected={reason: counts[reason] for reason in RejectionReason if reason in counts},
        catalogue_version=version,
    )
    values |= {
        "rows_read": merged.read,
        "inserted": inserted,
        "updated": updated,
        "departed": sum(departed.values()),
        "rejected": counts.total(),
    }
    run("record_counts")
    return merged


def _departing(
    run: Callable[[str], psycopg.Cursor[Any]], *, replaces: bool | None
) -> tuple[Mapping[Departure, int], int]:
    """Find the sources that leave: how many, and how many that the file lacks stay."""
    (known,) = _one(run("count_known"))
    run("find_departing")
    counts = dict(run("count_departing").fetchall())
    missing = counts.get(Departure.MISSING, 0)
    if replaces is None and 2 * missing > known:
        raise MostDepartError(missing, known)
    kept = 0
    if replaces is False:
        kept = run("keep_missing").rowcount
        counts.pop(Departure.MISSING, None)
    return {reason: counts[reason] for reason in Departure if reason in counts}, kept


def write_rejects(connection: psycopg.Connection, path: Path) -> None:
    """Write row number and reason of every rejected row, and nothing of its data, as CSV."""
    with (
        path.open("wb") as file,
        connection.cursor() as cursor,
        cursor.copy(_SQL["write_rejects"]) as copy,
    ):
        for block in copy:
            file.write(block)


def unstage(connection: psycopg.Connection) -> None:
    """Drop what was staged, so that one transaction can import several files."""
    connection.execute(_SQL["clear_away"])


def _one(cursor: psycopg.Cursor[Any]) -> tuple[int]:
    """Return the only row of an answer."""
    (row,) = cursor.fetchall()
    return row


def _cells(
    row: SourceRow | Rejection, publication: Publication, digest_of: Digest
) -> tuple[object, ...]:
    """Return a row in the order of the COPY."""
    shared = (publication.licence, publication.register, publication.made_up)
    if isinstance(row, Rejection):
        known_as = None if row.source_id is None else digest_of(row.source_id)
        return (row.row_number, row.reason, known_as, *(None,) * 17)
    if isinstance(row, Neighbour):
        square = (row.cell.northing_m, row.cell.easting_m)
        kept = (row.row_number, None, row.digest, *shared, row.technology, *row.band_kw, *square)
        return (*kept, *(None,) * 9)
    draft = row.draft
    kept = (draft.row_number, None, row.digest, *shared, draft.technology, *(None,) * 4)
    told = (draft.source_id, draft.name, draft.owner_kind, draft.capacity_kw, draft.story)
    return (*kept, *told, draft.language, row.latitude_e5, row.longitude_e5, row.ewkb)
