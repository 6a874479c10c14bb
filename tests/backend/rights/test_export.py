"""Everything that is kept about somebody is in their archive, for programs and for people."""

import json
from datetime import timedelta
from enum import StrEnum
from html.parser import HTMLParser
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.enums import (
    IdentityCheck,
    Objectionable,
    OperatorAction,
    Platform,
    Reader,
    RequestKind,
    RequestOutcome,
)
from nabij_backend.rights.export.schemas import Archive
from nabij_backend.rights.export.words import VALUES
from nabij_backend.tables.personal import PERSONAL
from nabij_consent import EventKind, Locale, Method, Signal
from tests.backend.database.roles import become
from tests.backend.database.rows import AGENT, ROWS, STRANGER, insert
from tests.backend.rights.people import (
    SOURCE,
    give_mandate,
    reporting,
    rows_about,
    subject_of,
)
from tests.service import AMSTERDAM, Caller, Service


class Tags(HTMLParser):
    """The tags of a page, the text outside them, and what they refer to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def fill(superuser: psycopg.Connection, service: Service) -> Caller:
    """Somebody with a row in every table about people."""
    stranger = service.caller("stranger")
    superuser.execute("INSERT INTO subject VALUES (%s)", [AGENT])
    superuser.execute(SOURCE, ["roof"])
    with superuser.transaction():
        become(superuser, STRANGER)
        for table, row in ROWS:
            superuser.execute(insert(table, row))
        superuser.execute("DELETE FROM identity WHERE subject_id = %s", [STRANGER])
    assert stranger.get("/v1/consents").status_code == 200
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("DELETE FROM subject WHERE subject_id NOT IN (%s, %s)", [STRANGER, AGENT])
    superuser.execute("UPDATE identity SET subject_id = %s", [STRANGER])
    superuser.execute("SET session_replication_role = origin")
    return stranger


def test_a_row_of_every_table_is_in_the_archive(
    service: Service, superuser: psycopg.Connection
) -> None:
    stranger = fill(superuser, service)
    tables = stranger.get("/v1/me/export").json()["tables"]
    kept = rows_about(superuser, STRANGER)
    assert all(kept.values())
    for row in kept["gps_status"]:
        del row["square"]
    assert {name: table["rows"] for name, table in tables.items()} == kept


def test_the_archive_is_as_described(service: Service) -> None:
    answer = reporting(service).get("/v1/me/export", locale="en")
    archive = Archive.model_validate_json(answer.text)
    assert (archive.format, archive.format_version) == ("nabij-export", 1)
    assert list(archive.tables) == [each.table for each in PERSONAL]
    assert archive.tables["access_log"].kept
    assert [notice["version"] for notice in archive.notices] == [1]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="nabij-2026-')


def test_an_export_is_noted_for_the_person_to_see(service: Service) -> None:
    eva = reporting(service)
    (noted,) = eva.get("/v1/me/export").json()["tables"]["access_log"]["rows"]
    assert (noted["reader"], noted["purpose"]) == ("export", "export")
    assert len(eva.get("/v1/me/access-log").json()["reads"]) == 1


def test_nobody_else_is_in_the_archive(service: Service, superuser: psycopg.Connection) -> None:
    eva, bob = reporting(service, "eva"), reporting(service, "bob")
    text = eva.get("/v1/me/export").text
    assert str(subject_of(superuser, eva)) in text
    assert str(subject_of(superuser, bob)) not in text
    assert str(bob.device_id) not in text


def test_who_may_act_for_somebody_finds_the_mandate_too(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva, bob = reporting(service, "eva"), reporting(service, "bob")
    mandate_id = give_mandate(superuser, subject_of(superuser, eva), subject_of(superuser, bob))
    for each in (eva, bob):
        (row,) = each.get("/v1/me/export").json()["tables"]["mandate"]["rows"]
        assert UUID(row["mandate_id"]) == mandate_id


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (
            "nl",
            ["Wat wij van u bewaren", "1 juni 2026, 11:30", "Een vierkant van 1 bij 1 km"],
        ),
        ("en", ["What we keep about you", "1 June 2026, 11:30", "A square of 1 by 1 km"]),
    ],
)
def test_the_page_speaks_the_persons_language(
    service: Service, locale: str, words: list[str]
) -> None:
    answer = reporting(service).get("/v1/me/export", format="html", locale=locale)
    tags = Tags(answer.text)
    assert ("lang", locale) in tags.attributes
    for each in [*words, AMSTERDAM]:
        assert each in tags.text


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing(
    service: Service, superuser: psycopg.Connection
) -> None:
    answer = fill(superuser, service).get("/v1/me/export", format="html")
    tags = Tags(answer.text)
    assert not {"script", "img", "link", "iframe", "object", "form"} & set(tags.names)
    references = [value or "" for name, value in tags.attributes if name in {"href", "src"}]
    identified = {value for name, value in tags.attributes if name == "id"}
    assert references
    assert {each.removeprefix("#") for each in references} <= identified
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "NaN" not in tags.text


def test_what_the_page_shows_cannot_become_markup(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = reporting(service)
    superuser.execute(SOURCE, ["<script>alert(1)</script>"])
    eva.put("/v1/me/choices", {"source_ids": ["<script>alert(1)</script>"]})
    answer = eva.get("/v1/me/export", format="html")
    assert "<script" not in answer.text
    assert "<script>alert(1)</script>" in Tags(answer.text).text


def test_a_chosen_source_is_told_by_its_name_in_its_language(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = reporting(service)
    for source_id in ("english", "nameless"):
        superuser.execute(SOURCE, [source_id])
    superuser.execute("UPDATE source SET language = 'en' WHERE source_id = 'english'")
    superuser.execute("UPDATE source SET name = NULL WHERE source_id = 'nameless'")
    eva.put("/v1/me/choices", {"source_ids": ["english", "nameless"]})
    dutch, english = (
        eva.get("/v1/me/export", format="html", locale=locale).text for locale in ("nl", "en")
    )
    assert '<li><span lang="en">Roof</span>, gekozen op 1 juni' in dutch
    assert "<li>Zonnedak, gekozen op" in dutch
    assert "<li>Roof, chosen on 1 June" in english
    assert "<li>Solar roof, chosen on" in english
    archive = Archive.model_validate_json(eva.get("/v1/me/export").text)
    assert [each.name for each in archive.sources.values()] == ["Roof", None]


def test_the_page_tells_oldest_first_what_is_there_and_nothing_of_what_is_absent(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = reporting(service)
    person = subject_of(superuser, eva)
    for month in (5, 3, 4):
        superuser.execute(
            "INSERT INTO access_log VALUES (%s, %s, 'dashboard', NULL, 'nearby-sources', %s)",
            [person, uuid4(), f"2026-{month:02}-01Z"],
        )
    text = Tags(eva.get("/v1/me/export", format="html", locale="en").text).text
    _, _, looks = text.partition("So you can see who looked")
    days = [looks.index(f"1 {month} 2026") for month in ("March", "April", "May", "June")]
    assert days == sorted(days)
    assert "yourself" in looks
    assert "number of who looked" not in looks.partition("Technical data")[0]
    assert "\\x" not in text


def test_the_page_says_why_a_square_is_old_whatever_is_known_of_networks(service: Service) -> None:
    eva = service.caller()
    eva.grant(["gps"])
    eva.put_status(eva.gps(1))
    service.clock.advance(timedelta(hours=20))
    text = Tags(eva.get("/v1/me/export", format="html", locale="en").text).text
    assert "Whether it can be reached now, we do not know." in text


def test_the_page_tells_what_was_asked_for_and_who_gets_it(service: Service) -> None:
    text = Tags(reporting(service).get("/v1/me/export", format="html").text).text
    (terms, *_) = STARTER_NOTICE.purposes[0].signals
    for told in (terms.reads, terms.why, STARTER_NOTICE.withdrawal):
        assert told[Locale.NL] in text
    assert STARTER_NOTICE.controller.address in text
    assert "hoogstens 30 dagen" in text


KINDS: tuple[type[StrEnum], ...] = (
    *(EventKind, IdentityCheck, Locale, Method, Objectionable, OperatorAction),
    *(RequestOutcome, Platform, Reader, RequestKind, Signal),
)


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_of_ours_is_shown_untranslated(kind: type[StrEnum]) -> None:
    about_nobody = {OperatorAction.NOTICE_PUBLISH, OperatorAction.REGISTER}
    about_nobody |= {OperatorAction.RETENTION_RUN, OperatorAction.RETENTION_DRY_RUN}
    about_nobody |= {
        *(OperatorAction.LOG_SETTLE, OperatorAction.REPORTS_LIST, OperatorAction.REPORTS_ANSWER)
    }
    assert set(kind) - about_nobody <= set(VALUES)


@pytest.mark.parametrize("parameters", [{"format": "pdf-52"}, {"locale": "tlh"}])
def test_an_unknown_format_is_not_repeated(service: Service, parameters: dict[str, Any]) -> None:
    answer = service.caller().get("/v1/me/export", **parameters)
    assert answer.status_code == 422
    assert not any(str(value) in answer.text for value in parameters.values())
    assert json.loads(answer.text)["type"] == "/problems/invalid-request"
