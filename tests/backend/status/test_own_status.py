"""``GET /v1/me/status``: when devices were heard last, and why a square is old."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.service import AMSTERDAM, Caller, Service, notice


def told(caller: Caller) -> list[dict[str, Any]]:
    return caller.get("/v1/me/status").json()["devices"]


def hour_of(service: Service) -> str:
    return f"{service.clock():%Y-%m-%dT%H}:00:00Z"


def test_who_told_nothing_has_no_status(service: Service) -> None:
    eva = service.caller()
    assert told(eva) == []
    eva.grant()
    assert told(eva) == []


def test_a_phone_that_keeps_in_touch_has_no_other_square_to_tell(service: Service) -> None:
    eva = service.caller()
    eva.grant()
    eva.put_status(eva.gps(1))
    square = hour_of(service)
    assert [each["freshness"] for each in told(eva)] == ["recent"]
    service.clock.advance(timedelta(hours=9))
    assert [each["freshness"] for each in told(eva)] == ["unknown"]
    eva.put_status(eva.gsm(1), eva.wifi(1, connected=False))
    heard = hour_of(service)
    assert told(eva) == [
        {
            "id": str(eva.device_id),
            "platform": "linux",
            "heard": heard,
            "square": square,
            "cell": AMSTERDAM,
            "gsm": {"hour": heard, "connected": True},
            "wifi": {"hour": heard, "connected": False},
            "freshness": "unchanged",
        }
    ]


def test_a_phone_that_fell_silent_on_wifi_can_tell_nothing_away_from_it(service: Service) -> None:
    eva = replace(service.caller(), token=service.token("eva", timedelta(days=3)))
    eva.grant()
    eva.put_status(eva.gps(1), eva.gsm(1, connected=False), eva.wifi(1))
    service.clock.advance(timedelta(hours=26))
    assert [each["freshness"] for each in told(eva)] == ["only-wifi"]
    eva.put_status(eva.gsm(1), eva.wifi(1))
    service.clock.advance(timedelta(hours=26))
    assert [each["freshness"] for each in told(eva)] == ["silent"]


def test_each_device_is_told_of_by_itself_the_newest_first(service: Service) -> None:
    eva = service.caller()
    tablet = replace(eva, device_id=uuid4())
    eva.grant()
    eva.put_status(eva.gps(1))
    service.clock.advance(timedelta(hours=1))
    tablet.put_status(tablet.wifi(1))
    devices = told(eva)
    assert [each["id"] for each in devices] == [str(tablet.device_id), str(eva.device_id)]
    assert [(each["square"] is None, each["freshness"]) for each in devices] == [
        (True, None),
        (False, "recent"),
    ]


def test_what_is_no_longer_permitted_is_not_told(service: Service) -> None:
    eva = service.caller()
    eva.grant()
    eva.put_status(eva.gps(1), eva.gsm(1), eva.wifi(1))
    eva.withdraw(signals=["gsm"])
    (device,) = told(eva)
    assert (device["gsm"], device["wifi"] is None) == (None, False)
    service.publish(notice(2))
    assert told(eva) == []


def test_what_is_older_than_agreed_is_not_told(service: Service) -> None:
    eva = service.caller()
    eva.grant()
    eva.put_status(eva.gps(1), eva.wifi(1))
    service.clock.advance(timedelta(days=31))
    assert told(replace(eva, token=service.token("eva"))) == []


def test_what_was_told_under_a_grant_that_is_over_is_not_told(service: Service) -> None:
    service.publish(replace(notice(2), grant_days=2))
    eva = service.caller()
    eva.grant()
    eva.put_status(eva.gps(1), eva.wifi(1))
    service.clock.advance(timedelta(days=2) - timedelta(seconds=1))
    again = replace(eva, token=service.token("eva"))
    assert len(told(again)) == 1
    assert again.get("/v1/me/cell").status_code == 200
    service.clock.advance(timedelta(seconds=1))
    assert told(again) == []
    assert again.get("/v1/me/cell").status_code == 404


def test_nobody_sees_what_another_told(service: Service) -> None:
    eva, noor = service.caller("eva"), service.caller("noor")
    eva.grant()
    eva.put_status(eva.gps(1))
    assert told(noor) == []
