"""Export pages of somebody with something in nearly every table."""

from datetime import timedelta

from tests.backend.rights.people import reporting
from tests.service import Caller, Service, notice


def somebody(service: Service) -> Caller:
    """Reported, saw a second notice, looked around, withdrew a signal, objected to something."""
    eva = reporting(service)
    service.publish(notice(2, material_since=1))
    eva.get("/v1/notice")
    tablet = eva.on_another_device()
    tablet.put_status(tablet.wifi(1))
    for _ in range(3):
        service.clock.advance(timedelta(hours=5))
        eva.get("/v1/me/nearby")
    eva.withdraw(signals=["wifi"])
    objecting = {"device_id": str(eva.device_id)}
    assert eva.put("/v1/me/objections/marketing", objecting).status_code == 200
    return eva


def page_of(caller: Caller, locale: str) -> str:
    """Their export, for people."""
    answer = caller.get("/v1/me/export", format="html", locale=locale)
    assert answer.status_code == 200, answer.text
    return answer.text
