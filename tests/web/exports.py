"""Export pages of somebody with something in nearly every table."""

from datetime import timedelta

from tests.backend.rights.people import reporting
from tests.service import Caller, Service


def somebody(service: Service) -> Caller:
    """Reported, looked around for a while, withdrew one signal and objected to something."""
    eva = reporting(service)
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
