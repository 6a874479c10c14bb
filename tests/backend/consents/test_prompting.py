"""A prompt is served while it may ask for something; a no stands for half a year."""

from datetime import timedelta

import psycopg
import pytest

from nabij_consent import NEARBY_SOURCES, Purpose
from tests.backend.log.sequencing import read
from tests.service import PURPOSE, Caller, Service, notice


def prompted(caller: Caller) -> str | bool:
    """Whether a prompt is served, or the problem."""
    answer = caller.get("/v1/consents/prompt", locale="en")
    if answer.status_code != 200:
        return answer.json()["type"]
    shown = answer.json()
    return shown["nonce"] is not None and shown["locale"] == "en"


NO = "/problems/nothing-to-ask"


def refuse(caller: Caller, *signals: str) -> None:
    assert caller.post("/v1/consents", caller.act("refused", signals)).status_code == 201


def test_who_never_answered_is_asked_and_can_agree_to_what_was_shown(service: Service) -> None:
    eva = service.caller()
    shown = eva.get("/v1/consents/prompt").json()
    act = eva.act("granted", ["gps"]) | {"nonce": shown["nonce"]}
    assert eva.post("/v1/consents", act).status_code == 201


def test_who_put_it_off_is_asked_again(service: Service) -> None:
    eva = service.caller()
    eva.post("/v1/consents", eva.act("deferred", ["gps", "gsm", "wifi"]))
    assert prompted(eva) is True


def test_a_refusal_stands_for_183_days(service: Service) -> None:
    eva = service.caller()
    refuse(eva, "gps", "gsm", "wifi")
    assert prompted(eva) == NO
    service.clock.advance(timedelta(days=183) - timedelta(seconds=1))
    assert prompted(service.caller()) == NO
    service.clock.advance(timedelta(seconds=1))
    assert prompted(service.caller()) is True


def test_settings_show_the_notice_on_any_day_and_a_yes_counts(service: Service) -> None:
    eva = service.caller()
    refuse(eva, "gps", "gsm", "wifi")
    eva.grant(["wifi"])
    assert eva.permissions()["wifi"]["allowed"]
    assert prompted(eva) == NO


def test_a_withdrawal_is_a_no_too(service: Service) -> None:
    eva = service.caller()
    eva.grant()
    assert prompted(eva) == NO
    eva.withdraw()
    assert prompted(eva) == NO


def test_one_signal_that_was_not_answered_may_be_asked_for(service: Service) -> None:
    eva = service.caller()
    refuse(eva, "gps", "gsm")
    assert prompted(eva) is True


@pytest.mark.parametrize(("material_since", "asked"), [(1, NO), (2, True)])
def test_only_a_material_change_makes_it_another_question(
    service: Service,
    material_since: int,
    asked: str | bool,  # noqa: FBT001
) -> None:
    eva = service.caller()
    refuse(eva, "gps", "gsm", "wifi")
    service.publish(notice(2, material_since=material_since))
    assert prompted(eva) == asked


def test_what_was_agreed_under_terms_that_changed_is_asked_for(service: Service) -> None:
    eva = service.caller()
    eva.grant()
    service.publish(notice(2))
    assert prompted(eva) is True


def test_what_expired_is_asked_for(service: Service) -> None:
    eva = service.caller()
    eva.grant()
    service.clock.advance(timedelta(days=366))
    assert prompted(service.caller()) is True


def test_nobody_is_asked_unless_signed_in(service: Service) -> None:
    assert service.http.get("/v1/consents/prompt").status_code == 401


@pytest.mark.parametrize(("header", "kept"), [("1", True), ("0", False), ("true", False)])
def test_global_privacy_control_is_recorded_and_is_never_a_yes(
    service: Service,
    superuser: psycopg.Connection,
    header: str,
    kept: bool,  # noqa: FBT001
) -> None:
    eva = service.caller()
    headers = eva.headers | {"Sec-GPC": header}

    def post(path: str, body: object) -> str:
        return service.http.post(path, json=body, headers=headers).json()["receipt"]

    refused = post("/v1/consents", eva.act("refused", ["gps"]))
    granted = post("/v1/consents", eva.act("granted", ["gps"]))
    withdrawal = eva.act("withdrawn", ["gps"]) | {"purpose": PURPOSE}
    unasked = {"id", "device_id", "occurred_at", "purpose", "signals"}
    withdrawn = post(
        "/v1/consents/withdrawals", {name: withdrawal[name] for name in sorted(unasked)}
    )
    assert [read(service, each).recorded.gpc for each in (refused, granted, withdrawn)] == [
        kept
    ] * 3
    rows = superuser.execute("SELECT gpc FROM consent_event ORDER BY number").fetchall()
    assert rows == [(kept,)] * 3
    assert not eva.permissions()["gps"]["allowed"]


def test_an_objection_remembers_it_too(service: Service, superuser: psycopg.Connection) -> None:
    service.publish(notice(2, purposes=(NEARBY_SOURCES, Purpose("marketing"))))
    eva = service.caller()
    eva.post("/v1/consents", eva.act("granted", ["gps"], "marketing"))
    service.http.put(
        "/v1/me/objections/marketing",
        json={"device_id": str(eva.device_id)},
        headers=eva.headers | {"Sec-GPC": "1"},
    ).raise_for_status()
    rows = superuser.execute("SELECT kind::text, gpc FROM consent_event ORDER BY number").fetchall()
    assert rows == [("granted", False), ("withdrawn", True)]


def test_what_the_customer_objects_to_is_not_asked_for(service: Service) -> None:
    service.publish(notice(2, purposes=(Purpose("marketing"),)))
    eva = service.caller()
    assert prompted(eva) is True
    eva.put("/v1/me/objections/marketing", {"device_id": str(eva.device_id)})
    assert prompted(eva) == NO
