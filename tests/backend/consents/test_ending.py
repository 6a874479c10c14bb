"""Whatever is not a grant ends what was granted, and PostgreSQL erases what it allowed."""

from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest

from nabij_consent import NEARBY_SOURCES, Purpose
from tests.service import Caller, Service, by_signal, notice

NOTHING = {"gps_status": 0, "gsm_status": 0, "wifi_status": 0}
EVERYTHING = {"gps_status": 1, "gsm_status": 1, "wifi_status": 1}


def reporting(service: Service, name: str = "eva") -> Caller:
    """Somebody who agreed to everything, and whose device has reported."""
    caller = service.caller(name)
    epoch = caller.grant()
    answer = caller.put_status(caller.gps(epoch), caller.gsm(epoch), caller.wifi(epoch))
    assert len(answer.json()["accepted"]) == 3
    return caller


def report_for_research(caller: Caller) -> None:
    """Agree to a second purpose of the notice, and report for it."""
    answer = caller.post("/v1/consents", caller.act("granted", ["gps"], purpose="research"))
    epoch = by_signal(answer, "research")["gps"]["epoch"]
    assert caller.put_status(caller.gps(epoch, purpose="research")).json()["accepted"]


def rows(superuser: psycopg.Connection) -> dict[str, int]:
    """How many rows there are of anybody, by table."""
    (row,) = superuser.execute(
        "SELECT (SELECT count(*) FROM gps_status), (SELECT count(*) FROM gsm_status), "
        "(SELECT count(*) FROM wifi_status)"
    ).fetchall()
    return dict(zip(NOTHING, row, strict=True))


def test_withdrawing_everything_leaves_nothing(
    service: Service, superuser: psycopg.Connection
) -> None:
    answer = reporting(service).withdraw()
    assert answer.status_code == 200
    assert answer.json()["erased"] == EVERYTHING
    assert rows(superuser) == NOTHING
    assert superuser.execute("SELECT count(*) FROM live_grant").fetchone() == (0,)
    for permission in by_signal(answer).values():
        assert permission["reasons"] == ["withdrawn", "no-grant"]


