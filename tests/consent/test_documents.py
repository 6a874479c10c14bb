import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given

from nabij_consent import (
    InvalidNotice,
    Locale,
    Notice,
    notice_digest,
    notice_document,
    read_notice,
)
from tests.consent.values import notice, notices

Document = dict[str, Any]
# Of the notice that was the starter before format 2.
_DIGEST_OF_FORMAT_1 = "776601a8d0c81a32a16ed6cb284df72800a1d06d8203732c059f204ef9d57f99"


def document() -> Document:
    """The notice, as it comes from a file or the network."""
    return json.loads(json.dumps(notice_document(notice())))


@given(notices())
def test_what_is_written_is_read_again(each: Notice) -> None:
    assert read_notice(json.loads(json.dumps(notice_document(each)))) == each


@given(notices())
def test_the_digest_is_the_sha_256_of_the_rfc_8785_form(each: Notice) -> None:
    written = rfc8785.dumps(json.loads(json.dumps(notice_document(each))))
    assert notice_digest(each) == hashlib.sha256(written).hexdigest()


def test_another_word_is_another_digest() -> None:
    other = replace(notice(), body={**notice().body, Locale.EN: "other"})
    assert notice_digest(other) != notice_digest(notice())


def test_the_digest_of_each_of_many_notices_is_its_own_however_often_it_is_asked() -> None:
    known = notice()
    many = [replace(known, version=known.version + number) for number in range(40)]
    texts = [rfc8785.dumps(json.loads(json.dumps(notice_document(each)))) for each in many]
    expected = [hashlib.sha256(text).hexdigest() for text in texts]
    assert [notice_digest(each) for each in many] == expected
    assert [notice_digest(each) for each in [*many, *reversed(many)]] == [
        *expected,
        *reversed(expected),
    ]


def _set(*path: str | int, value: object) -> Callable[[Document], object]:
    def change(changed: Document) -> None:
        holder: Any = changed
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value

    return change


WRONG: dict[str, Callable[[Document], object]] = {
    "no version": lambda each: each.pop("version"),
    "no purposes": lambda each: each.pop("purposes"),
    "version as text": _set("version", value="3"),
    "version true": _set("version", value=True),
    "version 3.0": _set("version", value=3.0),
    "version 0": _set("version", value=0),
    "no material version": lambda each: each.pop("material_since"),
    "no retention": lambda each: each.pop("retention"),
    "a recipient a name": _set("recipients", 0, value="Wolkenhuis B.V."),
    "days as text": _set("retention", 0, "days", value="365"),
    "a controller with a phone": _set("controller", "phone", value="+31"),
    "controller a number": _set("controller", value=1),
    "title a text": _set("title", value="Title"),
    "a third language": _set("title", "fr", value="Titre"),
    "purposes an object": _set("purposes", value={}),
    "a purpose a text": _set("purposes", 0, value="nearby-sources"),
    "purpose with capitals": _set("purposes", 0, "purpose", value="Nearby"),
    "an unknown signal": _set("purposes", 0, "signals", 0, "signal", value="bluetooth"),
    "a resolution of 1 m": _set("purposes", 0, "signals", 0, "resolution_m", value=1),
    "a resolution as text": _set("purposes", 0, "signals", 0, "resolution_m", value="1000"),
    "a member more": _set("tracking", value=True),
    "a member more inside": _set("purposes", 0, "signals", 0, "precise", value=True),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_refuses_what_is_no_whole_and_exact_notice(
    change: Callable[[Document], object],
) -> None:
    wrong = document()
    change(wrong)
    with pytest.raises(InvalidNotice):
        read_notice(wrong)


def test_a_notice_of_the_first_format_is_read_and_verified_as_ever() -> None:
    published = json.loads((Path(__file__).parent / "notice_of_format_1.json").read_text("utf-8"))
    read = read_notice(published)
    assert (read.statement, notice_document(read)) == (None, published)
    assert notice_digest(read) == _DIGEST_OF_FORMAT_1


MIXED: dict[str, Callable[[Document], object]] = {
    "format 1 with a statement": _set("format", value=1),
    "a format to come": _set("format", value=3),
    "no format": lambda each: each.pop("format"),
    "no statement": lambda each: each.pop("statement"),
    "records without fields": lambda each: each["retention"][0].pop("fields"),
    "a signal without fields": lambda each: each["purposes"][0]["signals"][0].pop("fields"),
    "a signal by contract": _set("purposes", 0, "basis", value="contract"),
    "a blank sentence": _set("statement", "age", "nl", value=" "),
}


@pytest.mark.parametrize("change", MIXED.values(), ids=MIXED.keys())
def test_a_notice_is_wholly_of_one_format(change: Callable[[Document], object]) -> None:
    wrong = document()
    change(wrong)
    with pytest.raises(InvalidNotice):
        read_notice(wrong)


@pytest.mark.parametrize("nothing", [None, [], "notice", 3, {}])
def test_refuses_what_is_no_object(nothing: object) -> None:
    with pytest.raises(InvalidNotice):
        read_notice(nothing)
