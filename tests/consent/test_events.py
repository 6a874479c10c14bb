from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_consent import (
    ENDS_EVERY_PURPOSE,
    NEARBY_SOURCES,
    ConsentEvent,
    EventKind,
    InvalidEvent,
    Purpose,
    Signal,
    latest,
)
from tests.consent.values import PURPOSES, RESEARCH, events

GRANTED = ConsentEvent(
    event_id=UUID("11111111-2222-4333-8444-555555555555"),
    kind=EventKind.GRANTED,
    purpose=NEARBY_SOURCES,
    signals=(Signal.WIFI, Signal.GPS),
    notice_version=3,
    occurred_at=datetime(2026, 6, 1, 9, 30, 15, 123456, tzinfo=UTC),
)


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=2))])
def test_times_are_in_utc(zone: timezone | None) -> None:
    with pytest.raises(InvalidEvent, match="UTC"):
        replace(GRANTED, occurred_at=GRANTED.occurred_at.replace(tzinfo=zone))


@pytest.mark.parametrize("signals", [(), (Signal.GPS, Signal.GPS)])
def test_an_act_names_signals_once(signals: tuple[Signal, ...]) -> None:
    with pytest.raises(InvalidEvent, match="at least one signal"):
        replace(GRANTED, signals=signals)


@pytest.mark.parametrize("kind", EventKind)
def test_nobody_agrees_to_every_purpose_at_once(kind: EventKind) -> None:
    if kind in ENDS_EVERY_PURPOSE:
        assert replace(GRANTED, kind=kind, purpose=None).purpose is None
    else:
        with pytest.raises(InvalidEvent, match="every purpose"):
            replace(GRANTED, kind=kind, purpose=None)


@given(st.lists(events(), max_size=6), st.sampled_from(PURPOSES), st.sampled_from(Signal))
def test_the_latest_is_the_last_that_is_about_it(
    acts: list[ConsentEvent], purpose: Purpose, signal: Signal
) -> None:
    found = latest(acts, purpose, signal)
    about = [act for act in acts if signal in act.signals and act.purpose in {None, purpose}]
    assert found is (about[-1] if about else None)


def test_a_withdrawal_of_every_purpose_is_about_each() -> None:
    everything = replace(GRANTED, kind=EventKind.WITHDRAWN, purpose=None)
    assert everything.concerns(RESEARCH, Signal.GPS)
    assert not everything.concerns(RESEARCH, Signal.GSM)
    assert not GRANTED.concerns(RESEARCH, Signal.GPS)
