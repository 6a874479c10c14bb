"""One place says how long things are kept, and everything else agrees with it."""

from dataclasses import replace
from itertools import chain

import psycopg
import pytest

from nabij_backend.notices.starter import STARTER_NOTICE
from nabij_backend.retention.declared import ABOUT_NOBODY, RETENTION, require_as_kept
from nabij_backend.retention.document import NoPlace, with_periods
from nabij_backend.retention.over import GRANTS, STATUS_TABLES, emptied
from nabij_consent import InvalidNotice, Notice, NoticeRetention
from tests.backend.database.guards import personal_tables, tables_about_nobody

DECLARED = list(chain.from_iterable(kept.tables for kept in RETENTION))


def test_every_table_about_a_person_says_how_long(shared_superuser: psycopg.Connection) -> None:
    said = [*DECLARED, GRANTS.table, *STATUS_TABLES]
    assert sorted(said) == sorted(personal_tables(shared_superuser))


def test_every_table_about_nobody_says_how_long_too(shared_superuser: psycopg.Connection) -> None:
    assert sorted(ABOUT_NOBODY) == sorted(tables_about_nobody(shared_superuser))


def test_every_table_with_days_is_emptied() -> None:
    with_days = chain.from_iterable(kept.tables for kept in RETENTION if kept.days is not None)
    assert [over.table for over in emptied()] == [*STATUS_TABLES, *with_days]


def test_the_starter_notice_promises_what_is_kept() -> None:
    require_as_kept(STARTER_NOTICE)
    assert STARTER_NOTICE.retention == tuple(kept.as_shown() for kept in RETENTION)


def promising(*retention: NoticeRetention) -> Notice:
    return replace(STARTER_NOTICE, retention=retention)


FIRST, *REST = STARTER_NOTICE.retention


@pytest.mark.parametrize(
    ("notice", "told"),
    [
        (promising(*REST), FIRST.records),
        (promising(replace(FIRST, days=7), *REST), FIRST.records),
        (promising(FIRST, *(replace(each, days=7) for each in REST)), "reads"),
        (promising(FIRST, *REST, replace(FIRST, records="dreams")), "nobody keeps"),
    ],
    ids=["one missing", "days for none", "other days", "one too many"],
)
def test_a_notice_that_promises_otherwise_is_refused(notice: Notice, told: str) -> None:
    with pytest.raises(InvalidNotice, match=told) as caught:
        require_as_kept(notice)
    assert "dreams" not in str(caught.value)


def test_a_notice_may_say_it_in_its_own_words() -> None:
    own = {locale: f"{text} Echt." for locale, text in FIRST.what.items()}
    require_as_kept(promising(replace(FIRST, what=own), *REST))


def test_a_document_without_a_place_for_the_periods_is_refused() -> None:
    with pytest.raises(NoPlace, match="put them back"):
        with_periods("# Data model\n")
