"""The record of Article 30 says what the notice and the tables say, and nothing is left out."""

from dataclasses import replace
from itertools import chain

import pytest

from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.register.page import markdown
from nabij_backend.register.security import MEASURES, Measure
from nabij_backend.register.service import record
from nabij_backend.tables.personal import PERSONAL
from nabij_backend.tables.retention import RETENTION
from nabij_consent import EEA, Locale, Recipient
from tests.architecture.workspace import ROOT

ROLE = dict.fromkeys(Locale, "hosts the database")
FOUND = record(STARTER_NOTICE)
PAGE = markdown(FOUND)


@pytest.mark.parametrize("letter", "abcdefg")
def test_every_member_of_article_30_has_its_part(letter: str) -> None:
    head, _, rest = PAGE.partition(f"## ({letter}) ")
    assert head
    assert len(rest.partition("\n## ")[0].splitlines()) > 2


def test_it_says_who_answers_for_the_data() -> None:
    assert FOUND["controller"]["name"] == STARTER_NOTICE.controller.name
    assert STARTER_NOTICE.controller.privacy_officer_email in PAGE


def test_every_signal_of_the_notice_is_in_it() -> None:
    for _, terms in STARTER_NOTICE.asks():
        assert terms.reads[Locale.EN] in PAGE
        assert terms.why[Locale.EN] in PAGE


def test_every_table_about_people_and_every_time_limit_is_in_it() -> None:
    assert [each["table"] for each in FOUND["personal_data"]] == [each.table for each in PERSONAL]
    for text in chain((each.title for each in PERSONAL), (kept.what for kept in RETENTION)):
        assert text[Locale.EN] in PAGE


def test_a_recipient_outside_the_eea_is_a_transfer() -> None:
    inside, outside = Recipient("Inside BV", "NL", ROLE), Recipient("Outside Inc.", "US", ROLE)
    found = record(replace(STARTER_NOTICE, recipients=(inside, outside)))
    assert [each["name"] for each in found["recipients"]] == ["Inside BV", "Outside Inc."]
    assert [each["name"] for each in found["transfers"]] == ["Outside Inc."]
    assert markdown(found).count("Outside Inc.") == 2


def test_where_nobody_gets_the_data_it_says_so() -> None:
    page = markdown(record(replace(STARTER_NOTICE, recipients=())))
    assert "Nobody." in page
    assert "nobody outside the European Economic Area" in page


def test_processors_safeguards_and_what_remains_are_in_it() -> None:
    contract = dict.fromkeys(Locale, "Under standard contractual clauses.")
    abroad = Recipient("Outside Inc.", "US", ROLE, processor=True, safeguard=contract)
    page = markdown(record(replace(STARTER_NOTICE, recipients=(abroad,))))
    told = "- Outside Inc. (US, processor): hosts the database Under standard contractual clauses."
    assert page.count(told) == 2
    assert STARTER_NOTICE.statement is not None
    for each in STARTER_NOTICE.statement.remains:
        assert each.what[Locale.EN] in page


def test_the_eea_is_the_union_and_three_more() -> None:
    assert len(EEA) == 27 + 3
    assert {"IS", "LI", "NO"} < EEA
    assert "CH" not in EEA
    assert "GB" not in EEA


@pytest.mark.parametrize("measure", MEASURES, ids=lambda each: each.shown_by)
def test_every_measure_is_shown_by_tests_that_exist(measure: Measure) -> None:
    assert (ROOT / "tests" / measure.shown_by).is_file()
