import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_consent import (
    NEARBY_SOURCES,
    SALT_BYTES,
    ConsentEvent,
    EventKind,
    InvalidEvent,
    Method,
    RecordedEvent,
    Signal,
    read_recorded_event,
    whole_milliseconds,
)
from tests.consent.values import NOW, recorded_events, utc_times

SALT = bytes(range(SALT_BYTES))
OTHER_ID = UUID("99999999-2222-4333-8444-555555555555")
GRANTED = RecordedEvent(
    subject_id=UUID("22222222-2222-4333-8444-555555555555"),
    number=7,
    act=ConsentEvent(
        event_id=UUID("11111111-2222-4333-8444-555555555555"),
        kind=EventKind.GRANTED,
        purpose=NEARBY_SOURCES,
        signals=(Signal.WIFI, Signal.GPS),
        notice_version=3,
        occurred_at=datetime(2026, 6, 1, 9, 30, 15, 123000, tzinfo=UTC),
    ),
    notice_digest="ab" * 32,
    nonce=UUID("33333333-2222-4333-8444-555555555555"),
    device_id=UUID("44444444-2222-4333-8444-555555555555"),
    method=Method.APP,
    mandate_id=None,
    recorded_at=datetime(2026, 6, 1, 9, 30, 16, tzinfo=UTC),
)


def document(recorded: RecordedEvent = GRANTED) -> dict[str, Any]:
    """The event, as it comes from a file or the network."""
    return json.loads(json.dumps(recorded.to_document()))


def test_a_leaf_can_be_recomputed_by_hand() -> None:
    written = (
        '{"act":{"event_id":"11111111-2222-4333-8444-555555555555","kind":"granted",'
        '"notice_version":3,"occurred_at":"2026-06-01T09:30:15.123+00:00",'
        '"purpose":"nearby-sources","signals":["gps","wifi"]},'
        '"device_id":"44444444-2222-4333-8444-555555555555","mandate_id":null,"method":"app",'
        '"nonce":"33333333-2222-4333-8444-555555555555",'
        f'"notice_digest":"{"ab" * 32}","number":7,'
        '"recorded_at":"2026-06-01T09:30:16.000+00:00",'
        '"subject_id":"22222222-2222-4333-8444-555555555555"}'
    )
    by_hand = hashlib.sha256(b"\x00" + SALT + written.encode("ascii"))
    assert GRANTED.leaf_hash(SALT) == by_hand.digest()


