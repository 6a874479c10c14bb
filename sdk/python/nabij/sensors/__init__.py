"""What reads a phone: adapters, the sensors that they start, and the few things that one can tell.

An adapter is one signal of one platform. It starts a sensor only for a live grant of its own
signal, which only the gate makes; the client closes the sensor afterwards. The states hold enums,
booleans and levels alone, so no name or address of a network, and no identity of a radio cell,
fits in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, TypeAlias, TypedDict, TypeVar, cast

from nabij._live import GpsGrant, GsmGrant, LiveGrant, WifiGrant
from nabij_geo import Position

__all__ = [
    "LEVELS",
    "Access",
    "Adapter",
    "Conditions",
    "GpsAdapter",
    "GsmAdapter",
    "GsmState",
    "Radio",
    "Reading",
    "Sensor",
    "Sensors",
    "Vouched",
    "WifiAdapter",
    "WifiState",
]

LEVELS: Final = range(5)
"""Signal strengths: 0 (none) to 4 (best), as the bars that a phone shows."""


class Radio(StrEnum):
    """The generation of the mobile network that a phone is on."""

    NONE = "none"
    G2 = "2g"
    G3 = "3g"
    G4 = "4g"
    G5 = "5g"


@dataclass(frozen=True, slots=True)
class GsmState:
    """How the mobile network serves the phone.

    Raises:
        ValueError: the level is not one of ``LEVELS``, or another member of another type.
    """

    radio: Radio
    connected: bool
    roaming: bool
    level: int

    def __post_init__(self) -> None:
        _require_level(self.level)
        if not isinstance(cast("object", self.radio), Radio):
            raise ValueError("A radio is one of nabij.sensors.Radio.")  # noqa: TRY004 - as levels
        _require_flags(self.connected, self.roaming)


@dataclass(frozen=True, slots=True)
class WifiState:
    """How Wi-Fi serves the phone.

    Raises:
        ValueError: the level is not one of ``LEVELS``, or another member of another type.
    """

    connected: bool
    metered: bool
    level: int

    def __post_init__(self) -> None:
        _require_level(self.level)
        _require_flags(self.connected, self.metered)


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
        """What the operating system allows now. Asks nobody, reads nothing, does not wait."""
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


def _require_flags(*flags: object) -> None:
    if not all(isinstance(each, bool) for each in flags):
        raise ValueError("What a network is or is not is true or false.")


def _require_level(level: object) -> None:
    if type(level) is not int or level not in LEVELS:
        raise ValueError("A level is a whole number from 0 to 4.")