def test_withdrawing_a_signal_leaves_the_others(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = reporting(service)
    answer = eva.withdraw(signals=["gps"])
    assert answer.json()["erased"] == {**NOTHING, "gps_status": 1}
    assert rows(superuser) == {**EVERYTHING, "gps_status": 0}
    allowed = [signal for signal, each in by_signal(answer).items() if each["allowed"]]
    assert allowed == ["gsm", "wifi"]


def test_withdrawing_a_purpose_leaves_the_others(
    service: Service, superuser: psycopg.Connection
) -> None:
    service.publish(notice(2, purposes=[NEARBY_SOURCES, Purpose("research")]))
    eva = reporting(service)
    report_for_research(eva)
    answer = eva.withdraw(purpose="nearby-sources")
    assert answer.json()["erased"] == EVERYTHING
    assert superuser.execute("SELECT purpose FROM gps_status").fetchall() == [("research",)]


def test_withdrawing_every_purpose_takes_them_all(
    service: Service, superuser: psycopg.Connection
) -> None:
    service.publish(notice(2, purposes=[NEARBY_SOURCES, Purpose("research")]))
    eva = reporting(service)
    report_for_research(eva)
    assert eva.withdraw().json()["erased"] == {**EVERYTHING, "gps_status": 2}
    assert rows(superuser) == NOTHING


def test_every_device_of_the_person_is_forgotten(
    service: Service, superuser: psycopg.Connection
) -> None:
    phone = reporting(service)
    tablet = Caller(service, phone.token)
    epoch = phone.permissions()["gps"]["epoch"]
    tablet.put_status(tablet.gps(epoch))
    assert phone.withdraw().json()["erased"] == {**EVERYTHING, "gps_status": 2}
    assert rows(superuser) == NOTHING


def test_other_people_keep_what_is_theirs(service: Service, superuser: psycopg.Connection) -> None:
    eva, bob = reporting(service, "eva"), reporting(service, "bob")
    eva.withdraw()
    assert rows(superuser) == EVERYTHING
    assert all(each["allowed"] for each in bob.permissions().values())


def test_withdrawing_what_was_never_granted_is_recorded_and_erases_nothing(
    service: Service, superuser: psycopg.Connection
) -> None:
    answer = service.caller().withdraw()
    assert (answer.status_code, answer.json()["erased"]) == (200, NOTHING)
    assert superuser.execute("SELECT kind::text FROM consent_event").fetchall() == [("withdrawn",)]


@pytest.mark.parametrize("asks_first", [False, True])
def test_a_late_withdrawal_of_an_erased_account_leaves_nothing(
    service: Service, superuser: psycopg.Connection, *, asks_first: bool
) -> None:
    eva = reporting(service)
    assert eva.delete("/v1/me").status_code == 200
    if asks_first:
        eva.get("/v1/consents")
    before = superuser.execute("SELECT count(*) FROM subject").fetchone()
    answer = withdraw_late(eva)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/nothing-known")
    assert superuser.execute("SELECT count(*) FROM consent_event").fetchone() == (0,)
    assert superuser.execute("SELECT count(*) FROM subject").fetchone() == before


def test_a_late_withdrawal_of_somebody_known_is_recorded(service: Service) -> None:
    assert withdraw_late(reporting(service)).json()["erased"] == EVERYTHING


def withdraw_late(eva: Caller) -> httpx2.Response:
    late = {**eva.headers, "If-Match": "*"}
    body = {
        "id": str(uuid4()),
        "device_id": str(eva.device_id),
        "occurred_at": eva.service.clock().isoformat(),
    }
    return eva.service.http.post("/v1/consents/withdrawals", json=body, headers=late)


def test_withdrawing_needs_no_nonce_and_no_current_notice(service: Service) -> None:
    eva = reporting(service)
    service.publish(notice(2))
    assert eva.withdraw().json()["erased"] == EVERYTHING


@pytest.mark.parametrize("kind", ["refused", "deferred"])
def test_refusing_or_putting_off_after_a_grant_erases(
    service: Service, superuser: psycopg.Connection, kind: str
) -> None:
    eva = reporting(service)
    answer = eva.post("/v1/consents", eva.act(kind, ["gps", "gsm"]))
    assert answer.status_code == 201
    assert answer.json()["erased"] == {**EVERYTHING, "wifi_status": 0}
    assert rows(superuser) == {**NOTHING, "wifi_status": 1}
    assert by_signal(answer)["gps"]["reasons"] == [kind, "no-grant"]


@pytest.mark.parametrize("kind", ["refused", "deferred"])
def test_refusing_or_putting_off_needs_no_nonce(service: Service, kind: str) -> None:
    eva = service.caller()
    act = eva.act(kind, ["gps"]) | {"nonce": None}
    assert eva.post("/v1/consents", act).status_code == 201


def test_a_report_after_the_withdrawal_is_refused(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = reporting(service)
    eva.withdraw()
    (refused,) = eva.put_status(eva.gps(1)).json()["refused"]
    assert refused["type"] == "/problems/no-consent"
    assert rows(superuser) == NOTHING


def test_what_was_collected_before_the_withdrawal_is_refused_under_a_new_grant(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = reporting(service)
    eva.withdraw()
    assert eva.grant() == eva.begun[3]
    (refused,) = eva.put_status(eva.gps(1)).json()["refused"]
    assert refused["type"] == "/problems/stale-epoch"
    assert rows(superuser) == NOTHING


def again(eva: Caller, path: str, act: dict[str, Any]) -> tuple[httpx2.Response, httpx2.Response]:
    """The answers to the same act, sent twice."""
    return eva.post(path, act), eva.post(path, act)


def test_a_grant_sent_twice_is_recorded_once(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    first, second = again(eva, "/v1/consents", eva.act("granted", ["gps"]))
    assert (second.status_code, second.json()) == (201, first.json())
    assert superuser.execute("SELECT count(*) FROM consent_event").fetchone() == (1,)


def test_a_withdrawal_sent_twice_is_recorded_once(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = reporting(service)
    act = {
        "id": str(uuid4()),
        "device_id": str(eva.device_id),
        "occurred_at": service.clock().isoformat(),
    }
    first, second = again(eva, "/v1/consents/withdrawals", act)
    assert first.json()["erased"] == EVERYTHING
    assert second.json() == first.json() | {"erased": NOTHING}
    assert superuser.execute("SELECT count(*) FROM consent_event").fetchone() == (2,)


def test_a_grant_that_arrives_again_after_the_withdrawal_grants_nothing(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    act = eva.act("granted", ["gps"])
    eva.post("/v1/consents", act)
    eva.withdraw()
    answer = eva.post("/v1/consents", act)
    assert answer.status_code == 201
    assert not by_signal(answer)["gps"]["allowed"]
    assert superuser.execute("SELECT count(*) FROM live_grant").fetchone() == (0,)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "deferred"},
        {"signals": ["gps", "gsm"]},
        {"purpose": "research"},
        {"occurred_at": "2026-05-31T00:00:00Z"},
    ],
    ids=lambda change: str(next(iter(change))),
)
def test_an_id_names_one_act(
    service: Service, superuser: psycopg.Connection, change: dict[str, Any]
) -> None:
    eva = service.caller()
    act = eva.act("refused", ["gps"])
    eva.post("/v1/consents", act)
    answer = eva.post("/v1/consents", act | change)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/id-reused")
    assert superuser.execute("SELECT count(*) FROM consent_event").fetchone() == (1,)


def test_two_people_may_use_the_same_id(service: Service) -> None:
    eva, bob = service.caller("eva"), service.caller("bob")
    act = eva.act("refused", ["gps"])
    assert eva.post("/v1/consents", act).status_code == 201
    assert bob.post("/v1/consents", act).status_code == 201


@pytest.mark.parametrize(
    "claimed", ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]
)
def test_a_clock_that_is_wrong_by_decades_keeps_nobody_from_withdrawing(
    service: Service, superuser: psycopg.Connection, claimed: str
) -> None:
    eva = service.caller()
    eva.grant(["gps"])
    assert eva.withdraw(occurred_at=claimed).status_code == 200
    assert superuser.execute("SELECT count(*) FROM live_grant").fetchone() == (0,)
    (recorded_at,) = superuser.execute(
        "SELECT recorded_at FROM consent_event WHERE kind = 'withdrawn'"
    ).fetchall()[0]
    assert recorded_at == service.clock()
