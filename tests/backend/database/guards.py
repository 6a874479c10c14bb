"""What every table must have, read from PostgreSQL's own catalogue."""

from collections.abc import Iterator

import psycopg

from nabij_backend.tables.retention import ABOUT_NOBODY

_TABLES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forced,
    EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid AND polcmd = '*') AS has_policy,
    EXISTS (SELECT FROM pg_attribute
            WHERE attrelid = c.oid AND attname = 'subject_id' AND NOT attisdropped) AS personal,
    EXISTS (SELECT FROM pg_attribute
            WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
                AND attstattarget IS DISTINCT FROM 0) AS analyzed,
    coalesce((SELECT attname FROM pg_index
              JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
              WHERE indrelid = c.oid AND indisprimary), '') AS key_begins_with
FROM pg_class AS c
WHERE c.relnamespace = 'nabij'::regnamespace AND c.relkind IN ('r', 'p')
ORDER BY c.relname
"""

_STAYING = """
SELECT c.relname
FROM pg_class AS c
WHERE c.relnamespace = 'nabij'::regnamespace AND c.relname = ANY (%s) AND c.relname <> 'subject'
    AND NOT EXISTS (
        SELECT FROM pg_constraint AS k
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confdeltype = 'c' AND k.convalidated
            AND k.confrelid = ANY (%s::text[]::regclass[])
    )
ORDER BY c.relname
"""

# What a row may hang on to go with its person: each of these does.
_GOING = ["nabij.subject", "nabij.consent_event", "nabij.live_grant", "nabij.device"]

_STATUS_TABLES = """
SELECT c.relname, coalesce(bool_or(k.confdeltype = 'c'), false)
FROM pg_class AS c
LEFT JOIN pg_constraint AS k
    ON k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid = 'nabij.live_grant'::regclass
    AND k.convalidated
    AND (SELECT array_agg(attname::text ORDER BY place)
         FROM unnest(k.conkey) WITH ORDINALITY AS key (number, place)
         JOIN pg_attribute ON attrelid = c.oid AND attnum = key.number)
        = ARRAY['subject_id', 'purpose', 'signal']
WHERE c.relnamespace = 'nabij'::regnamespace AND c.relkind IN ('r', 'p')
    AND c.relname LIKE '%%\\_status'
GROUP BY c.relname ORDER BY c.relname
"""


PUBLIC_TABLES = ["alembic_version", "catalogue", "notice", "source"]
"""What everybody may read: the planner may keep statistics of their columns."""


def tables_about_nobody(connection: psycopg.Connection) -> list[str]:
    """The other tables."""
    return [row[0] for row in connection.execute(_TABLES) if not row[3]]


def personal_tables(connection: psycopg.Connection) -> list[str]:
    """The tables that hold rows about people."""
    return [row[0] for row in connection.execute(_TABLES) if row[3]]


def faults(connection: psycopg.Connection) -> list[str]:
    """What a table of schema ``nabij`` misses; none where all is well."""
    return [*_unguarded(connection), *_staying(connection), *_outliving(connection)]


def _unguarded(connection: psycopg.Connection) -> Iterator[str]:
    rows = connection.execute(_TABLES)
    for table, forced, has_policy, personal, analyzed, key_begins_with in rows:
        if analyzed and table not in PUBLIC_TABLES:
            yield f"{table}: the planner collects values of its columns"
        if not personal:
            if table not in ABOUT_NOBODY:
                yield f"{table}: has no subject_id and is not listed as such"
            continue
        if key_begins_with != "subject_id":
            yield f"{table}: its primary key does not begin with subject_id"
        if not forced:
            yield f"{table}: row-level security is not forced"
        if not has_policy:
            yield f"{table}: has no policy for every command"


def _staying(connection: psycopg.Connection) -> Iterator[str]:
    for (table,) in connection.execute(_STAYING, [personal_tables(connection), _GOING]):
        yield f"{table}: does not go with its person"


def _outliving(connection: psycopg.Connection) -> Iterator[str]:
    for table, cascades in connection.execute(_STATUS_TABLES):
        if not cascades:
            yield f"{table}: does not go with the grant"
