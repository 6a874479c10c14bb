"""Answers can be kept by anybody: named by a strong ETag, and of one moment of the catalogue."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psycopg
import pytest
import zstandard
from structlog.testing import capture_logs

from nabij_backend.enums import Technology
from nabij_dev import embedded
from nabij_geo import Position
from tests.backend.catalogue.knowing import heard, queries
from tests.backend.closing import closed
from tests.backend.sources.catalogue import fill
from tests.backend.waiting import pids_of_who_waits
from tests.service import AMSTERDAM, UTRECHT, Service

DAM_SQUARE = Position(52.3731, 4.8926)


def ask(
    service: Service, known: str = "", cell: str = AMSTERDAM, query: str = ""
) -> httpx2.Response:
    """The answer for a cell, to a caller who knows an earlier one by its ETag."""
    headers = {"If-None-Match": known} if known else {}
    return service.http.get(f"/v1/cells/{cell}/sources{query}", headers=headers)


def add(service: Service, folder: Path, number: int = 1) -> None:
    """A catalogue of so many sources in the middle of Amsterdam."""
    url = service.settings.required_database_url
    fill(url, folder, [(Technology.SOLAR, DAM_SQUARE)] * number)


def test_an_empty_catalogue_is_answered_with_an_empty_list(service: Service) -> None:
    answer = ask(service)
    assert (answer.status_code, answer.json()["features"]) == (200, [])


def test_fewer_sources_than_asked_for_are_all_answered(service: Service, tmp_path: Path) -> None:
    add(service, tmp_path, 3)
    assert len(ask(service, cell=UTRECHT).json()["features"]) == 3


def test_anybody_may_keep_the_answer(service: Service) -> None:
    answer = ask(service)
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["ETag"].startswith('"')


def test_each_caller_is_answered_in_the_encoding_that_they_prefer(
    service: Service, tmp_path: Path
) -> None:
    add(service, tmp_path)
    path = f"/v1/cells/{AMSTERDAM}/sources"
    answers = {
        each: service.http.get(path, headers={"Accept-Encoding": each})
        for each in ("gzip", "zstd", "identity")
    }
    for encoding, answer in answers.items():
        assert answer.headers.get("Content-Encoding", "identity") == encoding
    # The client decodes gzip, and knows no zstd.
    plain = answers["identity"].content
    assert answers["gzip"].content == plain
    assert zstandard.decompress(answers["zstd"].content) == plain


def test_who_holds_the_current_answer_is_told_so(service: Service) -> None:
    known = ask(service).headers["ETag"]
    answer = ask(service, known)
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == known
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_an_answer_is_sent_again_with_all_its_headers_until_the_catalogue_changes(
    service: Service, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    add(service, tmp_path)
    heard(service, 1)
    first = ask(service)
    service.app.state.catalogue.answers.clear()
    before = queries(superuser)
    again = ask(service)
    assert queries(superuser) == before
    assert again.headers == first.headers
    assert again.content == first.content
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    add(service, tmp_path, 2)
    heard(service, 2)
    assert len(ask(service).json()["features"]) == 2


def test_an_answer_that_is_sent_again_is_logged_and_refused_like_any_other(
    service: Service,
) -> None:
    heard(service, 0)
    path = f"/v1/cells/{AMSTERDAM}/sources"
    with capture_logs() as lines:
        for _ in range(2):
            assert service.http.get(path).status_code == 200
        assert service.http.get(path, headers={"Host": "elsewhere"}).status_code == 421
    of_requests = [each for each in lines if each["event"] == "request"]
    assert [each["route"] for each in of_requests] == [
        *["/v1/cells/{code}/sources"] * 2,
        "none",
    ]


@pytest.mark.parametrize("known", ['"another"', '"one", "two"', "garbage"])
def test_who_holds_another_answer_gets_this_one(service: Service, known: str) -> None:
    assert ask(service, known).status_code == 200


def test_who_holds_several_answers_is_told_that_one_is_current(service: Service) -> None:
    known = ask(service).headers["ETag"]
    assert ask(service, f'"another", {known}').status_code == 304


@pytest.mark.parametrize("query", ["?k=9", "?technology=wind", "?k=9&technology=wind"])
def test_another_question_has_another_name(service: Service, query: str) -> None:
    known = ask(service).headers["ETag"]
    assert ask(service, known, query=query).headers["ETag"] != known
    assert ask(service, known, cell=UTRECHT).headers["ETag"] != known


def test_a_changed_catalogue_changes_the_name(service: Service, tmp_path: Path) -> None:
    known = ask(service).headers["ETag"]
    add(service, tmp_path)
    heard(service, 1)
    answer = ask(service, known)
    assert answer.status_code == 200
    assert answer.headers["ETag"] != known


def test_an_import_that_changes_nothing_keeps_the_name(service: Service, tmp_path: Path) -> None:
    add(service, tmp_path)
    heard(service, 1)
    known = ask(service).headers["ETag"]
    add(service, tmp_path)
    heard(service, 1)
    assert ask(service, known).status_code == 304


def test_the_answer_names_the_catalogue_it_was_made_of(service: Service, tmp_path: Path) -> None:
    before = ask(service)
    add(service, tmp_path)
    heard(service, 1)
    after = ask(service)
    assert before.json()["catalogue_version"] == 0
    assert (after.json()["catalogue_version"], len(after.json()["features"])) == (1, 1)
    assert ask(service).headers["ETag"] == after.headers["ETag"]


def test_who_holds_the_current_answer_needs_no_database(
    service: Service, cluster: embedded.Cluster
) -> None:
    known = ask(service).headers["ETag"]
    with closed(cluster, service.settings.required_database_url):
        assert ask(service, known).status_code == 304


def test_the_answer_is_of_one_moment(
    service: Service, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    add(service, tmp_path)
    with ThreadPoolExecutor(1) as phone:
        with superuser.transaction():
            superuser.execute("LOCK source IN ACCESS EXCLUSIVE MODE")
            asked = phone.submit(ask, service)
            pids_of_who_waits(superuser)
            superuser.execute("DELETE FROM source")
            superuser.execute("UPDATE catalogue SET version = version + 1")
        during = asked.result().json()
    heard(service, 2)
    after = ask(service).json()
    of_version = {1: 1, 2: 0}
    assert len(during["features"]) == of_version[during["catalogue_version"]]
    assert (after["catalogue_version"], len(after["features"])) == (2, 0)
