"""Without its database the service says so, acknowledges nothing, and recovers by itself."""

import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import httpx2
import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr
from starlette.testclient import TestClient

from nabij_backend.app import create_app
from nabij_backend.settings import Settings
from nabij_dev import embedded
from tests.backend.closing import closed, throw_out
from tests.backend.waiting import pids_of_who_waits
from tests.service import AMSTERDAM, UTRECHT, Caller, Service

_PATIENCE_S = 30.0


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Of a service that does not wait long for its database."""
    return settings.model_copy(update={"pool_wait_s": 0.3})


def assert_unavailable(answer: httpx2.Response) -> None:
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Content-Type"] == "application/problem+json"


def _patiently(eva: Caller, report: dict[str, object]) -> httpx2.Response:
    """What is answered once the service has its database again, as a phone would find out."""
    deadline = time.monotonic() + _PATIENCE_S
    answer = eva.put_status(report)
    while answer.status_code == 503 and time.monotonic() < deadline:
        answer = eva.put_status(report)
    return answer


CALLS: dict[str, Callable[[Caller], httpx2.Response]] = {
    "notice": lambda eva: eva.get("/v1/notice"),
    "consents": lambda eva: eva.get("/v1/consents"),
    "report": lambda eva: eva.put_status(eva.gps(1)),
    "withdrawal": lambda eva: eva.withdraw(),
    "sources": lambda eva: eva.get(f"/v1/cells/{AMSTERDAM}/sources"),
    "nearby": lambda eva: eva.get("/v1/me/nearby"),
}


@pytest.mark.parametrize("call", CALLS)
def test_nothing_is_acknowledged_without_a_database(service: Service, call: str) -> None:
    nowhere = SecretStr("postgresql://postgres@/nabij?host=/nobody-listens-here")
    settings = service.settings.model_copy(update={"database_url": nowhere})
    app = create_app(settings, clock=service.clock)
    with TestClient(app, raise_server_exceptions=False, base_url="http://localhost") as http:
        stranded = Service(app, http, service.identity, service.clock, settings)
        assert_unavailable(CALLS[call](stranded.caller()))


def test_who_would_type_a_place_is_answered_without_a_database(
    service: Service, cluster: embedded.Cluster
) -> None:
    with closed(cluster, service.settings.required_database_url):
        answer = service.http.get("/v1/places/all")
    assert answer.status_code == 200


def test_what_is_public_and_known_is_answered_without_a_database(
    service: Service, cluster: embedded.Cluster
) -> None:
    known = ("/v1/catalogue", "/v1/catalogue/0/all", f"/v1/cells/{AMSTERDAM}/sources")
    before = [service.http.get(path).content for path in known]
    with closed(cluster, service.settings.required_database_url):
        service.clock.advance(timedelta(minutes=1))
        answers = [service.http.get(path) for path in known]
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert [answer.content for answer in answers] == before
        assert_unavailable(service.http.get(f"/v1/cells/{UTRECHT}/sources"))


def test_connections_that_ended_are_replaced(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    report = eva.gps(eva.grant())
    throw_out(superuser, superuser.info.dbname)
    assert _patiently(eva, report).json()["accepted"] == [report["id"]]


def test_the_service_recovers_when_the_database_does(
    service: Service, cluster: embedded.Cluster
) -> None:
    eva = service.caller()
    report = eva.gps(eva.grant())
    url = service.settings.required_database_url
    with closed(cluster, url):
        assert_unavailable(eva.put_status(report))
        assert_unavailable(eva.withdraw())
    assert _patiently(eva, report).json()["accepted"] == [report["id"]]


def test_a_database_that_only_reads_acknowledges_nothing_and_still_shows_sources(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    report = eva.gps(eva.grant())
    with only_reading(superuser):
        for answer in (eva.put_status(report), eva.withdraw(), eva.get("/v1/notice")):
            assert_unavailable(answer)
        ready = service.http.get("/readyz")
        assert (ready.status_code, ready.json()["waiting_for"]) == (503, ["database"])
        assert service.http.get("/v1/catalogue").status_code == 200
        assert service.http.get(f"/v1/cells/{AMSTERDAM}/sources").status_code == 200
    assert _patiently(eva, report).json()["accepted"] == [report["id"]]


@contextmanager
def only_reading(superuser: psycopg.Connection) -> Generator[None]:
    """As a replica does that was not promoted."""
    name = sql.Identifier(superuser.info.dbname)
    for setting in ("on", "off"):
        change = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}")
        superuser.execute(change.format(name, sql.SQL(setting)))
        throw_out(superuser, superuser.info.dbname)
        if setting == "on":
            yield


def test_a_connection_that_ends_under_a_report_stores_and_acknowledges_nothing(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    report = eva.gps(eva.grant())
    with ThreadPoolExecutor(1) as phone, superuser.transaction():
        superuser.execute("LOCK gps_status IN ACCESS EXCLUSIVE MODE")
        sent = phone.submit(eva.put_status, report)
        (waiting,) = pids_of_who_waits(superuser)
        superuser.execute("SELECT pg_terminate_backend(%s)", [waiting])
        assert_unavailable(sent.result())
    assert superuser.execute("SELECT count(*) FROM gps_status").fetchone() == (0,)
    assert eva.put_status(report).json()["accepted"] == [report["id"]]


def test_a_withdrawal_that_was_interrupted_can_be_sent_again(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    eva.put_status(eva.gps(eva.grant()))
    with ThreadPoolExecutor(1) as phone, superuser.transaction():
        superuser.execute("LOCK gps_status IN ACCESS EXCLUSIVE MODE")
        sent = phone.submit(eva.withdraw)
        (waiting,) = pids_of_who_waits(superuser)
        superuser.execute("SELECT pg_terminate_backend(%s)", [waiting])
        assert_unavailable(sent.result())
    assert superuser.execute("SELECT count(*) FROM live_grant").fetchone() == (3,)
    assert eva.withdraw().json()["erased"]["gps_status"] == 1


def test_what_cannot_be_committed_is_not_acknowledged(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    report = eva.gps(eva.grant())
    superuser.execute(
        """
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the disk is full' USING ERRCODE = 'disk_full'; END $$;
        CREATE CONSTRAINT TRIGGER at_the_end AFTER INSERT ON gps_status
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail();
        """
    )
    assert_unavailable(eva.put_status(report))
    superuser.execute("DROP TRIGGER at_the_end ON gps_status")
    assert eva.put_status(report).json()["accepted"] == [report["id"]]
