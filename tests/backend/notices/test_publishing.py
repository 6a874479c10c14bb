"""A notice that says less than it must, or other than is done, is not published."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any, cast

import pytest

from nabij_backend.cli.starter_notice import STARTER_NOTICE, starter_notice
from nabij_backend.notices.publishing import contradictions, require_publishable
from nabij_backend.settings import DEFAULT_BACKUP_DAYS, Settings
from nabij_consent import (
    InvalidNotice,
    Locale,
    Notice,
    NoticeField,
    NoticeRetention,
    notice_document,
    read_notice,
)
from tests.backend.notices.checklist import CHECKLIST, Row
from tests.backend.notices.filled import FILLED_NOTICE, filled

Document = dict[str, Any]
DOCUMENT: Document = json.loads(json.dumps(notice_document(FILLED_NOTICE)))


def refused(notice: Notice) -> str:
    with pytest.raises(InvalidNotice) as caught:
        require_publishable(notice, DEFAULT_BACKUP_DAYS)
    return str(caught.value)


def changed(change: Callable[[Document], object]) -> Document:
    document = deepcopy(DOCUMENT)
    change(document)
    return document


def test_the_starter_with_addresses_of_ones_own_can_be_published() -> None:
    require_publishable(FILLED_NOTICE, DEFAULT_BACKUP_DAYS)


@pytest.mark.parametrize("row", CHECKLIST, ids=lambda row: row.asked)
def test_it_tells_all_that_articles_13_and_15_ask(row: Row) -> None:
    assert row.is_told(DOCUMENT)


@pytest.mark.parametrize("row", CHECKLIST, ids=lambda row: row.asked)
def test_a_notice_without_it_cannot_be_made(row: Row) -> None:
    with pytest.raises(InvalidNotice):
        read_notice(changed(row.remove))


def _members(document: Any, *path: str | int) -> list[tuple[str | int, ...]]:  # noqa: ANN401 - JSON
    """Where each object of the document has its members, but for one of each list."""
    match document:
        case dict():
            inner: list[tuple[str | int, ...]] = [
                each
                for name, value in cast("Document", document).items()
                for each in [(*path, name), *_members(value, *path, name)]
            ]
            return [each for each in inner if each[-1] != "processor"]
        case list():
            return _members(cast("list[Any]", document)[0], *path, 0)
        case _:
            return []


@pytest.mark.parametrize("path", _members(DOCUMENT), ids=lambda path: ".".join(map(str, path)))
def test_a_document_that_lacks_a_member_is_told_which(path: tuple[str | int, ...]) -> None:
    def remove(document: Any) -> None:  # noqa: ANN401 - JSON
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    with pytest.raises(InvalidNotice, match=r"lacks|nl and in en|format|fields"):
        read_notice(changed(remove))


@pytest.mark.parametrize("address", ["example.com", "EXAMPLE.COM", "example.org", "example.net"])
def test_a_placeholder_is_refused_wherever_it_stands(address: str) -> None:
    def put(document: Document) -> None:
        document["statement"]["rights"]["en"] = f"Write to privacy@{address}."

    assert "example.com" in refused(read_notice(changed(put)))


def test_the_starter_itself_is_refused() -> None:
    assert "example.com" in refused(STARTER_NOTICE)


def test_a_notice_of_the_first_format_can_no_longer_be_published() -> None:
    def forget(document: Document) -> None:
        for name in ("format", "statement"):
            del document[name]
        for part in document["purposes"]:
            del part["basis"]
            for terms in part["signals"]:
                for name in ("fields", "precision", "often", "kept"):
                    del terms[name]
        for kept in document["retention"]:
            del kept["basis"], kept["fields"]

    assert "--starter" in refused(read_notice(changed(forget)))


def promising(*retention: NoticeRetention) -> Notice:
    return replace(FILLED_NOTICE, retention=retention)


FIRST, *REST = FILLED_NOTICE.retention


@pytest.mark.parametrize(
    ("notice", "told"),
    [
        (promising(*REST), FIRST.records),
        (promising(replace(FIRST, days=7), *REST), FIRST.records),
        (promising(FIRST, *(replace(each, days=7) for each in REST)), "reads"),
        (promising(FIRST, *REST, replace(FIRST, records="dreams")), "nobody keeps"),
    ],
    ids=["one missing", "days for none", "other days", "one too many"],
)
def test_a_notice_that_promises_other_times_is_refused(notice: Notice, told: str) -> None:
    assert told in refused(notice)
    assert "dreams" not in refused(notice)


def test_a_notice_may_say_it_in_its_own_words() -> None:
    own = {locale: f"{text} Echt." for locale, text in FIRST.what.items()}
    require_publishable(promising(replace(FIRST, what=own), *REST), DEFAULT_BACKUP_DAYS)


def test_what_remains_is_bounded_as_the_settings_say() -> None:
    of_a_week = read_notice(filled(notice_document(starter_notice(7))))
    require_publishable(of_a_week, 7)
    assert "erasures, backups" in refused(of_a_week)


@pytest.mark.parametrize("records", ["log-leaves", "erasures", "backups", "logs"])
def test_everything_that_remains_is_told(records: str) -> None:
    def forget(document: Document) -> None:
        remains = document["statement"]["remains"]
        remains[:] = [each for each in remains if each["records"] != records]

    assert records in refused(read_notice(changed(forget)))


def test_what_leaves_the_european_economic_area_needs_a_safeguard() -> None:
    abroad = replace(FILLED_NOTICE.recipients[0], country="US")
    assert "safeguard" in refused(replace(FILLED_NOTICE, recipients=(abroad,)))
    clauses = dict.fromkeys(Locale, "Standard contractual clauses.")
    safe = replace(abroad, safeguard=clauses)
    require_publishable(replace(FILLED_NOTICE, recipients=(safe,)), DEFAULT_BACKUP_DAYS)


@pytest.mark.parametrize("place", ["signal", "record"])
def test_fields_are_those_that_are_stored(place: str) -> None:
    def of(document: Document) -> list[dict[str, Any]]:
        signals = document["purposes"][0]["signals"]
        return (signals[1] if place == "signal" else document["retention"][4])["fields"]

    gone = of(DOCUMENT)[0]["name"]
    assert gone in refused(read_notice(changed(lambda document: of(document).pop(0))))
    more = {"name": "bluetooth", "what": {"nl": "Bluetooth", "en": "Bluetooth"}}
    told = refused(read_notice(changed(lambda document: of(document).append(more))))
    assert "names what is not stored" in told
    assert "bluetooth" not in told


def test_a_field_is_named_once_and_in_both_languages() -> None:
    with pytest.raises(InvalidNotice):
        NoticeField("hour", {})
    with pytest.raises(InvalidNotice):
        read_notice(
            changed(lambda document: document["retention"][0].update(fields=[{"name": "A b"}]))
        )


@pytest.mark.parametrize(
    ("update", "word", "name"),
    [
        ({"identity": "firebase"}, "Google", "Google Ireland Ltd."),
        ({"dutch_map": True}, "PDOK", "Het Kadaster (PDOK)"),
    ],
)
def test_settings_that_give_data_to_somebody_are_held_against_a_notice_that_does_not_name_them(
    settings: Settings, update: dict[str, object], word: str, name: str
) -> None:
    hosting = FILLED_NOTICE.recipients
    named = (*hosting, replace(hosting[0], name=name))
    gives = settings.model_copy(update=update)
    for recipients in ((), hosting):
        notice = replace(FILLED_NOTICE, recipients=recipients)
        assert [word in each for each in contradictions(notice, gives)] == [True]
        assert list(contradictions(notice, settings)) == []
    assert list(contradictions(replace(FILLED_NOTICE, recipients=named), gives)) == []


UNNAMED: dict[str, tuple[Callable[[Document], object], str]] = {
    "a signal": (
        lambda document: document["purposes"][0]["signals"][2].update(retention_days=3),
        "how long wifi is kept (nl) does not name its 3 days",
    ),
    "a yes": (lambda document: document.update(grant_days=36), "how long a yes lasts (en)"),
    "records": (
        lambda document: document["retention"][4]["what"].update(en="Your devices: a while."),
        "devices (en) does not name its 400 days",
    ),
    "what remains": (
        lambda document: document["statement"]["remains"][3].update(days=31),
        "logs (nl) does not name its 31 days",
    ),
}


@pytest.mark.parametrize(("change", "told"), UNNAMED.values(), ids=UNNAMED.keys())
def test_a_sentence_that_does_not_name_its_days_is_told(
    settings: Settings, change: Callable[[Document], object], told: str
) -> None:
    notice = read_notice(changed(change))
    assert any(told in each for each in contradictions(notice, settings))
    assert list(contradictions(FILLED_NOTICE, settings)) == []
