"""Sources into the catalogue: one COPY beside it, then one merge into it, in one transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import psycopg

from nabij_backend.sources.importer.normalise import Rejection
from nabij_backend.sources.importer.placing import Publication, SourceRow
from nabij_backend.sources.importer.vocabulary import Reason

# Has the column types of the catalogue, and none of its constraints and indexes. Rows that were
# not taken lie in it too, so that neither ids nor rejections ever have to fit into memory.
_CREATE: Final = """
CREATE TEMPORARY TABLE incoming_source ON COMMIT DROP AS
SELECT 0::bigint AS row_number, NULL::text AS reason,
       source_id, name, technology, owner_kind, capacity_kw, story, licence, made_up, located,
       geom, feature
FROM nabij.source WITH NO DATA
"""

_COPY: Final = """
COPY incoming_source (row_number, reason, source_id, name, technology, owner_kind, capacity_kw,
                      story, licence, made_up, located, geom, feature) FROM STDIN
"""

# The first row that can be taken has the id; later ones with the same id are duplicates.
_MARK_DUPLICATES: Final = """
UPDATE incoming_source AS later SET reason = 'duplicate-id'
FROM (SELECT source_id, min(row_number) AS first_row FROM incoming_source
      WHERE reason IS NULL GROUP BY source_id HAVING count(*) > 1) AS twice
WHERE later.source_id = twice.source_id AND later.row_number > twice.first_row
"""

# Imports that run at once queue here, and readers are not held up.
_LOCK: Final = "SELECT version FROM nabij.catalogue FOR UPDATE"

_UPDATE: Final = """
UPDATE nabij.source AS s
SET (name, technology, owner_kind, capacity_kw, story, licence, made_up, located, geom, feature)
  = (i.name, i.technology, i.owner_kind, i.capacity_kw, i.story, i.licence, i.made_up, i.located,
     i.geom, i.feature)
FROM incoming_source AS i
WHERE i.reason IS NULL AND s.source_id = i.source_id
  AND (s.name, s.technology, s.owner_kind, s.capacity_kw, s.story, s.licence, s.made_up,
       s.located, s.geom, s.feature)
      IS DISTINCT FROM
      (i.name, i.technology, i.owner_kind, i.capacity_kw, i.story, i.licence, i.made_up,
       i.located, i.geom, i.feature)
"""

_INSERT: Final = """
INSERT INTO nabij.source (source_id, name, technology, owner_kind, capacity_kw, story, licence,
                          made_up, located, geom, feature)
SELECT source_id, name, technology, owner_kind, capacity_kw, story, licence, made_up, located,
       geom, feature
FROM incoming_source AS i
WHERE reason IS NULL
  AND NOT EXISTS (SELECT FROM nabij.source AS s WHERE s.source_id = i.source_id)
"""

_NEXT_VERSION: Final = """
UPDATE nabij.catalogue SET version = version + 1, changed_at = %s RETURNING version
"""

_COUNT: Final = "SELECT reason, count(*) FROM incoming_source GROUP BY reason"

_WRITE_REJECTS: Final = """
COPY (SELECT row_number AS row, reason FROM incoming_source WHERE reason IS NOT NULL
      ORDER BY row_number) TO STDOUT (FORMAT csv, HEADER)
"""


class Merged(NamedTuple):
    """What a merge did."""

    read: int
    inserted: int
    updated: int
    unchanged: int
    rejected: Mapping[Reason, int]
    catalogue_version: int


def stage(
    connection: psycopg.Connection,
    rows: Iterable[SourceRow | Rejection],
    publication: Publication,
) -> None:
    """Copy the rows of a file beside the catalogue, for the rest of this transaction."""
    connection.execute(_CREATE)
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(_cells(row, publication))
    # Without figures the planner takes the new table for a small one and loops over it.
    connection.execute("ANALYZE incoming_source")


def merge(connection: psycopg.Connection, now: datetime) -> Merged:
    """Bring the catalogue up to what was staged; its version grows only when it changes."""
    connection.execute(_MARK_DUPLICATES)
    (version,) = _one(connection.execute(_LOCK))
    updated = connection.execute(_UPDATE).rowcount
    inserted = connection.execute(_INSERT).rowcount
    if updated or inserted:
        (version,) = _one(connection.execute(_NEXT_VERSION, (now,)))
    counts = Counter[str | None](dict(connection.execute(_COUNT).fetchall()))
    taken = counts.pop(None, 0)
    return Merged(
        read=taken + counts.total(),
        inserted=inserted,
        updated=updated,
        unchanged=taken - inserted - updated,
        rejected={reason: counts[reason] for reason in Reason if reason in counts},
        catalogue_version=version,
    )


def write_rejects(connection: psycopg.Connection, path: Path) -> None:
    """Write row number and reason of every rejected row, and nothing of its data, as CSV."""
    with (
        path.open("wb") as file,
        connection.cursor() as cursor,
        cursor.copy(_WRITE_REJECTS) as copy,
    ):
        for block in copy:
            file.write(block)


def unstage(connection: psycopg.Connection) -> None:
    """Drop what was staged, so that one transaction can import several files."""
    connection.execute("DROP TABLE incoming_source")


def _one(cursor: psycopg.Cursor[tuple[int]]) -> tuple[int]:
    """Return the only row of an answer."""
    (row,) = cursor.fetchall()
    return row


def _cells(row: SourceRow | Rejection, publication: Publication) -> tuple[object, ...]:
    """Return a row in the order of the COPY."""
    if isinstance(row, Rejection):
        return (row.row_number, row.reason, *(None,) * 11)
    draft = row.draft
    return (
        draft.row_number,
        None,
        draft.source_id,
        draft.name,
        draft.technology,
        draft.owner_kind,
        draft.capacity_kw,
        draft.story,
        publication.licence,
        publication.made_up,
        row.located,
        row.ewkb,
        row.feature,
    )
