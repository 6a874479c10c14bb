"""When a prompt may ask: whatever else, never against a no of the last half year."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_consent import NO_STANDS_FOR, EventKind, LatestAct, may_prompt
from tests.consent.values import NOW, notice

NOES = {EventKind.REFUSED, EventKind.WITHDRAWN}
NOTICE = replace(notice(4), material_since=3)


@given(
    kind=st.sampled_from(EventKind),
    version=st.integers(1, 4),
    age=st.timedeltas(timedelta(), 2 * NO_STANDS_FOR),
    permitted=st.booleans(),
)
def test_a_no_under_these_terms_is_not_asked_against(
    *, kind: EventKind, version: int, age: timedelta, permitted: bool
) -> None:
    latest = LatestAct(kind, version, NOW - age)
    stands = kind in NOES and version >= 3 and age < NO_STANDS_FOR
    asked = may_prompt(permitted=permitted, latest=latest, notice=NOTICE, now=NOW)
    assert asked is (not permitted and not stands)


def test_who_never_answered_may_be_asked() -> None:
    assert may_prompt(permitted=False, latest=None, notice=NOTICE, now=NOW)


@pytest.mark.parametrize("kind", sorted(NOES))
def test_half_a_year_is_183_days(kind: EventKind) -> None:
    latest = LatestAct(kind, 4, NOW - timedelta(days=183))
    assert may_prompt(permitted=False, latest=latest, notice=NOTICE, now=NOW)
    just_before = NOW - timedelta(microseconds=1)
    assert not may_prompt(permitted=False, latest=latest, notice=NOTICE, now=just_before)
