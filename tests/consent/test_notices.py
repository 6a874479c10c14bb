from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from nabij_consent import (
    NEARBY_SOURCES,
    InvalidNotice,
    Locale,
    Notice,
    NoticePurpose,
    Purpose,
    Signal,
)
from tests.consent.values import RESEARCH, notice, terms, texts

WRONG: dict[str, Callable[[], object]] = {
    "version 0": lambda: replace(notice(), version=0),
    "no lifetime": lambda: replace(notice(), grant_days=0),
    "more than a year": lambda: replace(notice(), grant_days=367),
    "no Dutch title": lambda: replace(notice(), title={Locale.EN: "Title"}),
    "empty English body": lambda: replace(notice(), body={**texts("body"), Locale.EN: ""}),
    "no purpose": lambda: replace(notice(), purposes=()),
    "a purpose twice": lambda: replace(notice(), purposes=notice().purposes * 2),
    "no signal": lambda: NoticePurpose(RESEARCH, texts("x"), ()),
    "a signal twice": lambda: NoticePurpose(RESEARCH, texts("x"), (terms(Signal.GSM),) * 2),
    "an untitled purpose": lambda: NoticePurpose(RESEARCH, {}, (terms(Signal.GSM),)),
    "a position without squares": lambda: replace(terms(Signal.GPS), resolution_m=None),
    "squares of wifi": lambda: replace(terms(Signal.WIFI), resolution_m=1_000),
    "squares of 500 m": lambda: replace(terms(Signal.GPS), resolution_m=500),
    "kept for no day": lambda: replace(terms(Signal.GSM), retention_days=0),
    "no reason": lambda: replace(terms(Signal.GSM), why={}),
    "material later than itself": lambda: replace(notice(), material_since=4),
    "material before the first": lambda: replace(notice(), material_since=0),
    "no word on how to withdraw": lambda: replace(notice(), withdrawal={}),
    "no word on what is kept": lambda: replace(notice(), retention=()),
    "records twice": lambda: replace(notice(), retention=notice().retention * 2),
    "records without a slug": lambda: replace(notice().retention[0], records="Reads"),
    "records kept for no day": lambda: replace(notice().retention[0], days=0),
    "records without a sentence": lambda: replace(notice().retention[0], what={}),
    "a nameless controller": lambda: replace(notice().controller, name=""),
    "a controller without address": lambda: replace(notice().controller, address=""),
    "a controller without e-mail": lambda: replace(notice().controller, email="phone us"),
    "no privacy officer": lambda: replace(notice().controller, privacy_officer_email=""),
    "a nameless recipient": lambda: replace(notice().recipients[0], name=""),
    "a recipient in no country": lambda: replace(notice().recipients[0], country="Nl"),
    "a recipient without a role": lambda: replace(notice().recipients[0], role={}),
    "no word on what is read": lambda: replace(terms(Signal.GSM), reads={}),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_shown_as_evidence_cannot_be_made(wrong: Callable[[], object]) -> None:
    with pytest.raises(InvalidNotice):
        wrong()


@pytest.mark.parametrize(
    ("purpose", "signal", "asked"),
    [
        (NEARBY_SOURCES, Signal.GPS, True),
        (NEARBY_SOURCES, Signal.WIFI, False),
        (RESEARCH, Signal.WIFI, True),
        (RESEARCH, Signal.GPS, False),
        (Purpose("marketing"), Signal.GPS, False),
    ],
)
def test_terms_are_of_one_signal_for_one_purpose(
    purpose: Purpose, signal: Signal, *, asked: bool
) -> None:
    found = notice().terms(purpose, signal)
    assert (found is not None) is asked
    assert found is None or found.signal is signal


def test_everything_that_is_asked_is_listed() -> None:
    asked = [(purpose.slug, each.signal) for purpose, each in notice().asks()]
    assert asked == [
        ("nearby-sources", Signal.GPS),
        ("nearby-sources", Signal.GSM),
        ("research", Signal.WIFI),
    ]


@pytest.mark.parametrize("grant_days", [1, 366])
def test_consent_lasts_as_long_as_the_notice_says(grant_days: int) -> None:
    lasting: Notice = replace(notice(), grant_days=grant_days)
    assert lasting.grant_lifetime == timedelta(days=grant_days)


@pytest.mark.parametrize(("version", "accepted"), [(1, False), (2, True), (3, True), (4, False)])
def test_what_was_agreed_since_the_last_material_version_is_accepted(
    version: int, *, accepted: bool
) -> None:
    assert replace(notice(3), material_since=2).accepts(version) is accepted


def test_data_may_go_to_nobody_else() -> None:
    assert replace(notice(), recipients=()).recipients == ()
