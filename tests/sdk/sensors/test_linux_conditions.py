"""Whether this is a moment to send, on a Linux phone."""

import pytest

from nabij.sensors import Conditions
from nabij.sensors.linux import linux_conditions
from tests.sdk.sensors.mock_bus import MockBus
from tests.sdk.sensors.mock_radios import add_modem, tell_conditions


@pytest.mark.parametrize(
    ("metered", "told"), [(0, None), (1, True), (2, False), (3, True), (4, False)]
)
def test_the_connection_in_use_tells_whether_it_is_metered(
    bus: MockBus, metered: int, *, told: bool | None
) -> None:
    tell_conditions(bus, metered=metered)
    assert linux_conditions(bus.address).metered is told


@pytest.mark.parametrize(
    ("in_use", "told"), [("gsm", True), ("802-11-wireless", False), ("802-3-ethernet", False)]
)
def test_who_sends_over_wifi_does_not_roam(bus: MockBus, in_use: str, *, told: bool) -> None:
    add_modem(bus, registration=5)
    tell_conditions(bus, in_use=in_use)
    assert linux_conditions(bus.address).roaming is told


@pytest.mark.parametrize(
    ("warning", "told"), [(0, None), (1, False), (2, False), (3, True), (4, True), (5, True)]
)
def test_a_battery_is_low_where_the_system_warns(
    bus: MockBus, warning: int, *, told: bool | None
) -> None:
    tell_conditions(bus, warning=warning)
    assert linux_conditions(bus.address).low_battery is told


def test_what_no_service_tells_is_not_known(bus: MockBus) -> None:
    assert linux_conditions(bus.address) == Conditions(low_battery=False)
