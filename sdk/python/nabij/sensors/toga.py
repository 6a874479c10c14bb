"""Positions from ``app.location`` of Toga.

Rules:

1. Toga is spoken to on its own thread only; readings wait on another one;
2. without ``precise`` a position counts as approximate, since Toga cannot tell which it is. As it
   does not tell the accuracy either, nothing is told of such a position;
3. a backend or a device without location is unsupported, not silent.

Source: toga.hardware.location of Toga 0.5. It tells neither the accuracy nor the time of a
position, and calls one handler, ``on_change``: the adapter takes it for itself.
"""

import asyncio
import contextlib
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from nabij._errors import SensorUnavailable, Unsupported
from nabij._gate import Refused
from nabij._live import GpsGrant
from nabij.sensors import Access, Vouched
from nabij.sensors._pushed import PushedPositions, Receiver
from nabij.sensors._windows import WINDOW_S

if TYPE_CHECKING:
    import toga
    from toga.hardware.location import Location

__all__ = ["TogaLocation"]

_CORE_LOCATION: Final = frozenset({"iOS", "macOS"})
_WHY: Final = "Toga offers no location on this platform: its backend or the device has none."
_OWN_THREAD: Final = (
    "Toga's own thread cannot wait for a position that Toga brings. "
    "Use AsyncClient, or collect in a thread of its own."
)


class TogaLocation:
    """The location service of a Toga app. Make it on Toga's thread, for instance in ``startup``.

    Args:
        app: the app that runs.
        precise: the app declares the permission for precise positions, and its customers give it.
            Left out, no square is told.
        window_s: how long to look for a better position after the first one.

    Attributes:
        vouches: positions have just been read; they are accurate where they are ``precise``.
    """

    def __init__(
        self, app: "toga.App", *, precise: bool = False, window_s: float = WINDOW_S
    ) -> None:
        self.vouches: Final = Vouched(just_read=True, accurate=precise)
        self.window_s: Final = window_s
        self._loop = app.loop
        self._granted = Access.PRECISE if precise else Access.APPROXIMATE
        self._receiver = Receiver(
            self._switch_on, self._switch_off, lambda: _current_platform() in _CORE_LOCATION
        )
        self._location = _location(app)

    def access(self) -> Access:
        """Return what the operating system allows now."""
        if self._location is None:
            return Access.UNSUPPORTED
        return self._granted if self._location.has_permission else Access.NONE

    def ask(self, grant: GpsGrant, then: Callable[[], None]) -> None:
        """Let the operating system ask, and call ``then`` on Toga's thread once it has answered.

        Raises:
            NotPermitted: the grant has ended.
            Unsupported: there is nothing to ask for.
        """
        GpsGrant.admit(grant)
        location = self._supported()
        asyncio.run_coroutine_threadsafe(_ask(location, grant, then), self._loop)

    def start(self, grant: GpsGrant) -> PushedPositions:
        """Track the location until the sensor is closed.

        Raises:
            NotPermitted: the grant has ended.
            SensorUnavailable: this is Toga's own thread, or the app has ended.
            Unsupported: there is no location here.
        """
        GpsGrant.admit(grant)
        self._supported()
        if _running_loop() is self._loop:
            raise SensorUnavailable(_OWN_THREAD)
        sensor = PushedPositions(grant, self._let_go, self.window_s)
        try:
            self._loop.call_soon_threadsafe(self._track, sensor)
        except RuntimeError as error:  # the loop is closed
            raise SensorUnavailable from error
        return sensor

    def _supported(self) -> "Location":
        if self._location is None:
            raise Unsupported(_WHY)
        return self._location

    def _track(self, sensor: PushedPositions) -> None:
        if not sensor.is_still_wanted():
            return
        try:
            self._receiver.add(sensor)
        except PermissionError:
            sensor.fail(SensorUnavailable("The operating system does not allow it: ask first."))

    def _let_go(self, sensor: PushedPositions) -> None:
        # An app that has ended has stopped tracking with it.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._receiver.remove, sensor)

    def _switch_on(self) -> None:
        location = self._supported()
        location.on_change = self._heard
        location.start_tracking()

    def _switch_off(self) -> None:
        # Toga refuses to stop where the permission is gone, and then nothing runs any longer.
        with contextlib.suppress(PermissionError):
            self._supported().stop_tracking()

    def _heard(self, service: object, *, location: "toga.LatLng", **_more: object) -> None:
        del service
        self._receiver.push(location.lat, location.lng)


async def _ask(location: "Location", grant: GpsGrant, then: Callable[[], None]) -> None:
    # It may have ended while this waited for its turn.
    if not isinstance(grant.now(), Refused):
        await location.request_permission()
    then()


def _location(app: "toga.App") -> "Location | None":
    try:
        return app.location
    except RuntimeError:  # NotImplementedError, which a backend without location raises, is one
        return None


def _current_platform() -> str:
    return importlib.import_module("toga.platform").current_platform


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
