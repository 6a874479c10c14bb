"""What is said of a device is true, also when acts and acknowledgements cross."""

from datetime import date, timedelta
from uuid import uuid4

import psycopg
import pytest

from nabij_backend.devices.repository import KnownDevice
from nabij_backend.devices.schemas import DeviceState
from nabij_backend.devices.service import state_of
from nabij_backend.enums import Platform
from tests.service import Caller, Service, states_in


def acknowledge(device: Caller, number: int) -> str:
    answer = device.put_of_device("acknowledgement", {"number": number})
    assert answer.status_code == 200, answer.text
    return answer.json()["state"]


def devices_of_one_person(service: Service, number: int) -> list[Caller]:
    """So many, each of which granted everything with an act of its own."""
    first = service.caller()
    callers = [first, *(first.on_another_device() for _ in range(number - 1))]
    for each in callers:
        each.grant()
    return callers


@pytest.mark.parametrize(
    ("reached", "permitted", "state"),
    [
        (False, True, DeviceState.NOT_YET_REACHED),
        (False, False, DeviceState.NOT_YET_REACHED),
        (True, True, DeviceState.MAY_COLLECT),
        (True, False, DeviceState.STOPPED),
    ],
)
def test_a_state_follows_from_what_reached_it_and_what_is_permitted(
    *, reached: bool, permitted: bool, state: DeviceState
) -> None:
    device = KnownDevice(uuid4(), Platform.IOS, date(2026, 6, 1), reached)
    assert state_of(device, anything_permitted=permitted) is state


def test_who_withdraws_has_stopped_and_the_others_are_not_yet_reached(service: Service) -> None:
    phone, tablet, watch = devices_of_one_person(service, 3)
    assert set(phone.device_states().values()) == {"may-collect"}
    answer = phone.withdraw()
    assert answer.json()["number"] == answer.json()["as_of"] == 4
    assert states_in(answer) == {
        phone.device_id: "stopped",
        tablet.device_id: "not-yet-reached",
        watch.device_id: "not-yet-reached",
    }
    assert phone.device_states() == states_in(answer)


def test_a_device_stops_when_it_acknowledges_the_withdrawal_or_a_later_act(
    service: Service,
) -> None:
    phone, tablet, watch = devices_of_one_person(service, 3)
    phone.withdraw()
    assert acknowledge(tablet, 3) == "not-yet-reached"
    assert acknowledge(tablet, 4) == "stopped"
    phone.withdraw()
    assert tablet.device_states()[tablet.device_id] == "not-yet-reached"
    assert acknowledge(watch, 5) == "stopped"


def test_what_was_applied_never_goes_back(service: Service) -> None:
    phone, tablet = devices_of_one_person(service, 2)
    phone.withdraw()
    acknowledge(tablet, 3)
    assert acknowledge(tablet, 1) == "stopped"


def test_a_repeated_withdrawal_tells_how_it_stands_today(service: Service) -> None:
    phone, tablet = devices_of_one_person(service, 2)
    act = str(uuid4())
    assert states_in(phone.withdraw(id=act))[tablet.device_id] == "not-yet-reached"
    acknowledge(tablet, 3)
    again = phone.withdraw(id=act)
    assert states_in(again)[tablet.device_id] == "stopped"
    assert again.json()["number"] == 3


def test_a_device_that_still_has_something_to_collect_is_not_said_to_have_stopped(
    service: Service,
) -> None:
    phone, tablet = devices_of_one_person(service, 2)
    assert states_in(phone.withdraw(signals=["wifi"])) == {
        phone.device_id: "may-collect",
        tablet.device_id: "not-yet-reached",
    }


def test_a_device_that_ends_something_itself_is_not_reached_by_what_another_ended_before(
    service: Service,
) -> None:
    phone, tablet = devices_of_one_person(service, 2)
    phone.withdraw(signals=["wifi"])
    answer = tablet.withdraw(signals=["gps"])
    assert set(states_in(answer).values()) == {"not-yet-reached"}
    acknowledge(tablet, 3)
    assert tablet.device_states()[tablet.device_id] == "may-collect"


def test_what_an_operator_ends_in_the_name_of_a_device_does_not_stop_it(
    service: Service, superuser: psycopg.Connection
) -> None:
    (phone,) = devices_of_one_person(service, 1)
    phone.withdraw()
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE consent_event SET method = 'operator' WHERE kind = 'withdrawn'")
    assert phone.device_states() == {phone.device_id: "not-yet-reached"}


def test_a_new_device_owes_nothing_of_before_its_time(service: Service) -> None:
    phone, tablet = devices_of_one_person(service, 2)
    phone.withdraw(signals=["wifi"])
    epoch = phone.grant(["gps"])
    laptop = phone.on_another_device()
    assert laptop.put_status(laptop.gps(epoch)).json()["accepted"]
    laptop_and_watch = laptop.on_another_device()
    laptop_and_watch.grant(["gps"])
    states = phone.device_states()
    assert states[laptop_and_watch.device_id] == "may-collect"
    assert states[tablet.device_id] == "not-yet-reached"
    # The grant it reported under began before the withdrawal: it may never have heard of that.
    assert states[laptop.device_id] == "not-yet-reached"


def test_a_report_shows_that_its_device_knows_of_what_ended_before_its_grant(
    service: Service,
) -> None:
    (phone,) = devices_of_one_person(service, 1)
    phone.withdraw()
    epoch = phone.grant(["gps"])
    laptop = phone.on_another_device()
    assert laptop.put_status(laptop.gps(epoch)).json()["accepted"]
    assert phone.device_states()[laptop.device_id] == "may-collect"


def test_a_grant_that_no_longer_counts_lets_nobody_collect(service: Service) -> None:
    (phone,) = devices_of_one_person(service, 1)
    service.clock.advance(timedelta(days=3_660))
    assert service.caller().device_states() == {phone.device_id: "stopped"}
