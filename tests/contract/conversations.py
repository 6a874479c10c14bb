"""Conversations between a customer's device and a service, whichever it is.

Each yields the answers that matter, in order. Between them they meet every route and problem that
the SDK relies on.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, TypeAlias
from uuid import uuid4

import httpx2

from nabij_consent import Purpose, Signal
from tests.contract.in_memory import Caller
from tests.service import UTRECHT, notice

Answers: TypeAlias = Iterator[httpx2.Response]

_ALL = ("gps", "gsm", "wifi")


def the_notice_is_shown(eva: Caller) -> Answers:
    yield eva.get("/v1/notice")
    yield eva.get("/v1/notice", locale="en")
    yield eva.get("/v1/notice", locale="tlh")
    yield eva.service.http.get("/v1/notice")
    yield eva.service.http.get("/v1/notice", headers={"Authorization": "Bearer somebody"})


def a_prompt_is_asked_for(eva: Caller) -> Answers:
    prompt = "/v1/consents/prompt"
    yield eva.get(prompt)
    yield eva.get(prompt, locale="tlh")
    yield eva.post("/v1/consents", eva.act("refused", ["gps", "gsm"]))
    yield eva.get(prompt, locale="en")
    yield eva.post("/v1/consents", eva.act("granted", ["wifi"]))
    yield eva.get(prompt)
    yield eva.withdraw()
    yield eva.get(prompt)
    eva.service.publish(notice(2))
    yield eva.get(prompt)
    yield eva.service.http.get(prompt)


def nobody_is_signed_in(eva: Caller) -> Answers:
    http = eva.service.http
    yield http.get("/v1/consents")
    yield http.post("/v1/consents", json={})
    yield http.get("/v1/devices")
    yield http.get("/v1/me/status")
    yield http.get("/v1/events")
    yield replace(eva, token="made.up.token").withdraw()  # noqa: S106 - it opens nothing
    yield replace(eva, token="made.up.token").put_status(eva.gps(1))  # noqa: S106


def a_sign_in_ends(eva: Caller) -> Answers:
    yield eva.get("/v1/consents")
    eva.service.clock.advance(timedelta(days=1))
    yield eva.get("/v1/consents")


def a_withdrawal_is_told_late(eva: Caller) -> Answers:
    withdrawal = {
        "id": str(uuid4()),
        "device_id": str(eva.device_id),
        "occurred_at": eva.service.clock().isoformat(),
    }
    late = {**eva.headers, "If-Match": "*"}
    yield eva.service.http.post("/v1/consents/withdrawals", json=withdrawal, headers=late)
    yield eva.get("/v1/consents")
    yield eva.service.http.post("/v1/consents/withdrawals", json=withdrawal, headers=late)
    yield eva.post("/v1/consents", eva.act("granted", _ALL))
    yield eva.service.http.post("/v1/consents/withdrawals", json=withdrawal, headers=late)


def everything_is_granted_reported_and_withdrawn(eva: Caller) -> Answers:
    yield eva.get("/v1/consents")
    yield eva.get("/v1/devices")
    yield eva.post("/v1/consents", eva.act("granted", _ALL))
    yield eva.get("/v1/me/cell")
    yield eva.put_status(eva.gps(1), eva.gsm(1), eva.wifi(1))
    yield eva.get("/v1/me/cell")
    eva.service.clock.advance(timedelta(hours=1))
    tablet = replace(eva, device_id=uuid4())
    yield tablet.put_status(tablet.gps(1, UTRECHT))
    yield eva.get("/v1/me/cell")
    yield eva.get("/v1/devices")
    yield eva.withdraw()
    yield eva.get("/v1/me/cell")
    yield eva.get("/v1/consents")
    yield eva.put_status(eva.gps(1), eva.gsm(1), eva.wifi(1))
    yield eva.get("/v1/devices")


def an_old_square_is_explained(eva: Caller) -> Answers:
    tablet = eva.on_another_device()
    yield eva.get("/v1/me/status")
    eva.grant()
    eva.put_status(eva.gps(1), eva.gsm(1, connected=False), eva.wifi(1))
    tablet.put_status(tablet.wifi(1))
    yield eva.get("/v1/me/status")
    for hours in (4, 8):
        eva.service.clock.advance(timedelta(hours=hours))
        yield eva.get("/v1/me/status")
    eva.put_status(eva.gsm(1))
    tablet.put_status(tablet.gps(1, UTRECHT))
    yield eva.get("/v1/me/status")
    eva.withdraw(signals=["gsm", "wifi"])
    yield eva.get("/v1/me/status")
    eva.service.publish(notice(2))
    yield eva.get("/v1/me/status")


def a_grant_needs_its_showing(eva: Caller) -> Answers:
    act = eva.act("granted", ["gps"])
    yield eva.post("/v1/consents", {**act, "nonce": None})
    yield eva.post("/v1/consents?locale=en", {**act, "nonce": str(uuid4())})
    yield eva.post("/v1/consents", {**act, "notice_version": 7})
    yield eva.post("/v1/consents", act)
    yield eva.post("/v1/consents", {**act, "id": str(uuid4())})  # the nonce was used
    yield eva.get("/v1/consents")


def a_showing_is_over_after_a_day(eva: Caller) -> Answers:
    act = eva.act("granted", ["gps"])
    eva.service.clock.advance(timedelta(hours=23))
    later = replace(eva, token=eva.service.token("eva"))
    eva.service.clock.advance(timedelta(hours=1))
    yield later.post("/v1/consents", act)


def a_notice_is_superseded(eva: Caller) -> Answers:
    eva.grant(["gps"])
    eva.put_status(eva.gps(1))
    act = eva.act("granted", ["gsm"])
    eva.service.publish(notice(2))
    yield eva.get("/v1/consents")
    yield eva.post("/v1/consents", act)
    yield eva.put_status(eva.gps(1))
    yield eva.post("/v1/consents", eva.act("granted", ["gps"]))
    yield eva.put_status(eva.gps(1))
    yield eva.put_status(eva.gps(2))


def only_words_change(eva: Caller) -> Answers:
    eva.grant(["gps"])
    eva.service.publish(notice(2, material_since=1))
    yield eva.put_status(eva.gps(1))
    yield eva.post("/v1/consents", eva.act("granted", ["gps", "wifi"]))
    yield eva.put_status(eva.gps(1), eva.wifi(2))


def the_square_grows(eva: Caller) -> Answers:
    eva.grant()
    eva.put_status(eva.gps(1), eva.wifi(1))
    eva.service.publish(notice(2, resolution_m=10_000, material_since=1))
    yield eva.post("/v1/consents", eva.act("granted", ["gps", "wifi"]))
    yield eva.put_status(eva.gps(1), eva.gps(2), eva.wifi(1))


def no_answer_but_yes_permits(eva: Caller) -> Answers:
    for kind in ("refused", "deferred"):
        eva.grant()
        eva.put_status(eva.gps(1), eva.wifi(1))
        yield eva.post("/v1/consents", eva.act(kind, ["wifi", "gps"]))
        yield eva.get("/v1/consents")


def an_act_is_told_again(eva: Caller) -> Answers:
    granted = eva.act("granted", ["gps"])
    yield eva.post("/v1/consents", granted)
    yield eva.post("/v1/consents", granted)
    yield eva.post("/v1/consents", {**granted, "kind": "refused"})
    withdrawal = {key: granted[key] for key in ("device_id", "occurred_at")} | {"id": str(uuid4())}
    eva.put_status(eva.gps(1))
    yield eva.post("/v1/consents/withdrawals", withdrawal)
    yield eva.post("/v1/consents/withdrawals", withdrawal)
    yield eva.post("/v1/consents/withdrawals", {**withdrawal, "signals": ["wifi"]})


def what_the_notice_does_not_ask(eva: Caller) -> Answers:
    eva.service.publish(notice(2, signals=[Signal.GSM]))
    yield eva.get("/v1/consents")
    yield eva.post("/v1/consents", eva.act("granted", ["gps"]))
    yield eva.post("/v1/consents", eva.act("granted", ["gsm"], purpose="marketing"))
    yield eva.post("/v1/consents", {**eva.act("refused", ["gsm"]), "notice_version": 3})
    yield eva.post("/v1/consents", eva.act("refused", ["gps"], purpose="marketing"))
    yield eva.withdraw(purpose="marketing")


def what_an_earlier_notice_asked(eva: Caller) -> Answers:
    eva.service.publish(notice(2, purposes=[Purpose("marketing")]))
    yield eva.post("/v1/consents", eva.act("refused", ["gps"], purpose="nearby-sources"))
    yield eva.withdraw(purpose="nearby-sources")


def a_ninth_device(eva: Caller) -> Answers:
    for _ in range(9):
        eva.service.clock.advance(timedelta(hours=2))
        eva.grant(["gps"])
        yield eva.put_status(eva.gps(1))
        eva = eva.on_another_device()
    yield eva.get("/v1/devices")
    yield eva.get("/v1/me/status")


def a_report_of_another_epoch(eva: Caller) -> Answers:
    eva.grant(["gps"])
    eva.withdraw(signals=["gps"])
    eva.grant(["gps"])
    yield eva.put_status(eva.gps(1), eva.gps(3), eva.wifi(3))
    yield eva.put_status(eva.gps(2), eva.gps(4))


def a_grant_expires(eva: Caller) -> Answers:
    eva.grant(["gps"])
    eva.put_status(eva.gps(1))
    eva.service.clock.advance(timedelta(days=365))
    later = replace(eva, token=eva.service.token("eva"))
    yield later.get("/v1/consents")
    yield later.put_status(later.gps(1))
    yield later.get("/v1/devices")
    yield later.post("/v1/consents", later.act("granted", ["gps"]))


def hours_that_do_not_fit(eva: Caller) -> Answers:
    eva.grant(["gps"])
    hour = eva.service.clock().replace(minute=0, second=0, microsecond=0)
    for away in (timedelta(hours=2), timedelta(days=-40), timedelta(minutes=-3)):
        yield eva.put_status(eva.gps(1, hour=(hour + away).isoformat()))
    yield eva.put_status(eva.gps(1, hour=hour.replace(tzinfo=None).isoformat()))
    yield eva.put_status(
        eva.gps(1, UTRECHT), eva.gps(1, hour=(hour - timedelta(hours=1)).isoformat())
    )


def reports_that_do_not_fit(eva: Caller) -> Answers:
    eva.grant()
    yield eva.put_status()
    yield eva.put_status(eva.gps(1, "Dam 1, Amsterdam"))
    yield eva.put_status(eva.gps(1, "CRS3035RES1000mN9999000E9999000"))
    yield eva.put_status(eva.gps(1, latitude=52.37))
    yield eva.put_status(eva.gps(0))
    yield eva.put_status(eva.gsm(1, radio="4g"))
    yield eva.put_status(eva.gsm(1, connected=5))
    yield eva.put_status(eva.wifi(1, ssid="Eva's"))
    yield eva.put_status(eva.wifi(1, signal="bluetooth"))
    yield eva.put_of_device("status", {"platform": "windows", "reports": [eva.wifi(1)]})
    yield eva.put("/v1/devices/my-phone/status", {"platform": "ios", "reports": [eva.wifi(1)]})


def acts_that_do_not_fit(eva: Caller) -> Answers:
    act = eva.act("granted", ["gps"])
    misfits: tuple[dict[str, Any], ...] = (
        {"signals": []},
        {"signals": ["gps", "gps"]},
        {"signals": ["bluetooth"]},
        {"kind": "withdrawn"},
        {"purpose": "Marketing!"},
        {"notice_version": 0},
        {"occurred_at": "yesterday"},
        {"id": "act 1"},
        {"because": "it was nice"},
    )
    for wrong in misfits:
        yield eva.post("/v1/consents", {**act, **wrong})
    yield eva.post("/v1/consents", {"id": str(uuid4())})
    yield eva.withdraw(signals=[])
    yield eva.withdraw(reason="none of your business")


def bodies_that_are_no_json(eva: Caller) -> Answers:
    http, headers = eva.service.http, eva.headers
    as_json = {**headers, "Content-Type": "application/json"}
    yield http.post("/v1/consents", content=b"{", headers=as_json)
    yield http.post("/v1/consents", content=b"a=1", headers=headers)
    yield http.post("/v1/consents/withdrawals", content=b"{", headers=as_json)


def devices_hear_of_a_withdrawal(eva: Caller) -> Answers:
    tablet, watch = eva.on_another_device(), eva.on_another_device()
    eva.grant()
    tablet.put_status(tablet.wifi(1))
    yield eva.withdraw(signals=["gps"])
    yield tablet.put_of_device("acknowledgement", {"number": 2})
    yield tablet.put_of_device("acknowledgement", {"number": 1})
    yield tablet.put_of_device("acknowledgement", {"number": 3})
    yield tablet.put_of_device("acknowledgement", {"number": 0})
    yield tablet.put_of_device("acknowledgement", {})
    yield eva.on_another_device().put_of_device("acknowledgement", {"number": 1})
    eva.grant(["gps"])
    watch.put_status(watch.gps(3), watch.wifi(1))
    yield eva.get("/v1/devices")
    yield eva.withdraw()
    yield eva.get("/v1/devices")


def a_device_says_what_it_is(eva: Caller) -> Answers:
    yield eva.post("/v1/consents", {**eva.act("granted", ["wifi"]), "platform": "ios"})
    yield eva.put_status(eva.wifi(1))
    yield eva.get("/v1/devices")
    eva.grant(["wifi"])
    eva.service.clock.advance(timedelta(hours=20))
    yield eva.post("/v1/consents", eva.act("granted", ["gsm"]))


def a_device_is_woken(eva: Caller) -> Answers:
    token = {"push_token": "a" * 30}
    yield eva.put_of_device("push-token", token)
    eva.grant(["wifi"])
    yield eva.put_of_device("push-token", token)
    yield eva.delete(f"/v1/devices/{eva.device_id}/push-token")
    yield eva.delete(f"/v1/devices/{uuid4()}/push-token")


def the_catalogue_is_asked_for(eva: Caller) -> Answers:
    manifest = eva.service.http.get("/v1/catalogue")
    yield manifest
    yield eva.service.http.get("/v1/catalogue", headers={"If-None-Match": manifest.headers["etag"]})
    for region in ("all", "CRS3035RES100000mN3200000E3900000"):
        yield eva.service.http.get(f"/v1/catalogue/0/{region}")
        yield eva.service.http.get(f"/v1/catalogue/7/{region}")


def places_are_asked_for(eva: Caller) -> Answers:
    places = eva.service.http.get("/v1/places/all")
    assert places.status_code == 200
    yield eva.service.http.get("/v1/places/all", headers={"If-None-Match": places.headers["etag"]})


def what_is_not_there(eva: Caller) -> Answers:
    yield eva.get("/v1/nowhere")
    yield eva.put("/v1/notice", {})


CONVERSATIONS: Final = (
    the_notice_is_shown,
    a_prompt_is_asked_for,
    nobody_is_signed_in,
    a_sign_in_ends,
    a_withdrawal_is_told_late,
    everything_is_granted_reported_and_withdrawn,
    an_old_square_is_explained,
    a_grant_needs_its_showing,
    a_showing_is_over_after_a_day,
    a_notice_is_superseded,
    only_words_change,
    the_square_grows,
    no_answer_but_yes_permits,
    an_act_is_told_again,
    what_the_notice_does_not_ask,
    what_an_earlier_notice_asked,
    a_ninth_device,
    a_report_of_another_epoch,
    a_grant_expires,
    hours_that_do_not_fit,
    reports_that_do_not_fit,
    acts_that_do_not_fit,
    bodies_that_are_no_json,
    devices_hear_of_a_withdrawal,
    a_device_says_what_it_is,
    a_device_is_woken,
    the_catalogue_is_asked_for,
    places_are_asked_for,
    what_is_not_there,
)
