"""A grant names a showing of the current notice to that person, once, within a day."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest

from nabij_consent import NEARBY_SOURCES, Purpose, Signal, epoch_of
from tests.service import Caller, Service, by_signal, notice

RESEARCH = Purpose("research")


def problem(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


SUPERSEDED = (409, "/problems/notice-superseded")


def granted(eva: Caller, **changes: object) -> httpx2.Response:
    """The answer to an otherwise good grant with some members changed."""
    return eva.post("/v1/consents", eva.act("granted", ["gps"]) | changes)


def test_a_grant_of_what_was_shown_takes_effect(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    answer = eva.post("/v1/consents", eva.act("granted", ["gps"]))
    now, permissions = service.clock(), by_signal(answer)
    ((leaf_hash,),) = superuser.execute("SELECT leaf_hash FROM consent_event").fetchall()
    assert answer.status_code == 201
    assert answer.json()["erased"] == {"gps_status": 0, "gsm_status": 0, "wifi_status": 0}
    assert permissions["gps"] == {
        "purpose": "nearby-sources",
        "signal": "gps",
        "allowed": True,
        "reasons": [],
        "latest": "granted",
        "epoch": epoch_of(leaf_hash),
        "resolution_m": 1000,
        "granted_at": now.isoformat().replace("+00:00", "Z"),
        "expires_at": (now + timedelta(days=365)).isoformat().replace("+00:00", "Z"),
    }
    assert not permissions["gsm"]["allowed"]


def test_consents_tell_what_the_grant_answered(service: Service) -> None:
    eva = service.caller()
    answer = eva.post("/v1/consents", eva.act("granted", ["gps", "wifi"]))
    assert eva.permissions() == by_signal(answer)


@pytest.mark.parametrize("nonce", [None, "7d8f2f7e-3c55-4b7e-9d4c-2f6f8f3f9a11"])
def test_a_nonce_that_was_never_served_shows_the_notice_anew(
    service: Service, nonce: str | None
) -> None:
    eva = service.caller()
    answer = granted(eva, nonce=nonce)
    current = answer.json()["current"]
    assert problem(answer) == SUPERSEDED
    assert set(current) == {"notice", "digest", "locale", "nonce"}
    assert not eva.permissions()["gps"]["allowed"]


def test_the_nonce_that_comes_with_the_refusal_can_be_used(service: Service) -> None:
    eva = service.caller()
    current = granted(eva, nonce=None).json()["current"]
    assert granted(eva, nonce=current["nonce"]).status_code == 201


def test_the_refusal_shows_the_notice_in_the_language_asked_for(service: Service) -> None:
    eva = service.caller()
    body = eva.act("granted", ["gps"]) | {"nonce": None}
    assert eva.post("/v1/consents?locale=en", body).json()["current"]["locale"] == "en"


def test_the_nonce_of_another_person_is_refused(service: Service) -> None:
    eva, bob = service.caller("eva"), service.caller("bob")
    shown_to_bob = bob.get("/v1/notice").json()["nonce"]
    assert problem(granted(eva, nonce=shown_to_bob)) == SUPERSEDED
    assert granted(bob, nonce=shown_to_bob).status_code == 201


def test_a_nonce_is_used_once(service: Service) -> None:
    eva = service.caller()
    act = eva.act("granted", ["gps"])
    assert eva.post("/v1/consents", act).status_code == 201
    assert problem(eva.post("/v1/consents", act | {"id": str(uuid4())})) == SUPERSEDED


def test_a_nonce_is_good_for_a_day(service: Service) -> None:
    eva = Caller(service, service.token("eva", timedelta(days=3)))
    in_time, too_late = eva.act("granted", ["gps"]), eva.act("granted", ["gps"])
    service.clock.advance(timedelta(hours=24) - timedelta(seconds=1))
    assert eva.post("/v1/consents", in_time).status_code == 201
    service.clock.advance(timedelta(seconds=1))
    assert problem(eva.post("/v1/consents", too_late)) == SUPERSEDED


def test_a_notice_that_was_replaced_cannot_be_agreed_to(service: Service) -> None:
    eva = service.caller()
    act = eva.act("granted", ["gps"])
    service.publish(notice(2))
    answer = eva.post("/v1/consents", act)
    assert problem(answer) == SUPERSEDED
    assert answer.json()["current"]["notice"]["version"] == 2


def test_a_showing_of_the_earlier_notice_does_not_count_for_the_next(service: Service) -> None:
    eva = service.caller()
    act = eva.act("granted", ["gps"])
    service.publish(notice(2))
    assert problem(eva.post("/v1/consents", act | {"notice_version": 2})) == SUPERSEDED


def test_a_refused_grant_is_not_recorded(service: Service, superuser: psycopg.Connection) -> None:
    granted(service.caller(), nonce=None)
    assert superuser.execute("SELECT count(*) FROM consent_event").fetchone() == (0,)


@pytest.mark.parametrize("purpose", ["research", "nearby-sources-and-more"])
def test_what_the_notice_does_not_ask_for_cannot_be_granted(
    service: Service, superuser: psycopg.Connection, purpose: str
) -> None:
    assert problem(granted(service.caller(), purpose=purpose)) == (422, "/problems/not-asked")
    assert superuser.execute("SELECT count(*) FROM consent_event").fetchone() == (0,)
    assert superuser.execute("SELECT used_at FROM notice_served").fetchall() == [(None,)]


def test_a_signal_that_the_notice_does_not_ask_for_cannot_be_granted(service: Service) -> None:
    service.publish(notice(2, signals=[Signal.GPS]))
    eva = service.caller()
    answer = granted(eva, signals=["gps", "wifi"])
    assert problem(answer) == (422, "/problems/not-asked")
    assert not eva.permissions()["gps"]["allowed"]


def test_a_renewal_keeps_the_epoch_and_what_was_stored(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    epoch = eva.grant()
    eva.put_status(eva.gps(epoch))
    service.clock.advance(timedelta(hours=1))
    answer = eva.post("/v1/consents", eva.act("granted", ["gps"]))
    renewed = by_signal(answer)["gps"]
    assert (renewed["epoch"], answer.json()["erased"]["gps_status"]) == (epoch, 0)
    assert renewed["granted_at"] == service.clock().isoformat().replace("+00:00", "Z")
    assert superuser.execute("SELECT count(*) FROM gps_status").fetchone() == (1,)


def test_a_grant_of_another_notice_starts_afresh(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    epoch = eva.grant()
    eva.put_status(eva.gps(epoch), eva.wifi(epoch))
    service.publish(notice(2))
    answer = eva.post("/v1/consents", eva.act("granted", ["gps"]))
    assert by_signal(answer)["gps"]["epoch"] != epoch
    assert answer.json()["erased"] == {"gps_status": 1, "gsm_status": 0, "wifi_status": 0}
    assert superuser.execute("SELECT count(*) FROM gps_status").fetchone() == (0,)


def test_a_grant_after_the_end_starts_afresh(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    epoch = eva.grant()
    eva.put_status(eva.gps(epoch))
    service.clock.advance(timedelta(days=365))
    eva = service.caller()
    answer = eva.post("/v1/consents", eva.act("granted", ["gps"]))
    assert by_signal(answer)["gps"]["epoch"] != epoch
    assert answer.json()["erased"]["gps_status"] == 1
    assert superuser.execute("SELECT count(*) FROM gps_status").fetchone() == (0,)


def test_an_act_is_about_one_purpose(service: Service) -> None:
    service.publish(notice(2, purposes=[NEARBY_SOURCES, RESEARCH]))
    eva = service.caller()
    answer = eva.post("/v1/consents", eva.act("granted", ["gps"], purpose="research"))
    permissions = {
        (each["purpose"], each["signal"]): each["allowed"] for each in answer.json()["permissions"]
    }
    assert [asked for asked, allowed in permissions.items() if allowed] == [("research", "gps")]


def test_a_grant_is_of_one_person(service: Service) -> None:
    eva, bob = service.caller("eva"), service.caller("bob")
    eva.grant()
    assert not any(each["allowed"] for each in bob.permissions().values())


def test_a_grant_makes_its_device_known_and_a_refusal_does_not(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    eva.post("/v1/consents", eva.act("refused", ["gps"]))
    assert superuser.execute("SELECT count(*) FROM device").fetchone() == (0,)
    eva.post("/v1/consents", eva.act("granted", ["gps"]) | {"platform": "ios"})
    found = superuser.execute("SELECT device_id, platform::text, push_token FROM device").fetchall()
    assert found == [(UUID(str(eva.device_id)), "ios", None)]
