"""The state of the mobile network and of Wi-Fi on Android, through Chaquopy or pyjnius.

Rules:

1. only methods that need no location permission are called: those of the protocols below;
2. nothing that names a network, an operator, a cell, a card or a phone is among them;
3. a network of an operator counts as connected where it serves data, be it in use or not; data
   over Wi-Fi calling (IWLAN) does not.

Sources: the Android SDK's reference of TelephonyManager, ConnectivityManager, NetworkCapabilities
and BatteryManager. getDataNetworkType needs READ_BASIC_PHONE_STATE (normal, Android 13) or
READ_PHONE_STATE, NetworkCapabilities ACCESS_NETWORK_STATE (normal). Android 10 or newer.
"""

from collections.abc import Callable
from typing import Final, Protocol, TypeVar, cast

from nabij._errors import SensorError, Unsupported
from nabij._live import GsmGrant, WifiGrant
from nabij.sensors import Access, Conditions, GsmState, Sensor, WifiState
from nabij.sensors._java import call_java
from nabij.sensors._polled import NothingToAsk, Polled

__all__ = ["AndroidGsm", "AndroidWifi", "android_conditions"]

T = TypeVar("T")

_GRANTED: Final = 0
_PHONE_STATE: Final = (
    "android.permission.READ_BASIC_PHONE_STATE",
    "android.permission.READ_PHONE_STATE",
)
_NETWORK_STATE: Final = ("android.permission.ACCESS_NETWORK_STATE",)
_TELEPHONY: Final = "android.hardware.telephony"
_NO_TELEPHONY: Final = "This device has no mobile network."

_RADIO_NETWORKS: Final = frozenset({*range(1, 18), 19, 20})
"""TelephonyManager.NETWORK_TYPE_*, GPRS to NR; unknown (0) and IWLAN (18) are no radio."""

_TRANSPORT_WIFI: Final = 1
_NOT_METERED: Final = 11
_NOT_ROAMING: Final = 18
_CAPACITY: Final = 4
_LOW_PERCENT: Final = 15


class _Telephony(Protocol):
    def getDataNetworkType(self) -> int: ...


class _Capabilities(Protocol):
    def hasTransport(self, transport: int, /) -> bool: ...

    def hasCapability(self, capability: int, /) -> bool: ...


class _Connectivity(Protocol):
    def getActiveNetwork(self) -> object | None: ...

    def getNetworkCapabilities(self, network: object, /) -> _Capabilities | None: ...


class _Battery(Protocol):
    def isCharging(self) -> bool: ...

    def getIntProperty(self, name: int, /) -> int: ...


class _Packages(Protocol):
    def hasSystemFeature(self, feature: str, /) -> bool: ...


class Context(Protocol):
    """An android.content.Context, as either bridge hands it out."""

    def getSystemService(self, name: str, /) -> object: ...

    def checkSelfPermission(self, permission: str, /) -> int: ...

    def getPackageManager(self) -> _Packages: ...


class AndroidGsm(NothingToAsk[GsmGrant]):
    """The mobile network: TelephonyManager. Its permission is given at installation."""

    takes = GsmGrant

    def __init__(self, context: Context) -> None:
        self._context = context

    def access(self) -> Access:
        """Return what the operating system allows now."""
        if not _has_telephony(self._context):
            return Access.UNSUPPORTED
        return _declared(self._context, _PHONE_STATE)

    def start(self, grant: GsmGrant) -> Sensor[GsmState]:
        """Start; nothing runs between two readings.

        Raises:
            NotPermitted: the grant has ended.
            Unsupported: the device has no mobile network.
        """
        GsmGrant.admit(grant)
        if not _has_telephony(self._context):
            raise Unsupported(_NO_TELEPHONY)
        return Polled(lambda _timeout_s: call_java(lambda: _gsm_state(self._context)))


class AndroidWifi(NothingToAsk[WifiGrant]):
    """Wi-Fi, as far as it is the network in use: ConnectivityManager."""

    takes = WifiGrant

    def __init__(self, context: Context) -> None:
        self._context = context

    def access(self) -> Access:
        """Return what the operating system allows now."""
        return _declared(self._context, _NETWORK_STATE)

    def start(self, grant: WifiGrant) -> Sensor[WifiState]:
        """Start; nothing runs between two readings.

        Raises:
            NotPermitted: the grant has ended.
        """
        WifiGrant.admit(grant)
        return Polled(lambda _timeout_s: call_java(lambda: _wifi_state(self._context)))


def android_conditions(context: Context) -> Callable[[], Conditions]:
    """Return what tells whether this is a moment to send; for the client's ``conditions``."""

    def conditions() -> Conditions:
        metered, roaming = _or_none(lambda: _cost(context)) or (None, None)
        return Conditions(metered, roaming, _or_none(lambda: _low_battery(context)))

    return conditions


def _gsm_state(context: Context) -> GsmState:
    telephony = cast("_Telephony", context.getSystemService("phone"))
    return GsmState(telephony.getDataNetworkType() in _RADIO_NETWORKS)


def _wifi_state(context: Context) -> WifiState:
    network = _network_in_use(context)
    return WifiState(network is not None and network.hasTransport(_TRANSPORT_WIFI))


def _cost(context: Context) -> tuple[bool, bool] | None:
    network = _network_in_use(context)
    if network is None:
        return None
    return not network.hasCapability(_NOT_METERED), not network.hasCapability(_NOT_ROAMING)


def _low_battery(context: Context) -> bool:
    battery = cast("_Battery", context.getSystemService("batterymanager"))
    return not battery.isCharging() and 0 <= battery.getIntProperty(_CAPACITY) <= _LOW_PERCENT


def _network_in_use(context: Context) -> _Capabilities | None:
    connectivity = cast("_Connectivity", context.getSystemService("connectivity"))
    network = connectivity.getActiveNetwork()
    return None if network is None else connectivity.getNetworkCapabilities(network)


def _has_telephony(context: Context) -> bool:
    return context.getPackageManager().hasSystemFeature(_TELEPHONY)


def _declared(context: Context, permissions: tuple[str, ...]) -> Access:
    given = (context.checkSelfPermission(each) == _GRANTED for each in permissions)
    return Access.NOT_NEEDED if any(given) else Access.NONE


def _or_none(question: Callable[[], T]) -> T | None:
    try:
        return call_java(question)
    except SensorError:
        return None
