import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_consent import (
    NEARBY_SOURCES,
    RECEIPT_CONTEXT,
    SALT_BYTES,
    ConsentEvent,
    EventKind,
    InvalidReceipt,
    Method,
    Notice,
    RecordedEvent,
    Signal,
    consent_receipt,
    notice_digest,
    read_receipt,
)
from tests.consent.test_recorded_events import GRANTED
from tests.consent.values import NOW, notice, notices, recorded_events

SALT = bytes(range(SALT_BYTES))
ISSUER = "https://nabij.example"
LOG = UUID(int=7)
salts = st.binary(min_size=SALT_BYTES, max_size=SALT_BYTES)
Document = dict[str, Any]


def document(recorded: RecordedEvent | None = None, shown: Notice | None = None) -> Document:
    """A receipt, as it comes from a file or the network."""
    shown = shown or notice()
    recorded = replace(recorded or GRANTED, notice_digest=notice_digest(shown))
    return json.loads(json.dumps(consent_receipt(recorded, shown, SALT, ISSUER, LOG)))


@given(recorded_events(), notices(), salts, st.text(), st.none() | st.uuids())
def test_a_receipt_says_what_it_was_made_of(
    event: RecordedEvent, shown: Notice, salt: bytes, issuer: str, log_id: UUID | None
) -> None:
    recorded = replace(event, notice_digest=notice_digest(shown))
    written = json.loads(json.dumps(consent_receipt(recorded, shown, salt, issuer, log_id)))
    receipt = read_receipt(written)
    assert receipt.recorded.to_document() == recorded.to_document()
    assert (receipt.notice, receipt.salt, receipt.issuer) == (shown, salt, issuer)
    assert receipt.log_id == log_id
    assert receipt.leaf_hash == recorded.leaf_hash(salt)
    assert written["nabij:leafHash"] == receipt.leaf_hash.hex()


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (EventKind.GRANTED, "dpv:ConsentGiven"),
        (EventKind.REFUSED, "dpv:ConsentRefused"),
        (EventKind.DEFERRED, "dpv:ConsentRequestDeferred"),
        (EventKind.WITHDRAWN, "dpv:ConsentWithdrawn"),
        (EventKind.EXPIRED, "dpv:ConsentExpired"),
    ],
)
def test_the_status_is_that_of_the_act(kind: EventKind, status: str) -> None:
    event = replace(GRANTED, act=replace(GRANTED.act, kind=kind))
    shown = document(event)["dpv:hasConsentStatus"]
    assert (shown["@type"], shown["dct:date"]) == (status, "2026-06-01T09:30:15.123+00:00")
    assert shown.get("dct:valid") == ("P365D" if kind is EventKind.GRANTED else None)


def test_only_what_the_act_is_about_is_listed() -> None:
    (process,) = document()["dpv:hasProcess"]
    assert process["dpv:hasPurpose"]["dct:identifier"] == NEARBY_SOURCES.slug
    (data,) = process["dpv:hasPersonalData"]
    assert data["@type"] == ["pd:Location", "nabij:GridCell"]
    assert data["dpv:hasStorageCondition"]["dpv:hasDuration"] == "P30D"
    everything = ConsentEvent(
        event_id=GRANTED.act.event_id,
        kind=EventKind.WITHDRAWN,
        purpose=None,
        signals=tuple(Signal),
        notice_version=3,
        occurred_at=NOW,
    )
    shown = document(replace(GRANTED, act=everything))["dpv:hasProcess"]
    assert [len(each["dpv:hasPersonalData"]) for each in shown] == [2, 1]


def places(value: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to each text, number and empty list in a document."""
    if isinstance(value, dict):
        for name, inner in cast("Document", value).items():
            yield from places(inner, (*way, name))
    elif isinstance(value, list) and value:
        for index, inner in enumerate(cast("list[object]", value)):
            yield from places(inner, (*way, index))
    else:
        yield way


# Who issued it is what the signature around it says.
PLACES = [way for way in places(document()) if way != ("dct:publisher",)]


def test_every_name_has_a_meaning() -> None:
    names = {step for way in PLACES for step in way if way[0] != "nabij:event"}
    prefixes = {name.split(":")[0] for name in names if isinstance(name, str) and ":" in name}
    assert prefixes <= RECEIPT_CONTEXT.keys()
    assert {"dct", "dpv", "nabij"} <= prefixes


@pytest.mark.parametrize("way", PLACES, ids=lambda way: "/".join(map(str, way)))
def test_a_change_of_any_word_is_refused(way: tuple[str | int, ...]) -> None:
    for other in ("other", 12345, None):
        changed = document()
        inner: Any = changed
        for step in way[:-1]:
            inner = inner[step]
        if inner[way[-1]] == other:
            continue
        inner[way[-1]] = other
        with pytest.raises(InvalidReceipt):
            read_receipt(changed)


@pytest.mark.parametrize("name", document().keys())
def test_a_member_less_is_refused(name: str) -> None:
    changed = document()
    del changed[name]
    with pytest.raises(InvalidReceipt):
        read_receipt(changed)


def test_the_act_is_promised_a_place_in_the_log_within_a_day() -> None:
    written = document()
    promise = (written["nabij:log"], written["nabij:mergeDelay"])
    assert promise == ("urn:uuid:00000000-0000-0000-0000-000000000007", "P1D")
    assert read_receipt(written).logged_by == GRANTED.recorded_at + timedelta(days=1)


def test_a_receipt_of_version_0_1_promises_nothing() -> None:
    earlier = document()
    del earlier["nabij:log"], earlier["nabij:mergeDelay"]
    receipt = read_receipt(earlier)
    assert (receipt.log_id, receipt.logged_by) == (None, None)


WRONG: dict[str, Callable[[Document], object]] = {
    "a member more": lambda each: each.update({"dpv:hasRisk": "none"}),
    "a number that is rounded": lambda each: each.update({"nabij:version": 0.1}),
    "another event's": lambda each: each.update(
        {"nabij:event": document(replace(GRANTED, number=8))["nabij:event"]}
    ),
    "another notice": lambda each: each.update({"nabij:notice": document(shown=notice(4))}),
    "a short salt": lambda each: each.update({"nabij:salt": "00"}),
    "a salt in capitals": lambda each: each.update({"nabij:salt": SALT.hex().upper()}),
    "another delay": lambda each: each.update({"nabij:mergeDelay": "P2D"}),
    "a log in other letters": lambda each: each.update({"nabij:log": LOG.urn.upper()}),
    "another method": lambda each: each["nabij:event"].update(method=Method.OPERATOR.value),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_what_disagrees_is_refused(change: Callable[[Document], object]) -> None:
    changed = document()
    change(changed)
    with pytest.raises(InvalidReceipt):
        read_receipt(changed)


@pytest.mark.parametrize("nothing", [None, [], "receipt", 3, {}], ids=repr)
def test_refuses_what_is_no_receipt_and_repeats_nothing_of_it(nothing: object) -> None:
    with pytest.raises(InvalidReceipt) as caught:
        read_receipt(nothing)
    assert str(caught.value) == "This is not a whole receipt; ask whoever issued it again."


def test_an_event_goes_with_the_notice_that_it_names() -> None:
    with pytest.raises(InvalidReceipt, match="digest"):
        consent_receipt(GRANTED, notice(), SALT, ISSUER, LOG)


def test_printing_a_receipt_tells_nothing_personal() -> None:
    shown = repr(read_receipt(document()))
    for secret in (GRANTED.subject_id, GRANTED.device_id, GRANTED.act.event_id, SALT.hex()):
        assert str(secret) not in shown
    assert repr(SALT) not in shown
