"""The mobile network and the Wi-Fi of a Linux device, from their services to our tables."""

from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import pytest

import nabij
from nabij.sensors.linux import ModemManager, NetworkManager
from tests.contract.running import RunningService
from tests.sdk.sensors.mock_bus import MockBus, missing, mock_bus
from tests.sdk.sensors.mock_radios import GUARDED, add_modem, add_wifi


@pytest.fixture
def bus(tmp_path: Path) -> Generator[MockBus]:
    """A bus on which somebody's modem has a network and their Wi-Fi has none."""
    if reason := missing():
        pytest.skip(reason)
    with mock_bus(tmp_path) as bus:
        add_modem(bus)
        add_wifi(bus, state=30)
        yield bus


def test_what_the_services_tell_is_stored_without_a_name_or_a_number(
    shared: RunningService, bus: MockBus
) -> None:
    token = shared.token(f"somebody-{uuid4()}")
    with nabij.Client(
        shared.address,
        token=token,
        sensors={"gsm": ModemManager(bus.address), "wifi": NetworkManager(bus.address)},
    ) as device:
        assert device.collect().queued == ()
        device.grant(device.notice(), signals=["gsm", "wifi"])
        assert device.collect().queued == ("gsm", "wifi")
        assert device.report().accepted == 2
        stored = shared.rows(
            "SELECT s.connected, w.connected, s, w "
            "FROM gsm_status s JOIN wifi_status w USING (subject_id, device_id)"
        )
        erased = device.withdraw().erased
    assert [row[:2] for row in stored] == [(True, False)]
    assert [each for each in GUARDED if each in str(stored)] == []
    assert sum(erased.values()) == 2