CHANGES: dict[str, Callable[[RecordedEvent], RecordedEvent]] = {
    "person": lambda each: replace(each, subject_id=OTHER_ID),
    "number": lambda each: replace(each, number=8),
    "event": lambda each: replace(each, act=replace(each.act, event_id=OTHER_ID)),
    "kind": lambda each: replace(each, act=replace(each.act, kind=EventKind.REFUSED)),
    "signals": lambda each: replace(each, act=replace(each.act, signals=(Signal.GPS,))),
    "version": lambda each: replace(each, act=replace(each.act, notice_version=4)),
    "act's time": lambda each: replace(each, act=replace(each.act, occurred_at=NOW)),
    "digest": lambda each: replace(each, notice_digest="ac" * 32),
    "nonce": lambda each: replace(each, nonce=OTHER_ID),
    "device": lambda each: replace(each, device_id=OTHER_ID),
    "method": lambda each: replace(each, method=Method.OPERATOR),
    "mandate": lambda each: replace(each, mandate_id=OTHER_ID),
    "gpc": lambda each: replace(each, gpc=True),
    "time": lambda each: replace(each, recorded_at=each.recorded_at + timedelta(milliseconds=1)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_of_any_member_shows_in_the_leaf(
    change: Callable[[RecordedEvent], RecordedEvent],
) -> None:
    assert change(GRANTED).leaf_hash(SALT) != GRANTED.leaf_hash(SALT)


def test_every_member_is_in_the_document_and_flags_only_where_true() -> None:
    withdrawn = replace(GRANTED, act=replace(GRANTED.act, kind=EventKind.WITHDRAWN))
    with_flags = replace(withdrawn, gpc=True, revocation_unknown=True)
    assert set(document(with_flags)) == set(RecordedEvent.__dataclass_fields__)
    assert set(document()) == set(document(with_flags)) - {"gpc", "revocation_unknown"}
    assert with_flags.leaf_hash(SALT) != replace(withdrawn, gpc=True).leaf_hash(SALT)
    assert set(document()["act"]) == set(ConsentEvent.__dataclass_fields__)


@given(recorded_events(), st.binary(min_size=SALT_BYTES, max_size=SALT_BYTES))
def test_a_leaf_depends_on_the_salt_but_not_on_the_order_of_signals(
    recorded: RecordedEvent, salt: bytes
) -> None:
    backwards = replace(recorded, act=replace(recorded.act, signals=recorded.act.signals[::-1]))
    assert recorded.leaf_hash(salt) == backwards.leaf_hash(salt)
    assert recorded.leaf_hash(salt) != recorded.leaf_hash(bytes(each ^ 1 for each in salt))


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_salt_has_its_length(length: int) -> None:
    with pytest.raises(InvalidEvent, match="16 bytes"):
        GRANTED.leaf_hash(bytes(length))


@given(recorded_events())
def test_what_is_written_is_read_again(recorded: RecordedEvent) -> None:
    read = read_recorded_event(document(recorded))
    in_order = replace(recorded.act, signals=tuple(sorted(recorded.act.signals)))
    assert read == replace(recorded, act=in_order)


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "no number": lambda each: each.pop("number"),
    "no act": lambda each: each.pop("act"),
    "a member more": lambda each: each.update(extra=1),
    "a member more in the act": lambda each: each["act"].update(extra=1),
    "number 0": lambda each: each.update(number=0),
    "number as text": lambda each: each.update(number="7"),
    "number true": lambda each: each.update(number=True),
    "an id in capitals": lambda each: each.update(nonce="ABCDEFAB-2222-4333-8444-555555555555"),
    "no id": lambda each: each.update(device_id="phone"),
    "an unknown method": lambda each: each.update(method="fax"),
    "another zone": lambda each: each.update(recorded_at="2026-06-01T11:30:16.000+02:00"),
    "whole seconds": lambda each: each.update(recorded_at="2026-06-01T09:30:16+00:00"),
    "microseconds": lambda each: each.update(recorded_at="2026-06-01T09:30:16.000001+00:00"),
    "no time": lambda each: each.update(recorded_at=None),
    "signals out of order": lambda each: each["act"].update(signals=["wifi", "gps"]),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_refuses_what_is_not_just_an_event(change: Callable[[dict[str, Any]], object]) -> None:
    wrong = document()
    change(wrong)
    with pytest.raises(InvalidEvent):
        read_recorded_event(wrong)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"number": 0}, "count from 1"),
        ({"notice_digest": "AB" * 32}, "SHA-256"),
        ({"nonce": None}, "nonce"),
        ({"device_id": None}, "on a device"),
        ({"recorded_at": NOW.replace(microsecond=1)}, "whole milliseconds"),
        ({"recorded_at": NOW.replace(tzinfo=None)}, "in UTC"),
        ({"recorded_at": NOW.astimezone(timezone(timedelta(hours=1)))}, "time in UTC"),
        ({"act": replace(GRANTED.act, occurred_at=NOW.replace(microsecond=1))}, "milliseconds"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_cannot_have_been_recorded_cannot_be_made(change: dict[str, Any], rule: str) -> None:
    with pytest.raises(InvalidEvent, match=rule):
        replace(GRANTED, **change)


@given(utc_times)
def test_times_are_cut_to_whole_milliseconds(moment: datetime) -> None:
    cut = whole_milliseconds(moment)
    assert timedelta(0) <= moment - cut < timedelta(milliseconds=1)
    assert cut.microsecond % 1000 == 0


@given(recorded_events())
def test_printing_tells_nothing_personal(recorded: RecordedEvent) -> None:
    shown = {"kind", "method", "RecordedEvent", recorded.act.kind.value, recorded.method.value}
    words = set(repr(recorded).replace("'", " ").replace("=", " ").replace("(", " ").split())
    assert {word.strip(",)") for word in words} - {""} == shown
