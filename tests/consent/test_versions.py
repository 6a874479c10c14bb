from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_consent import (
    InvalidNotice,
    LegalBasis,
    Notice,
    NoticeField,
    NoticeRemainder,
    NoticeSignal,
    Recipient,
    Signal,
    has_other_terms,
    next_version,
)
from tests.consent.values import notice, notice_of_format_1, notices, terms, texts

Change = Callable[[Notice], Notice]


def _signals(each: Notice, *signals: Signal) -> Notice:
    first = replace(each.purposes[0], signals=tuple(terms(signal) for signal in signals))
    return replace(each, purposes=(first, *each.purposes[1:]))


def _gps(each: Notice, change: Callable[[NoticeSignal], NoticeSignal]) -> Notice:
    gps, gsm = each.purposes[0].signals
    changed = replace(each.purposes[0], signals=(change(gps), gsm))
    return replace(each, purposes=(changed, *each.purposes[1:]))


def _named(each: Notice, *names: str) -> Notice:
    fields = tuple(NoticeField(name, texts(name)) for name in names)

    def rename(gps: NoticeSignal) -> NoticeSignal:
        assert gps.details is not None
        return replace(gps, details=replace(gps.details, fields=fields))

    return _gps(each, rename)


def _of_statement(each: Notice, **changes: Any) -> Notice:  # noqa: ANN401 - any part of it
    assert each.statement is not None
    return replace(each, statement=replace(each.statement, **changes))


def _basis(each: Notice) -> Notice:
    first, *others = each.retention
    assert first.details is not None
    details = replace(first.details, basis=LegalBasis.LEGITIMATE_INTEREST)
    return replace(each, retention=(replace(first, details=details), *others))


OTHER_TERMS: dict[str, Change] = {
    "a field more": lambda each: _named(each, "hour", "state", "brand"),
    "a field fewer": lambda each: _named(each, "hour"),
    "another legal basis": _basis,
    "backups kept longer": lambda each: _of_statement(
        each, remains=(NoticeRemainder("backups", 365, texts("backups")),)
    ),
    "a recipient who acts for itself": lambda each: replace(
        each, recipients=(replace(each.recipients[0], processor=True),)
    ),
    "no word on fields": lambda each: notice_of_format_1(each.version),
    "one purpose fewer": lambda each: replace(each, purposes=each.purposes[:1]),
    "one signal more": lambda each: _signals(each, *Signal),
    "one signal fewer": lambda each: _signals(each, Signal.GPS),
    "larger squares": lambda each: _gps(each, lambda gps: replace(gps, resolution_m=10_000)),
    "a signal kept longer": lambda each: _gps(each, lambda gps: replace(gps, retention_days=31)),
    "records kept longer": lambda each: replace(
        each, retention=(replace(each.retention[0], days=366), *each.retention[1:])
    ),
    "records kept for good": lambda each: replace(
        each, retention=(replace(each.retention[0], days=None), *each.retention[1:])
    ),
    "records no longer named": lambda each: replace(each, retention=each.retention[:1]),
    "consent for a month": lambda each: replace(each, grant_days=30),
    "another controller": lambda each: replace(
        each, controller=replace(each.controller, name="Stroom voor Enkelen")
    ),
    "no recipient": lambda each: replace(each, recipients=()),
    "a recipient more": lambda each: replace(
        each, recipients=(*each.recipients, Recipient("Reclame B.V.", "NL", texts("advertises")))
    ),
    "a recipient abroad": lambda each: replace(
        each, recipients=(replace(each.recipients[0], country="US"),)
    ),
    "a recipient in another role": lambda each: replace(
        each, recipients=(replace(each.recipients[0], role=texts("advertises")),)
    ),
}


OTHER_WORDS: dict[str, Change] = {
    "nothing": lambda each: each,
    "a title": lambda each: replace(each, title=texts("other")),
    "a body": lambda each: replace(each, body=texts("other")),
    "a way to withdraw": lambda each: replace(each, withdrawal=texts("other")),
    "a right": lambda each: _of_statement(each, rights=texts("other")),
    "the order of fields": lambda each: _named(each, "state", "hour"),
    "an address": lambda each: replace(
        each, controller=replace(each.controller, address="Dam 2", email="e@f.example")
    ),
    "why a signal is read": lambda each: _gps(
        each, lambda gps: replace(gps, why=texts("other"), reads=texts("other"))
    ),
    "the order of signals": lambda each: _signals(each, Signal.GSM, Signal.GPS),
    "order": lambda each: replace(
        each, purposes=each.purposes[::-1], retention=each.retention[::-1]
    ),
    "its own numbers": lambda each: replace(each, version=9, material_since=7),
}
CURRENT = replace(notice(5), material_since=3)


@pytest.mark.parametrize("change", OTHER_TERMS.values(), ids=OTHER_TERMS.keys())
def test_other_terms_are_material_and_never_editorial(change: Change) -> None:
    draft = change(notice(1))
    assert has_other_terms(CURRENT, draft)
    assert has_other_terms(draft, CURRENT)
    for said in (None, True):
        follows = next_version(CURRENT, draft, material=said)
        assert follows == replace(draft, version=6, material_since=6)
    with pytest.raises(InvalidNotice, match="asked anew"):
        next_version(CURRENT, draft, material=False)


@pytest.mark.parametrize("change", OTHER_WORDS.values(), ids=OTHER_WORDS.keys())
def test_other_words_are_what_somebody_says_they_are(change: Change) -> None:
    draft = change(notice(1))
    assert not has_other_terms(CURRENT, draft)
    material = next_version(CURRENT, draft, material=True)
    assert material == replace(draft, version=6, material_since=6)
    editorial = next_version(CURRENT, draft, material=False)
    assert editorial == replace(draft, version=6, material_since=3)
    with pytest.raises(InvalidNotice, match="Say whether"):
        next_version(CURRENT, draft, material=None)


@pytest.mark.parametrize("said", [None, True, False])
def test_the_first_notice_is_material(said: bool | None) -> None:  # noqa: FBT001 - as it is said
    first = next_version(None, notice(4), material=said)
    assert first == replace(notice(4), version=1, material_since=1)


@given(notices(), notices(), st.booleans())
def test_what_was_agreed_is_accepted_next_just_where_it_was_and_words_changed(
    current: Notice,
    draft: Notice,
    material: bool,  # noqa: FBT001 - drawn
) -> None:
    current = replace(current, version=current.version // 2 + 1, material_since=1)
    same = replace(
        current, title=draft.title, body=draft.body, version=draft.version, material_since=1
    )
    follows = next_version(current, same, material=material)
    assert follows.accepts(current.version) is not material
    assert follows.accepts(follows.version)
