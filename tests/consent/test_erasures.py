import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_consent import (
    RECEIPT_CONTEXT,
    ErasureReceipt,
    InvalidReceipt,
    erasure_document,
    read_erasure,
    whole_milliseconds,
)
from tests.consent.values import NOW

ISSUER = "https://nabij.example"
ROWS = {"device": 2, "choice": 0}
LOG = UUID(int=7)
RECEIPT = ErasureReceipt(bytes(range(32)), NOW, ROWS, 70, ISSUER, LOG)
Document = dict[str, Any]


def document() -> Document:
    """A receipt, as it comes from a file or the network."""
    return json.loads(json.dumps(erasure_document(RECEIPT)))


@given(
    st.binary(min_size=32, max_size=32),
    st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC)).map(whole_milliseconds),  # noqa: DTZ001 - hypothesis adds the zone
    st.dictionaries(st.from_regex(r"[a-z]+(_[a-z]+)?", fullmatch=True), st.integers(0, 2**53 - 1)),
    st.integers(0, 2**53 - 1),
    st.text(),
    st.none() | st.uuids(),
)
def test_a_receipt_says_what_it_was_made_of(  # noqa: PLR0913, PLR0917 - a value for each member
    pseudonym: bytes,
    erased_at: datetime,
    rows: dict[str, int],
    tree_size: int,
    issuer: str,
    log_id: UUID | None,
) -> None:
    receipt = ErasureReceipt(pseudonym, erased_at, rows, tree_size, issuer, log_id)
    assert read_erasure(json.loads(json.dumps(erasure_document(receipt)))) == receipt


def test_it_names_a_pseudonym_and_counts_rows_in_known_terms() -> None:
    written = document()
    assert written["dpv:hasDataSubject"]["dct:identifier"] == bytes(range(32)).hex()
    assert written["dct:date"] == "2026-06-01T09:30:00.000+00:00"
    assert (written["nabij:erasedRows"], written["nabij:treeSize"]) == (ROWS, 70)
    prefixes = {name.split(":")[0] for name in written if ":" in name}
    assert prefixes <= RECEIPT_CONTEXT.keys()


@pytest.mark.parametrize("name", document().keys())
def test_a_member_less_or_of_another_kind_is_refused(name: str) -> None:
    less = document()
    del less[name]
    shorter = [] if name == "nabij:log" else [less]  # version 0.1 has no log
    for changed in (*shorter, document() | {name: 1.5}, document() | {name: None}):
        with pytest.raises(InvalidReceipt):
            read_erasure(changed)


WRONG: dict[str, Callable[[Document], object]] = {
    "a member more": lambda each: each.update({"dpv:hasRisk": "none"}),
    "another type": lambda each: each.update({"@type": "dpv:ConsentReceipt"}),
    "another right": lambda each: each.update({"dpv:hasRight": ["eu-gdpr:A15"]}),
    "a name": lambda each: each["dpv:hasDataSubject"].update({"dct:identifier": "eva"}),
    "a short pseudonym": lambda each: each["dpv:hasDataSubject"].update({"dct:identifier": "00"}),
    "a pseudonym in capitals": lambda each: each["dpv:hasDataSubject"].update(
        {"dct:identifier": "AB" * 32}
    ),
    "more of the person": lambda each: each["dpv:hasDataSubject"].update({"dpv:hasName": "Eva"}),
    "a negative count": lambda each: each["nabij:erasedRows"].update({"device": -1}),
    "a count that is none": lambda each: each["nabij:erasedRows"].update({"device": True}),
    "a table that is none": lambda each: each["nabij:erasedRows"].update({"Robert'); --": 1}),
    "a negative size": lambda each: each.update({"nabij:treeSize": -1}),
    "a size beyond all logs": lambda each: each.update({"nabij:treeSize": 2**62 + 1}),
    "a log that is none": lambda each: each.update({"nabij:log": "ours"}),
    "a log by its number": lambda each: each.update({"nabij:log": str(LOG)}),
    "no time zone": lambda each: each.update({"dct:date": "2026-06-01T09:30:00.000"}),
    "another time zone": lambda each: each.update({"dct:date": "2026-06-01T11:30:00.000+02:00"}),
    "a finer time": lambda each: each.update({"dct:date": "2026-06-01T09:30:00.000001+00:00"}),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_what_is_not_just_such_a_receipt_is_refused(change: Callable[[Document], object]) -> None:
    changed = document()
    change(changed)
    with pytest.raises(InvalidReceipt):
        read_erasure(changed)


@pytest.mark.parametrize("nothing", [None, [], "receipt", 3, {}], ids=repr)
def test_refuses_what_is_no_receipt_and_repeats_nothing_of_it(nothing: object) -> None:
    with pytest.raises(InvalidReceipt) as caught:
        read_erasure(nothing)
    assert str(caught.value) == "This is not a whole receipt of an erasure."


def test_printing_a_receipt_does_not_tell_the_pseudonym() -> None:
    shown = repr(read_erasure(document()))
    assert bytes(range(32)).hex() not in shown
    assert repr(bytes(range(32))) not in shown
