import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_consent import (
    ENDS_EVERY_PURPOSE,
    NEARBY_SOURCES,
    SALT_BYTES,
    ConsentEvent,
    EventKind,
    InvalidEvent,
    Purpose,
    Signal,
    latest,
)
from tests.consent.values import PURPOSES, RESEARCH, events

SALT = bytes(range(SALT_BYTES))

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


def test_a_leaf_can_be_recomputed_by_hand() -> None:
    written = (
        '{"event_id":"11111111-2222-4333-8444-555555555555","kind":"granted",'
        '"notice_version":3,"occurred_at":"2026-06-01T09:30:15.123+00:00",'
        '"purpose":"nearby-sources","signals":["gps","wifi"]}'
    )
    by_hand = hashlib.sha256(b"\x00" + SALT + written.encode("ascii"))
    assert GRANTED.leaf_hash(SALT) == by_hand.digest()


@given(events(), st.binary(min_size=SALT_BYTES, max_size=SALT_BYTES))
def test_a_leaf_depends_on_act_and_salt_but_not_on_the_order_of_signals(
    event: ConsentEvent, salt: bytes
) -> None:
    backwards = replace(event, signals=event.signals[::-1])
    assert event.leaf_hash(salt) == backwards.leaf_hash(salt)
    assert event.leaf_hash(salt) != event.leaf_hash(bytes(each ^ 1 for each in salt))
    later = replace(event, notice_version=event.notice_version + 1)
    assert event.leaf_hash(salt) != later.leaf_hash(salt)


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_salt_has_its_length(length: int) -> None:
    with pytest.raises(InvalidEvent, match="16 bytes"):
        GRANTED.leaf_hash(bytes(length))


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
