"""A bus with the services of a Linux phone, for the modules that talk to it."""

from collections.abc import Generator

import pytest

from tests.sdk.sensors.mock_bus import MockBus, missing, mock_bus


@pytest.fixture(scope="module")
def bus_of_module(tmp_path_factory: pytest.TempPathFactory) -> Generator[MockBus]:
    if reason := missing():
        pytest.skip(reason)
    with mock_bus(tmp_path_factory.mktemp("bus")) as bus:
        yield bus


@pytest.fixture
def bus(bus_of_module: MockBus) -> MockBus:
    bus_of_module.reset()
    return bus_of_module
