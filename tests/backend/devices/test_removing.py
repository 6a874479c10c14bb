"""A device is removed by its person alone, with what it reported."""

from uuid import uuid4

import psycopg

from tests.backend.devices.test_states import devices_of_one_person
from tests.service import Caller, Service


def test_somebody_else_does_not_know_the_device(service: Service) -> None:
    (phone,) = devices_of_one_person(service, 1)
    bob = Caller(service, service.token("bob"), phone.device_id)
    assert bob.device_states() == {}
    for part, body in (
        ("acknowledgement", {"number": 1}),
        ("push-token", {"push_token": "bobs-own-push-token:of-eva"}),
    ):
        answer = bob.put_of_device(part, body)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    path = f"/v1/devices/{phone.device_id}/push-token"
    assert service.http.delete(path, headers=bob.headers).status_code == 404


def test_a_removed_device_is_gone_with_what_it_reported(
    service: Service, superuser: psycopg.Connection
) -> None:
    phone, tablet = devices_of_one_person(service, 2)
    for each in (phone, tablet):
        each.put_status(each.gps(1), each.wifi(1))
    assert phone.delete(f"/v1/devices/{tablet.device_id}").status_code == 204
    assert set(phone.device_states()) == {phone.device_id}
    for table in ("gps_status", "wifi_status"):
        assert superuser.execute(f"SELECT device_id FROM {table}").fetchall() == [  # noqa: S608
            (phone.device_id,)
        ]


def test_a_device_that_is_not_there_or_not_yours_is_not_removed(service: Service) -> None:
    (phone,) = devices_of_one_person(service, 1)
    for caller, device in ((service.caller("bob"), phone.device_id), (phone, uuid4())):
        answer = caller.delete(f"/v1/devices/{device}")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    assert set(phone.device_states()) == {phone.device_id}


def test_a_browser_is_no_device(service: Service) -> None:
    eva = service.caller()
    act = eva.act("granted", ["gps"]) | {"platform": "browser"}
    assert eva.post("/v1/consents", act).json()["devices"] == []
    assert eva.permissions()["gps"]["allowed"]
