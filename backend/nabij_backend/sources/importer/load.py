"""Loading of sources: one COPY and one merge, in one transaction."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import psycopg

from nabij_backend import sql
from nabij_backend.sources.importer.normalise import Rejection
from nabij_backend.sources.importer.placing import Digest, Neighbour, Publication, SourceRow
from nabij_backend.sources.importer.vocabulary import RejectionReason

_SQL = sql.load("import")
_STEPS = (
    ("forget_who_is_private", "forget_who_is_public"),
    ("update", "update_neighbours"),
    ("insert", "insert_neighbours"),
)


class Merged(NamedTuple):
    """What a merge did."""

    read: int
    inserted: int
    updated: int
    unchanged: int
    rejected: Mapping[RejectionReason, int]
    catalogue_version: int


def digest(connection: psycopg.Connection) -> Digest:
    """Return the function that hides under which id a register knows a source."""
    ((salt,),) = connection.execute(_SQL["salt"]).fetchall()
    return lambda source_id: hashlib.sha256(salt + source_id.encode()).digest()


def stage(
    connection: psycopg.Connection,
    rows: Iterable[SourceRow | Rejection],
    publication: Publication,
) -> None:
    """Copy the rows of a file beside the catalogue, for the rest of this transaction."""
    connection.execute(_SQL["make_room"])
    with connection.cursor() as cursor, cursor.copy(_SQL["copy"]) as copy:
        for row in rows:
            copy.write_row(_cells(row, publication))
    connection.execute(_SQL["analyze"])


def merge(connection: psycopg.Connection, now: datetime) -> Merged:
    """Bring the catalogue up to what was staged; its version grows only when it changes."""
    connection.execute(_SQL["mark_duplicates"])
    (version,) = _one(connection.execute(_SQL["take_turn"]))
    turned, updated, inserted = (
        sum(connection.execute(_SQL[name]).rowcount for name in names) for names in _STEPS
    )
    updated, inserted = updated + turned, inserted - turned
    connection.execute(_SQL["publish_neighbours"])
    if updated or inserted:
        (version,) = _one(connection.execute(_SQL["next_version"], (now,)))
    counts = Counter[str | None](dict(connection.execute(_SQL["count"]).fetchall()))
    taken = counts.pop(None, 0)
    return Merged(
        read=taken + counts.total(),
        inserted=inserted,
        updated=updated,
        unchanged=taken - inserted - updated,
        rejected={reason: counts[reason] for reason in RejectionReason if reason in counts},
        catalogue_version=version,
    )


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


def _one(cursor: psycopg.Cursor[tuple[int]]) -> tuple[int]:
    """Return the only row of an answer."""
    (row,) = cursor.fetchall()
    return row


def _cells(row: SourceRow | Rejection, publication: Publication) -> tuple[object, ...]:
    """Return a row in the order of the COPY."""
    shared = (publication.licence, publication.register, publication.made_up)
    if isinstance(row, Rejection):
        return (row.row_number, row.reason, *(None,) * 18)
    if isinstance(row, Neighbour):
        square = (row.cell.northing_m, row.cell.easting_m)
        kept = (row.row_number, None, row.digest, *shared, row.technology, *row.band_kw, *square)
        return (*kept, *(None,) * 9)
    draft = row.draft
    kept = (draft.row_number, None, row.digest, *shared, draft.technology, *(None,) * 4)
    told = (draft.source_id, draft.name, draft.owner_kind, draft.capacity_kw, draft.story)
    return (*kept, *told, draft.language, row.latitude_e5, row.longitude_e5, row.ewkb)
