"""The notice is shown to everybody, and that it was shown is remembered of who signed in."""

import psycopg

from nabij_backend.notices import repository
from nabij_consent import Signal, notice_digest, notice_document, read_notice
from tests.service import Service, notice


def test_who_is_not_signed_in_sees_the_notice_without_a_nonce(service: Service) -> None:
    shown = service.http.get("/v1/notice").json()
    assert shown["notice"] == notice_document(notice(1))
    assert (shown["locale"], shown["nonce"]) == ("nl", None)


def test_the_digest_is_that_of_the_document_as_shown(service: Service) -> None:
    shown = service.http.get("/v1/notice", params={"locale": "en"}).json()
    assert shown["locale"] == "en"
    assert notice_digest(read_notice(shown["notice"])) == shown["digest"]


def test_every_showing_to_somebody_has_its_own_nonce(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    nonces = {eva.get("/v1/notice").json()["nonce"] for _ in range(3)}
    served = superuser.execute("SELECT nonce::text, used_at FROM notice_served").fetchall()
    assert {nonce for nonce, _ in served} == nonces
    assert len(served) == 3
    assert {used_at for _, used_at in served} == {None}


def test_what_was_shown_is_remembered(service: Service, superuser: psycopg.Connection) -> None:
    service.caller().get("/v1/notice", locale="en")
    found = superuser.execute(
        "SELECT notice_version, locale::text, served_at FROM notice_served"
    ).fetchall()
    assert found == [(1, "en", service.clock())]


def test_the_newest_notice_is_shown(service: Service) -> None:
    service.publish(notice(2, signals=[Signal.GPS]))
    assert service.http.get("/v1/notice").json()["notice"]["version"] == 2


def test_a_notice_is_parsed_once_in_a_process(service: Service) -> None:
    service.caller("bob").grant()
    parsed = repository.parsed.cache_info()
    eva = service.caller("eva")
    eva.grant()
    assert eva.withdraw().status_code == 200
    now = repository.parsed.cache_info()
    assert now.misses == parsed.misses
    assert now.hits > parsed.hits


def test_a_notice_is_never_kept_by_a_cache(service: Service) -> None:
    assert service.caller().get("/v1/notice").headers["Cache-Control"] == "no-store"


def test_a_token_that_is_not_accepted_is_refused_rather_than_ignored(service: Service) -> None:
    answer = service.http.get("/v1/notice", headers={"Authorization": "Bearer x.y.z"})
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed-in")


def test_a_person_who_comes_again_is_the_same(
    service: Service, superuser: psycopg.Connection
) -> None:
    for _ in range(2):
        service.caller("eva").get("/v1/notice")
    service.caller("bob").get("/v1/notice")
    assert superuser.execute("SELECT count(*) FROM subject").fetchone() == (2,)
    assert superuser.execute("SELECT count(*) FROM identity").fetchone() == (2,)
