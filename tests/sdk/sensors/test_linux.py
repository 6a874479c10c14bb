"""ModemManager, NetworkManager and UPower, on a real bus with the services that dbusmock plays."""

import asyncio
import socket
import sys
from pathlib import Path

import pytest
from dbus_fast import Variant

import nabij
from nabij import NotPermitted, SensorTimeout, SensorUnavailable, Unsupported
from nabij.sensors import (
    Access,
    Conditions,
    GsmAdapter,
    GsmState,
    Sensors,
    WifiAdapter,
    WifiState,
)
from nabij.sensors.linux import (
    PROPERTIES,
    ModemManager,
    NetworkManager,
    linux_conditions,
)
from tests.sdk.sensors.grants import Consent
from tests.sdk.sensors.mock_bus import (
    BUS,
    MODEM_MANAGER,
    NETWORK_MANAGER,
    MockBus,
    Request,
    empty_bus,
    missing,
)
from tests.sdk.sensors.mock_radios import GUARDED, MODEM, add_modem, add_wifi, tell_conditions

SECOND_MODEM = "/org/freedesktop/ModemManager1/Modem/1"
NO_NETWORK = GsmState(connected=False)
NO_WIFI = WifiState(connected=False)


def gsm(bus: MockBus) -> GsmState:
    return ModemManager(bus.address).start(Consent().gsm()).read(5.0)


def wifi(bus: MockBus) -> WifiState:
    return NetworkManager(bus.address).start(Consent().wifi()).read(5.0)


def properties(requests: list[Request]) -> set[str]:
    """The properties that were asked for by name."""
    return {each.strings[1] for each in requests if each.method == f"{BUS}.Properties.Get"}


def test_they_are_adapters() -> None:
    modem: GsmAdapter = ModemManager()
    network: WifiAdapter = NetworkManager()
    sensors: Sensors = {"gsm": modem, "wifi": network}
    assert {each.access() for each in (sensors["gsm"], sensors["wifi"])} == {Access.NOT_NEEDED}


@pytest.mark.parametrize("state", [-1, 0, 3, 7])
def test_a_modem_that_is_not_registered_has_no_network(bus: MockBus, state: int) -> None:
    add_modem(bus, state=state)
    with bus.recorded() as requests:
        assert gsm(bus) == NO_NETWORK
    assert properties(requests) == {"State"}


def test_a_network_serves_a_modem_whose_data_is_not_in_use(bus: MockBus) -> None:
    add_modem(bus, state=8)
    assert gsm(bus).connected


def test_one_modem_with_a_network_is_enough(bus: MockBus) -> None:
    add_modem(bus, state=3)
    add_modem(bus, SECOND_MODEM)
    assert gsm(bus) == GsmState(connected=True)


def test_wifi_that_is_not_activated_is_not_connected(bus: MockBus) -> None:
    add_wifi(bus, state=30)
    with bus.recorded() as requests:
        assert wifi(bus) == NO_WIFI
    assert properties(requests) == {"Devices", "DeviceType", "State"}


def test_one_card_is_enough_and_cables_do_not_count(bus: MockBus) -> None:
    cable = (Variant("s", "eth0"), Variant("s", "eth0"), Variant("i", 100))
    bus.mock(NETWORK_MANAGER, "/org/freedesktop", "AddEthernetDevice", *cable)
    add_wifi(bus, state=30)
    assert wifi(bus) == NO_WIFI
    add_wifi(bus, "wlan1")
    assert wifi(bus) == WifiState(connected=True)


def test_nothing_is_asked_for_but_the_properties_that_are_listed(bus: MockBus) -> None:
    add_modem(bus)
    add_wifi(bus)
    tell_conditions(bus, in_use="gsm")
    with bus.recorded() as requests:
        gsm(bus)
        wifi(bus)
        linux_conditions(bus.address)
    asked = [each for each in requests if each.service != BUS]
    assert {each.method.removeprefix(f"{BUS}.") for each in asked} == {
        "Properties.Get",
        "Introspectable.Introspect",
    }
    assert {(each.service, *each.strings) for each in asked if each.method.endswith(".Get")} == {
        each[:3] for each in PROPERTIES
    }
    assert {each.method for each in requests if each.service == BUS} == {
        f"{BUS}.Hello",
        f"{BUS}.NameHasOwner",
    }


