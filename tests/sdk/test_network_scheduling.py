"""When the state of a network is told: once a day, at a random minute, with whatever else is."""

import itertools
from datetime import datetime, timedelta

import pytest

import nabij
from nabij import Signal
from nabij.testing import Phone
from tests.geo.phones import fix_at
from tests.sdk.resting import DAY, HOME, HOUR, dwell, kept_for


@pytest.fixture
def phone(nabij_phone: Phone) -> Phone:
    """A phone at home."""
    nabij_phone.gps.reading = fix_at(HOME, 8.0)
    return nabij_phone


def networks(phone: Phone) -> list[datetime]:
    """When the service was told of the states of both networks."""
    return [each.at for each in phone.service.requests if {"gsm", "wifi"} <= {*each.signals}]


@pytest.fixture
def connected(nabij_client: nabij.Client) -> nabij.Client:
    """A client whose customer allowed both networks."""
    nabij_client.grant(nabij_client.notice(), ["gsm", "wifi"])
    return nabij_client


def test_the_first_state_of_a_network_goes_at_once(
    phone: Phone, nabij_client: nabij.Client
) -> None:
    nabij_client.grant(nabij_client.notice(), ["gps", "wifi"])
    dwell(nabij_client, phone)
    assert nabij_client.report().accepted == 1
    assert [each.signal for each in nabij_client.pending().waiting] == [Signal.GPS]


def test_networks_are_told_once_a_day_however_often_they_change(
    phone: Phone, connected: nabij.Client
) -> None:
    phone.chance = 0.5
    for hour in range(24 * 10):
        phone.show_wifi(connected=bool(hour % 3))
        phone.clock.advance(connected.step().again_at - phone.clock())
    assert len(networks(phone)) == 10
    assert all(later - earlier == DAY for earlier, later in itertools.pairwise(networks(phone)[1:]))


def test_a_network_is_told_as_it_is_by_then(phone: Phone, connected: nabij.Client) -> None:
    connected.step()
    phone.show_wifi(connected=False)
    phone.wait(HOUR)
    held = connected.step().report
    assert held is not None
    assert held.held is not None
    assert held.held.until == phone.clock().replace(minute=0) + 23 * HOUR
    phone.wait(24 * HOUR)
    connected.step()
    told = [each for each in phone.service.statuses if each.signal == "wifi"]
    assert [each.state["connected"] for each in told] == [True, False]
    assert told[1].hour == phone.clock().replace(minute=0)


def test_looks_do_not_change_its_minute(phone: Phone, connected: nabij.Client) -> None:
    connected.step()
    moments: set[datetime | None] = set()
    for phone.chance in (1.0, 0.0, 0.5):
        phone.wait(HOUR)
        connected.collect()
        moments |= {each.due_at for each in connected.pending().waiting}
    assert len(moments) == 1


def test_networks_go_with_a_square(phone: Phone, nabij_client: nabij.Client) -> None:
    nabij_client.grant(nabij_client.notice(), ["gps", "gsm", "wifi"])
    nabij_client.step()
    dwell(nabij_client, phone)
    phone.wait(HOUR)
    nabij_client.step()
    assert [each.signals for each in phone.service.requests if each.signals] == [
        ("gsm", "wifi"),
        ("gps", "gsm", "wifi"),
    ]


def test_a_network_is_told_before_the_service_drops_it(
    phone: Phone, connected: nabij.Client
) -> None:
    phone.chance = 1.0
    phone.service.publish(kept_for(connected.notice().notice, 1))
    connected.grant(connected.notice(), ["gsm", "wifi"])
    for _ in range(24 * 5):
        connected.step()
        phone.wait(HOUR)
    hours = [each.hour for each in phone.service.statuses if each.signal == "wifi"]
    assert all(at < hour + DAY for at, hour in zip(networks(phone)[1:], hours, strict=False))
    assert len(hours) > 5


@pytest.mark.parametrize("back", [2 * HOUR, 400 * DAY])
def test_a_clock_that_was_set_back_silences_no_network(
    phone: Phone, connected: nabij.Client, back: timedelta
) -> None:
    connected.step()
    phone.wait(-back)
    connected.refresh()
    connected.collect()
    assert connected.pending().waiting[0].due_at is None


def test_under_a_new_grant_a_network_is_told_anew(phone: Phone, connected: nabij.Client) -> None:
    connected.step()
    connected.withdraw()
    connected.grant(connected.notice(), ["gsm", "wifi"])
    phone.wait(HOUR)
    connected.step()
    assert len(networks(phone)) == 2
