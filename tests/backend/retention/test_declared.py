"""One place says how long things are kept, and everything else agrees with it."""

from itertools import chain

import psycopg
import pytest

from nabij_backend.retention.document import NoPlace, with_periods
from nabij_backend.retention.over import STATUS_TABLES, records, statuses
from nabij_backend.tables.retention import ABOUT_NOBODY, RETENTION
from tests.backend.database.guards import personal_tables, tables_about_nobody

DECLARED = list(chain.from_iterable(kept.tables for kept in RETENTION))


def test_every_table_about_a_person_says_how_long(shared_superuser: psycopg.Connection) -> None:
    said = [*DECLARED, *STATUS_TABLES]
    assert sorted(said) == sorted(personal_tables(shared_superuser))


def test_every_table_about_nobody_says_how_long_too(shared_superuser: psycopg.Connection) -> None:
    assert sorted(ABOUT_NOBODY) == sorted(tables_about_nobody(shared_superuser))


def test_every_table_with_days_is_emptied() -> None:
    with_days = chain.from_iterable(kept.tables for kept in RETENTION if kept.days is not None)
    reports = "vulnerability_report"  # of nobody: no notice says how long
    assert [over.table for over in (*statuses(), *records())] == [
        *STATUS_TABLES,
        *with_days,
        reports,
    ]


def test_a_document_without_a_place_for_the_periods_is_refused() -> None:
    with pytest.raises(NoPlace, match="put them back"):
        with_periods("# Data model\n")