def test_names_and_numbers_stay_on_the_bus(bus: MockBus) -> None:
    add_modem(bus)
    add_wifi(bus)
    adapters = (ModemManager(bus.address), NetworkManager(bus.address))
    sensors = (adapters[0].start(Consent().gsm()), adapters[1].start(Consent().wifi()))
    told = repr((adapters, sensors, [each.read(5.0) for each in sensors], vars(sensors[0])))
    assert [each for each in GUARDED if each in told] == []
    everything = str(
        bus.call(
            MODEM_MANAGER,
            MODEM,
            f"{BUS}.Properties.GetAll",
            Variant("s", f"{MODEM_MANAGER}.Modem.Modem3gpp"),
        )
    )
    assert "KPN Mobiel" in everything, "what must not be told was not there to be told"


def test_the_text_of_an_error_goes_no_further(bus: MockBus) -> None:
    bus.add(MODEM_MANAGER, MODEM)
    with pytest.raises(SensorUnavailable) as failed:
        gsm(bus)
    assert str(failed.value) == str(SensorUnavailable())
    assert failed.value.__context__ is None


def test_without_a_modem_or_wifi_it_is_unsupported_and_says_so(bus: MockBus) -> None:
    with pytest.raises(Unsupported, match="no mobile modem"):
        gsm(bus)
    with pytest.raises(Unsupported, match="no Wi-Fi"):
        wifi(bus)


def test_an_answer_of_another_type_is_no_answer(bus: MockBus) -> None:
    add_modem(bus)
    bus.set(MODEM_MANAGER, MODEM, f"{MODEM_MANAGER}.Modem", "State", Variant("s", "KPN Mobiel"))
    with pytest.raises(SensorUnavailable):
        gsm(bus)


def test_a_reading_can_be_waited_for_where_an_event_loop_runs(bus: MockBus) -> None:
    add_modem(bus)

    async def within_a_loop() -> GsmState:
        return gsm(bus)

    assert asyncio.run(within_a_loop()).connected


def test_without_a_bus_a_sensor_is_unavailable(tmp_path: Path) -> None:
    nowhere = f"unix:path={tmp_path}/none"
    with pytest.raises(SensorUnavailable):
        NetworkManager(nowhere).start(Consent().wifi()).read(5.0)
    assert linux_conditions(nowhere) == Conditions()


def test_a_service_that_does_not_run_is_not_started_by_asking(tmp_path: Path) -> None:
    if reason := missing():
        pytest.skip(reason)
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / f"{MODEM_MANAGER}.service").write_text(
        f"[D-BUS Service]\nName={MODEM_MANAGER}\nExec=/usr/bin/touch {tmp_path}/started\n"
    )
    with empty_bus(tmp_path) as bus, pytest.raises(SensorUnavailable):
        gsm(bus)
    assert not (tmp_path / "started").exists()


def test_a_bus_that_says_nothing_times_out(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(f"{tmp_path}/bus")
        silent.listen()
        sensor = ModemManager(f"unix:path={tmp_path}/bus").start(Consent().gsm())
        with pytest.raises(SensorTimeout):
            sensor.read(0.01)


def test_nothing_is_started_without_consent() -> None:
    consent = Consent()
    gsm_grant, wifi_grant = consent.gsm(), consent.wifi()
    consent.withdraw()
    with pytest.raises(NotPermitted):
        ModemManager().start(gsm_grant)
    with pytest.raises(NotPermitted):
        NetworkManager().ask(wifi_grant, pytest.fail)


def test_there_is_nothing_to_ask_for() -> None:
    answered: list[bool] = []
    ModemManager().ask(Consent().gsm(), lambda: answered.append(True))
    assert answered == [True]


def test_without_dbus_fast_it_is_unsupported_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "nabij.sensors._dbus", raising=False)
    monkeypatch.setattr(sys, "path", [str(Path(nabij.__file__).parents[1])])
    for name in [name for name in sys.modules if name.partition(".")[0] == "dbus_fast"]:
        monkeypatch.delitem(sys.modules, name)
    assert ModemManager().access() is Access.UNSUPPORTED
    with pytest.raises(Unsupported, match=r"nabij\[linux\]"):
        ModemManager().start(Consent().gsm()).read(1.0)
    assert linux_conditions() == Conditions()
