"""Android's states, against a fake of its Java classes: no phone runs here."""

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from nabij import NotPermitted, SensorUnavailable, Unsupported
from nabij.sensors import (
    Access,
    Conditions,
    GsmAdapter,
    GsmState,
    Sensors,
    WifiAdapter,
    WifiState,
)
from nabij.sensors.android import AndroidGsm, AndroidWifi, android_conditions
from tests.sdk.sensors.fake_android import GUARDED, FakeContext, NetworkCapabilities
from tests.sdk.sensors.grants import Consent

GSM_METHODS = {"TelephonyManager.getDataNetworkType"}
WIFI_METHODS = {
    *("ConnectivityManager.getActiveNetwork", "ConnectivityManager.getNetworkCapabilities"),
    "NetworkCapabilities.hasTransport",
}


class JavaError(Exception):
    """What a bridge raises where Java throws."""


def gsm(context: FakeContext) -> GsmState:
    return AndroidGsm(context).start(Consent().gsm()).read(1.0)


def wifi(context: FakeContext) -> WifiState:
    return AndroidWifi(context).start(Consent().wifi()).read(1.0)


def with_chaquopy(monkeypatch: pytest.MonkeyPatch) -> None:
    java = ModuleType("java")
    java.__dict__["jclass"] = {"java.lang.Exception": JavaError}.__getitem__
    monkeypatch.setitem(sys.modules, "java", java)


def with_pyjnius(monkeypatch: pytest.MonkeyPatch) -> None:
    jnius = ModuleType("jnius")
    jnius.__dict__["JavaException"] = JavaError
    monkeypatch.setitem(sys.modules, "jnius", jnius)


def test_they_are_adapters() -> None:
    phone: GsmAdapter = AndroidGsm(FakeContext())
    network: WifiAdapter = AndroidWifi(FakeContext())
    sensors: Sensors = {"gsm": phone, "wifi": network}
    assert {each.access() for each in (sensors["gsm"], sensors["wifi"])} == {Access.NOT_NEEDED}


@pytest.mark.parametrize("network_type", [*range(1, 18), 19, 20])
def test_a_radio_network_serves_the_phone(network_type: int) -> None:
    context = FakeContext()
    context.telephony.network_type = network_type
    assert gsm(context) == GsmState(connected=True)


@pytest.mark.parametrize("network_type", [0, 18, 99], ids=["none", "IWLAN", "unheard-of"])
def test_what_is_no_radio_network_does_not(network_type: int) -> None:
    context = FakeContext()
    context.telephony.network_type = network_type
    assert gsm(context) == GsmState(connected=False)


@pytest.mark.parametrize(
    ("permissions", "features", "access"),
    [
        (("READ_BASIC_PHONE_STATE",), ("android.hardware.telephony",), Access.NOT_NEEDED),
        (("READ_PHONE_STATE",), ("android.hardware.telephony",), Access.NOT_NEEDED),
        (("ACCESS_NETWORK_STATE",), ("android.hardware.telephony",), Access.NONE),
        (("READ_BASIC_PHONE_STATE",), (), Access.UNSUPPORTED),
    ],
)
def test_the_mobile_network_needs_a_declared_permission_and_a_radio(
    permissions: tuple[str, ...], features: tuple[str, ...], access: Access
) -> None:
    named = tuple(f"android.permission.{each}" for each in permissions)
    assert AndroidGsm(FakeContext(named, features)).access() is access


def test_wifi_needs_a_declared_permission() -> None:
    assert AndroidWifi(FakeContext(permissions=())).access() is Access.NONE


def test_a_tablet_without_a_radio_is_unsupported() -> None:
    with pytest.raises(Unsupported, match="no mobile network"):
        gsm(FakeContext(features=()))


def test_wifi_that_is_in_use_is_connected() -> None:
    assert wifi(FakeContext()) == WifiState(connected=True)


@pytest.mark.parametrize("transports", [None, (0,)], ids=["offline", "mobile"])
def test_wifi_that_is_not_in_use_is_not_connected(transports: tuple[int, ...] | None) -> None:
    context = FakeContext()
    context.connectivity.capabilities = (
        None if transports is None else NetworkCapabilities(context.asked, transports)
    )
    assert wifi(context) == WifiState(connected=False)


def test_only_methods_that_tell_no_name_are_called() -> None:
    context = FakeContext()
    adapters = (AndroidGsm(context), AndroidWifi(context))
    sensors = (adapters[0].start(Consent().gsm()), adapters[1].start(Consent().wifi()))
    told = repr((adapters, sensors, [each.read(1.0) for each in sensors]))
    assert set(context.asked) == GSM_METHODS | WIFI_METHODS
    assert [each for each in GUARDED if each in told] == []


@pytest.mark.parametrize("bridge", [with_chaquopy, with_pyjnius])
def test_what_java_throws_says_no_more(
    monkeypatch: pytest.MonkeyPatch, bridge: Callable[[pytest.MonkeyPatch], None]
) -> None:
    bridge(monkeypatch)
    context = FakeContext()
    context.telephony.throws = JavaError("SecurityException: 356938035643809")
    with pytest.raises(SensorUnavailable, match="manifest") as failed:
        gsm(context)
    assert "356938035643809" not in str(failed.value)
    assert failed.value.__context__ is None


def test_a_mistake_of_our_own_is_not_taken_for_javas() -> None:
    context = FakeContext()
    context.telephony.throws = TypeError("a mistake")
    with pytest.raises(TypeError, match="a mistake"):
        gsm(context)


def test_conditions_are_those_of_the_network_in_use() -> None:
    context = FakeContext()
    conditions = android_conditions(context)
    assert conditions() == Conditions(metered=False, roaming=False, low_battery=False)
    context.connectivity.capabilities = NetworkCapabilities(context.asked, (0,), ())
    assert conditions() == Conditions(metered=True, roaming=True, low_battery=False)
    context.connectivity.capabilities = None
    assert conditions() == Conditions(low_battery=False)


@pytest.mark.parametrize(
    ("percent", "charging", "low"),
    [(15, False, True), (16, False, False), (15, True, False), (-(2**31), False, False)],
)
def test_a_battery_is_low_at_fifteen_percent_unless_it_charges(
    percent: int, *, charging: bool, low: bool
) -> None:
    context = FakeContext()
    context.battery.percent, context.battery.charging = percent, charging
    assert android_conditions(context)().low_battery is low


def test_nothing_is_started_or_asked_without_consent() -> None:
    context, consent = FakeContext(), Consent()
    gsm_grant, wifi_grant = consent.gsm(), consent.wifi()
    consent.withdraw()
    with pytest.raises(NotPermitted):
        AndroidGsm(context).start(gsm_grant)
    with pytest.raises(NotPermitted):
        AndroidWifi(context).start(wifi_grant)
    with pytest.raises(NotPermitted):
        AndroidWifi(context).ask(wifi_grant, pytest.fail)
    assert context.asked == []
