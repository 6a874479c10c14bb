"""What reads a phone: adapters, the sensors that they start, and the few things that one can tell.

An adapter is one signal of one platform. It starts a sensor only for a live grant of its own
signal, which only the gate makes; the client closes the sensor afterwards. A state is a yes or a
no, so no name or address of a network, and no identity of a radio cell, fits in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias, TypedDict, TypeVar

from nabij._live import GpsGrant, GsmGrant, LiveGrant, WifiGrant
from nabij_geo import Position

__all__ = [
    "Access",
    "Adapter",
    "Conditions",
    "GpsAdapter",
    "GsmAdapter",
    "GsmState",
    "Reading",
    "Sensor",
    "Sensors",
    "Vouched",
    "WifiAdapter",
    "WifiState",
]


@dataclass(frozen=True, slots=True)
class GsmState:
    """Whether a mobile network serves the phone.

    Raises:
        ValueError: ``connected`` is neither true nor false.
    """

    connected: bool

    def __post_init__(self) -> None:
        _require_flag(self.connected)


@dataclass(frozen=True, slots=True)
class WifiState:
    """Whether the phone is on Wi-Fi.

    Raises:
        ValueError: ``connected`` is neither true nor false.
    """

    connected: bool

    def __post_init__(self) -> None:
        _require_flag(self.connected)


Reading: TypeAlias = Position | GsmState | WifiState
"""What a gps, gsm or wifi sensor reads."""

LiveT_contra = TypeVar("LiveT_contra", bound=LiveGrant, contravariant=True)
ReadingT_co = TypeVar("ReadingT_co", bound=Reading, covariant=True)


class Access(StrEnum):
    """What the operating system lets the app read of a signal.

    ``NOT_NEEDED`` where the system gives it to every app. ``UNKNOWN`` permits nothing.
    """

    UNKNOWN = "unknown"
    UNSUPPORTED = "unsupported"
    NONE = "none"
    APPROXIMATE = "approximate"
    PRECISE = "precise"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a gps adapter answers for, where its platform leaves it out of a position.

    An adapter says so in an attribute, ``vouches``; one without it answers for nothing, and a
    position of it that has no time, or no accuracy, tells nothing.

    Attributes:
        just_read: a position without ``measured_s`` was measured while ``read`` waited for it.
        accurate: a position without ``accuracy_m`` is good to 100 m, where the operating system
            gives precise positions.
    """

    just_read: bool = False
    accurate: bool = False


class Sensor(Protocol[ReadingT_co]):
    """A running sensor of one signal."""

    def read(self, timeout_s: float) -> ReadingT_co:
        """Wait at most ``timeout_s`` seconds for a reading.

        Raises:
            SensorError: ``SensorTimeout`` where none came in time, ``Unsupported`` where none
                ever will.
        """
        ...

    def close(self) -> None:
        """Stop. Called once, whatever happened before."""
        ...


class Adapter(Protocol[LiveT_contra, ReadingT_co]):
    """One signal of one platform."""

    def access(self) -> Access:
        """Return what the operating system allows now.

        Asks nobody, reads nothing, does not wait.
        """
        ...

    def ask(self, grant: LiveT_contra, then: Callable[[], None]) -> None:
        """Let the operating system ask the customer, and call ``then`` once it has answered.

        It is handed a live grant: the customer has seen the notice and has agreed.
        """
        ...

    def start(self, grant: LiveT_contra) -> Sensor[ReadingT_co]:
        """Start a sensor.

        Raises:
            NotPermitted: the grant has ended.
            SensorError: ``SensorUnavailable`` or ``Unsupported``.
        """
        ...


GpsAdapter: TypeAlias = Adapter[GpsGrant, Position]
GsmAdapter: TypeAlias = Adapter[GsmGrant, GsmState]
WifiAdapter: TypeAlias = Adapter[WifiGrant, WifiState]


class Sensors(TypedDict, total=False):
    """The adapters of an app, by signal."""

    gps: GpsAdapter
    gsm: GsmAdapter
    wifi: WifiAdapter


@dataclass(frozen=True, slots=True)
class Conditions:
    """Whether this is a moment to send; None where the platform cannot tell."""

    metered: bool | None = None
    roaming: bool | None = None
    low_battery: bool | None = None


def _require_flag(flag: object) -> None:
    if not isinstance(flag, bool):
        raise ValueError("A network serves the phone or not: true or false.")  # noqa: TRY004
