"""The state of the mobile network and of Wi-Fi on Linux, from ModemManager and NetworkManager.

Rules:

1. only the properties in ``PROPERTIES`` are ever asked for, each by its name; no name or address of
   a network, no operator, no number of a card or a phone is among them;
2. one modem or Wi-Fi card that a network serves is enough.

Sources: the D-Bus references of ModemManager 1.22 (Modem, Modem3gpp, MMModemState,
MMModem3gppRegistrationState), NetworkManager 1.42 (NMDeviceType, NMDeviceState, NMMetered) and
UPower 1.90 (WarningLevel).
"""

import importlib.util
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar, cast

from nabij._errors import SensorError, Unsupported
from nabij._live import GsmGrant, WifiGrant
from nabij.sensors import Access, Conditions, GsmState, Sensor, WifiState
from nabij.sensors._polled import NothingToAsk, Polled

if TYPE_CHECKING:
    from nabij.sensors._dbus import Bus

__all__ = ["PROPERTIES", "ModemManager", "NetworkManager", "Property", "linux_conditions"]

T = TypeVar("T")


class Property(NamedTuple):
    """Something that a service tells; ``signature`` is its D-Bus type."""

    service: str
    interface: str
    name: str
    signature: str


_MM: Final = "org.freedesktop.ModemManager1"
_MODEM_STATE: Final = Property(_MM, f"{_MM}.Modem", "State", "i")
_REGISTRATION: Final = Property(_MM, f"{_MM}.Modem.Modem3gpp", "RegistrationState", "u")

_NM: Final = "org.freedesktop.NetworkManager"
_DEVICES: Final = Property(_NM, _NM, "Devices", "ao")
_METERED: Final = Property(_NM, _NM, "Metered", "u")
_IN_USE: Final = Property(_NM, _NM, "PrimaryConnectionType", "s")
_DEVICE_TYPE: Final = Property(_NM, f"{_NM}.Device", "DeviceType", "u")
_DEVICE_STATE: Final = Property(_NM, f"{_NM}.Device", "State", "u")

_UPOWER: Final = "org.freedesktop.UPower"
_WARNING: Final = Property(_UPOWER, f"{_UPOWER}.Device", "WarningLevel", "u")

PROPERTIES: Final = frozenset(
    {
        *(_MODEM_STATE, _REGISTRATION, _WARNING),
        *(_DEVICES, _METERED, _IN_USE, _DEVICE_TYPE, _DEVICE_STATE),
    }
)
"""All that this module ever reads."""

_MODEMS: Final = "/org/freedesktop/ModemManager1/Modem"
_MANAGER: Final = "/org/freedesktop/NetworkManager"
_BATTERY: Final = "/org/freedesktop/UPower/devices/DisplayDevice"

_REGISTERED: Final = 8
_ROAMING: Final = frozenset({5, 7, 10})
_WIFI: Final = 2
_ACTIVATED: Final = 100
_YES: Final = frozenset({1, 3})
_NO: Final = frozenset({2, 4})
_LOW: Final = 3
_CONDITIONS_TIMEOUT_S: Final = 2.0
_NO_FRAMEWORK: Final = "This needs dbus-fast: install nabij[linux]."
_NO_MODEM: Final = "This computer has no mobile modem."
_NO_WIFI: Final = "This computer has no Wi-Fi."


class ModemManager(NothingToAsk[GsmGrant]):
    """The mobile network, as ModemManager tells it.

    Args:
        address: of the bus; left out, the system's.
    """

    takes = GsmGrant

    def __init__(self, address: str | None = None) -> None:
        self._address = address
        self._access = _access()

    def access(self) -> Access:
        """Return what the operating system allows now."""
        return self._access

    def start(self, grant: GsmGrant) -> Sensor[GsmState]:
        """Start; nothing runs between two readings.

        Raises:
            NotPermitted: the grant has ended.
        """
        GsmGrant.admit(grant)
        return Polled(lambda timeout_s: _on_bus(_gsm_state, timeout_s, self._address))


class NetworkManager(NothingToAsk[WifiGrant]):
    """Wi-Fi, as NetworkManager tells it.

    Args:
        address: of the bus; left out, the system's.
    """

    takes = WifiGrant

    def __init__(self, address: str | None = None) -> None:
        self._address = address
        self._access = _access()

    def access(self) -> Access:
        """Return what the operating system allows now."""
        return self._access

    def start(self, grant: WifiGrant) -> Sensor[WifiState]:
        """Start; nothing runs between two readings.

        Raises:
            NotPermitted: the grant has ended.
        """
        WifiGrant.admit(grant)
        return Polled(lambda timeout_s: _on_bus(_wifi_state, timeout_s, self._address))


def linux_conditions(address: str | None = None) -> Conditions:
    """Return whether this is a moment to send; what no service tells is None.

    Args:
        address: of the bus; left out, the system's.
    """
    try:
        return _on_bus(_conditions, _CONDITIONS_TIMEOUT_S, address)
    except SensorError:
        return Conditions()


def _access() -> Access:
    there = importlib.util.find_spec("dbus_fast") is not None
    return Access.NOT_NEEDED if there else Access.UNSUPPORTED


def _on_bus(use: "Callable[[Bus], Awaitable[T]]", timeout_s: float, address: str | None) -> T:
    try:
        from nabij.sensors._dbus import on_bus  # noqa: PLC0415 - it needs the extra
    except ModuleNotFoundError as error:
        raise Unsupported(_NO_FRAMEWORK) from error
    return on_bus(use, timeout_s, address)


async def _gsm_state(bus: "Bus") -> GsmState:
    modems = await bus.children(_MODEMS, _MM)
    if not modems:
        raise Unsupported(_NO_MODEM)
    states = [await _number(bus, modem, _MODEM_STATE) for modem in modems]
    return GsmState(max(states) >= _REGISTERED)


async def _is_roaming(bus: "Bus", modem: str) -> bool:
    return await _number(bus, modem, _REGISTRATION) in _ROAMING


async def _wifi_state(bus: "Bus") -> WifiState:
    devices = cast("list[str]", await bus.get(_MANAGER, *_DEVICES))
    cards = [each for each in devices if await _number(bus, each, _DEVICE_TYPE) == _WIFI]
    if not cards:
        raise Unsupported(_NO_WIFI)
    states = [await _number(bus, card, _DEVICE_STATE) for card in cards]
    return WifiState(_ACTIVATED in states)


async def _conditions(bus: "Bus") -> Conditions:
    return Conditions(
        metered=await _or_none(_is_metered(bus)),
        roaming=await _or_none(_sends_roaming(bus)),
        low_battery=await _or_none(_is_low(bus)),
    )


async def _is_metered(bus: "Bus") -> bool | None:
    metered = await _number(bus, _MANAGER, _METERED)
    return metered in _YES if metered in _YES | _NO else None


async def _sends_roaming(bus: "Bus") -> bool:
    if await bus.get(_MANAGER, *_IN_USE) != "gsm":
        return False
    modems = await bus.children(_MODEMS, _MM)
    return any([await _is_roaming(bus, modem) for modem in modems])


async def _is_low(bus: "Bus") -> bool | None:
    warning = await _number(bus, _BATTERY, _WARNING)
    return warning >= _LOW if warning else None


async def _number(bus: "Bus", path: str, each: Property) -> int:
    return cast("int", await bus.get(path, *each))


async def _or_none(question: Awaitable[T]) -> T | None:
    try:
        return await question
    except SensorError:
        return None
