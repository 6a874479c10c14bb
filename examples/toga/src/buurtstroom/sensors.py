"""What this app can read: a phone's location, or on a desktop a made-up one."""

import asyncio
import importlib
from collections.abc import Callable, Sequence
from typing import Final, Generic, Self, TypeVar

import toga
from toga.platform import current_platform

import nabij
from nabij import LiveGrant
from nabij.sensors import Access, GsmState, Reading, Sensors, Vouched, WifiState
from nabij.sensors.android_location import AndroidGps
from nabij.sensors.toga import TogaLocation

_PHONES: Final[dict[str, nabij.Platform]] = {"android": "android", "iOS": "ios"}
IS_PHONE: Final = current_platform in _PHONES
PLATFORM: Final = _PHONES.get(current_platform, "other")
_IN_AMERSFOORT: Final = nabij.Position(52.1601, 5.3782)

ReadingT = TypeVar("ReadingT", bound=Reading)


class Simulated(Generic[ReadingT]):
    """An adapter, and the sensor that it starts, that always reads the same made-up thing."""

    vouches: Final = Vouched(just_read=True, accurate=True)

    def __init__(self, reading: ReadingT) -> None:
        self._reading = reading
        self.is_denied = False

    def access(self) -> Access:
        """No operating system has a say in it, unless it is told to say no."""
        return Access.NONE if self.is_denied else Access.NOT_NEEDED

    def ask(self, grant: LiveGrant, then: Callable[[], None]) -> None:
        """Nobody has to be asked."""
        LiveGrant.admit(grant)
        then()

    def start(self, grant: LiveGrant) -> Self:
        """Start."""
        LiveGrant.admit(grant)
        return self

    def read(self, timeout_s: float) -> ReadingT:  # noqa: ARG002 - it need not wait
        """The same as ever."""
        return self._reading

    def close(self) -> None:
        """Stop, which takes nothing."""


def sensors_of(app: toga.App, platform: str = PLATFORM) -> Sensors:
    """The adapters for the device that the app runs on."""
    match platform:
        case "android":
            return {"gps": android_gps(app)}
        case "ios":
            return {"gps": TogaLocation(app)}
        case _:
            return simulated()


def android_gps(app: toga.App) -> AndroidGps:
    """Android's own location: of an approximate position Toga does not tell how far off it is."""

    def ask(_permissions: Sequence[str], answered: Callable[[], None]) -> None:
        asking = asyncio.ensure_future(app.location.request_permission())
        asking.add_done_callback(lambda _answer: answered())

    chaquopy = importlib.import_module("com.chaquo.python")
    return AndroidGps(chaquopy.Python.getPlatform().getApplication(), ask)


def simulated() -> Sensors:
    """A made-up phone in Amersfoort."""
    return {
        "gps": Simulated(_IN_AMERSFOORT),
        "gsm": Simulated(GsmState(connected=True)),
        "wifi": Simulated(WifiState(connected=True)),
    }
