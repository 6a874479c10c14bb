"""Every column about a person has its sentence in the notice, and every sentence its column."""

from collections.abc import Iterator
from dataclasses import replace

import psycopg

from nabij_backend.tables.columns import COLUMNS, DRAWN_FROM_CELL, fields_of
from nabij_backend.tables.personal import PERSONAL
from nabij_backend.tables.retention import RETENTION
from nabij_consent import Locale, Notice, NoticeField
from tests.backend.notices.filled import FILLED_NOTICE

_COLUMNS = """
SELECT relname::text, attname::text
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'nabij'::regnamespace AND relkind IN ('r', 'p')
  AND attnum > 0 AND NOT attisdropped
  AND attrelid IN (SELECT attrelid FROM pg_attribute
                   WHERE attname = 'subject_id' AND NOT attisdropped)
"""
# A square is told by its code; these columns are the same square again.
_THE_SQUARE = DRAWN_FROM_CELL | {"resolution_m"}

Column = tuple[str, str]


def stored(connection: psycopg.Connection) -> set[Column]:
    """The columns of every table about people, by PostgreSQL's own catalogue."""
    columns: set[Column] = set(connection.execute(_COLUMNS).fetchall())
    return columns - {("gps_status", name) for name in _THE_SQUARE}


def named(notice: Notice) -> Iterator[Column]:
    """The columns that the notice names."""
    for _, terms in notice.asks():
        assert terms.details is not None
        yield from ((f"{terms.signal}_status", each.name) for each in terms.details.fields)
    tables = {kept.records: kept.tables for kept in RETENTION}
    for each in notice.retention:
        assert each.details is not None
        for table in tables[each.records]:
            of_table = {field.name for field in fields_of(table)}
            names = {field.name for field in each.details.fields}
            yield from ((table, name) for name in names & of_table)
        every = {field.name for field in fields_of(*tables[each.records])}
        yield from (
            (each.records, field.name) for field in each.details.fields if field.name not in every
        )


def test_every_column_has_its_sentence_and_every_sentence_its_column(
    shared_superuser: psycopg.Connection,
) -> None:
    assert set(named(FILLED_NOTICE)) == stored(shared_superuser)


def test_a_column_more_is_found(shared_superuser: psycopg.Connection) -> None:
    with shared_superuser.transaction(force_rollback=True):
        shared_superuser.execute("ALTER TABLE nabij.gsm_status ADD COLUMN radio text")
        shared_superuser.execute("ALTER TABLE nabij.device ADD COLUMN brand text")
        assert stored(shared_superuser) - set(named(FILLED_NOTICE)) == {
            ("gsm_status", "radio"),
            ("device", "brand"),
        }


def test_a_sentence_about_what_is_not_stored_is_found(
    shared_superuser: psycopg.Connection,
) -> None:
    level = NoticeField("level", {Locale.NL: "sterkte", Locale.EN: "strength"})
    (part,) = FILLED_NOTICE.purposes
    gps, gsm, wifi = part.signals
    assert gsm.details is not None
    details = replace(gsm.details, fields=(*gsm.details.fields, level))
    signals = (gps, replace(gsm, details=details), wifi)
    notice = replace(FILLED_NOTICE, purposes=(replace(part, signals=signals),))
    assert set(named(notice)) - stored(shared_superuser) == {("gsm_status", "level")}


def test_no_word_is_left_of_a_column_that_went() -> None:
    names = {each.name for table in PERSONAL for each in fields_of(table.table)}
    assert names == COLUMNS.keys()
