from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_consent import (
    RULES,
    Allowed,
    EventKind,
    Evidence,
    Grant,
    Notice,
    Reason,
    Refused,
    Signal,
    decide,
)
from tests.consent.values import NOW, PURPOSES, RESEARCH, grant, notice, permitting


def versions(version: int) -> st.SearchStrategy[Notice]:
    return st.integers(1, version).map(lambda since: replace(notice(version), material_since=since))


evidence = st.builds(
    Evidence,
    purpose=st.sampled_from(PURPOSES),
    signal=st.sampled_from(Signal),
    notice=st.none() | st.integers(1, 4).flatmap(versions),
    latest=st.none() | st.sampled_from(EventKind),
    grant=st.none() | st.builds(grant, st.sampled_from(PURPOSES), st.sampled_from(Signal)),
    now=st.datetimes(
        min_value=NOW.replace(tzinfo=None), max_value=(NOW + timedelta(60)).replace(tzinfo=None)
    ).map(lambda naive: naive.replace(tzinfo=NOW.tzinfo)),
)


def test_an_explicit_live_grant_of_the_current_notice_permits() -> None:
    assert decide(permitting()) == Allowed(grant())


@pytest.mark.parametrize(("since", "permits"), [(2, True), (3, True), (4, False), (5, False)])
def test_a_grant_lasts_through_changes_of_words_only(since: int, *, permits: bool) -> None:
    current = replace(notice(5), material_since=since)
    decision = decide(replace(permitting(), notice=current))
    assert decision == (Allowed(grant()) if permits else Refused((Reason.NOTICE_CHANGED,)))


@pytest.mark.parametrize(
    ("latest", "reason"),
    [
        (None, Reason.NEVER_ANSWERED),
        (EventKind.REFUSED, Reason.REFUSED),
        (EventKind.DEFERRED, Reason.DEFERRED),
        (EventKind.WITHDRAWN, Reason.WITHDRAWN),
        (EventKind.EXPIRED, Reason.EXPIRED),
    ],
)
def test_every_answer_but_yes_has_its_own_reason(latest: EventKind | None, reason: Reason) -> None:
    assert decide(replace(permitting(), latest=latest)) == Refused((reason,))


def test_all_kinds_of_act_are_in_the_tables_above() -> None:
    assert set(EventKind) == {
        *(EventKind.GRANTED, EventKind.REFUSED, EventKind.DEFERRED),
        *(EventKind.WITHDRAWN, EventKind.EXPIRED),
    }


@pytest.mark.parametrize(
    ("wrong", "reasons"),
    [
        (replace(permitting(), notice=None), (Reason.NO_NOTICE,)),
        (replace(permitting(), notice=notice(4)), (Reason.NOTICE_CHANGED,)),
        (replace(permitting(), notice=notice(2)), (Reason.NOTICE_CHANGED,)),
        (replace(permitting(), grant=None), (Reason.NO_GRANT,)),
        (replace(permitting(), grant=grant(signal=Signal.GSM)), (Reason.NO_GRANT,)),
        (replace(permitting(), grant=grant(RESEARCH)), (Reason.NO_GRANT,)),
        (replace(permitting(), now=grant().expires_at), (Reason.EXPIRED,)),
        (
            replace(permitting(), signal=Signal.WIFI, grant=grant(signal=Signal.WIFI)),
            (Reason.NOT_ASKED,),
        ),
    ],
)
def test_one_thing_wrong_refuses_for_just_that(
    wrong: Evidence, reasons: tuple[Reason, ...]
) -> None:
    assert decide(wrong) == Refused(reasons)


def test_permits_until_the_last_moment() -> None:
    last = replace(permitting(), now=grant().expires_at - timedelta(microseconds=1))
    assert isinstance(decide(last), Allowed)


def test_every_reason_is_told_once() -> None:
    wrong = replace(permitting(), latest=EventKind.EXPIRED, now=NOW + timedelta(days=99))
    assert decide(replace(wrong, notice=notice(4))) == Refused(
        (Reason.EXPIRED, Reason.NOTICE_CHANGED)
    )


@given(evidence)
def test_an_empty_list_of_rules_refuses(each: Evidence) -> None:
    assert decide(each, []) == Refused((Reason.NO_RULES,))


@given(evidence)
def test_permission_needs_every_condition_at_once(each: Evidence) -> None:
    decision = decide(each)
    assert isinstance(decision, Allowed) is _permits(each, each.notice, each.grant)
    assert isinstance(decision, Allowed) or decision.reasons


@given(evidence, st.sampled_from(RULES))
def test_what_one_rule_refuses_all_rules_refuse(each: Evidence, rule: object) -> None:
    alone = [known for known in RULES if known is rule]
    if isinstance(decide(each, alone), Refused):
        assert isinstance(decide(each), Refused)


@dataclass(frozen=True)
class Agrees:
    def objection(self, evidence: Evidence) -> None:
        assert evidence.now


@given(evidence)
def test_without_a_grant_agreeing_rules_do_not_permit(each: Evidence) -> None:
    assert decide(replace(each, grant=None), [Agrees()]) == Refused((Reason.NO_GRANT,))


def _permits(each: Evidence, current: Notice | None, given: Grant | None) -> bool:
    """The five conditions, written the other way round."""
    return (
        current is not None
        and given is not None
        and any(
            (purpose, terms.signal) == (each.purpose, each.signal)
            for purpose, terms in current.asks()
        )
        and each.latest is EventKind.GRANTED
        and (given.purpose, given.signal) == (each.purpose, each.signal)
        and given.notice_version in range(current.material_since, current.version + 1)
        and each.now < given.expires_at
    )
