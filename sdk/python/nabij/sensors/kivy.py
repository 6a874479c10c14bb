"""Positions from plyer's gps, as Kivy apps read them on Android and iOS.

Rules:

1. of what plyer brings, latitude, longitude and accuracy are taken; speed, bearing and altitude
   are dropped;
2. on Android python-for-android tells what is allowed; elsewhere nobody does, and what is not
   known permits nothing, unless the app finds out itself;
3. plyer calls back on whichever thread it likes, and tells no time.

Sources: plyer.facades.gps of plyer 2.1; android.permissions of python-for-android.
"""

import importlib
from collections.abc import Callable
from typing import Final, Protocol, cast

from nabij._errors import Unsupported
from nabij._live import GpsGrant
from nabij.sensors import Access, Vouched
from nabij.sensors._java import call_java
from nabij.sensors._pushed import PushedPositions, Receiver
from nabij.sensors._windows import WINDOW_S

__all__ = ["KivyGps"]

_COARSE: Final = "android.permission.ACCESS_COARSE_LOCATION"
_FINE: Final = "android.permission.ACCESS_FINE_LOCATION"
_WHY: Final = "plyer reads positions on Android and iOS only."


class _Gps(Protocol):
    """plyer.gps."""

    def configure(self, on_location: Callable[..., None]) -> None: ...

    def start(self, minTime: int, minDistance: int) -> None: ...  # noqa: N803 - plyer's names

    def stop(self) -> None: ...


class _Permissions(Protocol):
    """android.permissions of python-for-android."""

    def check_permission(self, permission: str) -> bool: ...

    def request_permissions(
        self, permissions: list[str], callback: Callable[[list[str], list[bool]], None]
    ) -> None: ...


class KivyGps:
    """The receiver of a phone, through plyer. Make it on Kivy's main thread.

    Args:
        gps: ``plyer.gps``. The adapter takes its callback for itself.
        precise: ask for precise positions; left out, squares are of 10 km.
        access: what the operating system allows, where python-for-android cannot tell: on iOS.
        window_s: how long to look for a better position after the first one.

    Attributes:
        vouches: positions have just been read.
    """

    vouches: Final = Vouched(just_read=True)

    def __init__(
        self,
        gps: object,
        *,
        precise: bool = False,
        access: Callable[[], Access] | None = None,
        window_s: float = WINDOW_S,
    ) -> None:
        self.window_s: Final = window_s
        self._gps = cast("_Gps", gps)  # plyer's proxies have no types
        self._wanted = (_COARSE, _FINE) if precise else (_COARSE,)
        self._access = access
        self._receiver = Receiver(self._switch_on, self._gps.stop, _is_ios)
        self._is_supported = self._configure()

    def access(self) -> Access:
        """Return what the operating system allows now."""
        if not self._is_supported:
            return Access.UNSUPPORTED
        if self._access is not None:
            return self._access()
        permissions = _permissions()
        if permissions is None:
            return Access.UNKNOWN
        if permissions.check_permission(_FINE):
            return Access.PRECISE
        return Access.APPROXIMATE if permissions.check_permission(_COARSE) else Access.NONE

    def ask(self, grant: GpsGrant, then: Callable[[], None]) -> None:
        """Let Android ask, and call ``then`` once it has answered; at once where nobody can ask.

        Raises:
            NotPermitted: the grant has ended.
        """
        GpsGrant.admit(grant)
        permissions = _permissions()
        if permissions is None:
            then()
        else:
            permissions.request_permissions(list(self._wanted), lambda _asked, _given: then())

    def start(self, grant: GpsGrant) -> PushedPositions:
        """Receive positions until the sensor is closed.

        Raises:
            NotPermitted: the grant has ended.
            SensorUnavailable: Android refused.
            Unsupported: there is no receiver here.
        """
        GpsGrant.admit(grant)
        if not self._is_supported:
            raise Unsupported(_WHY)
        sensor = PushedPositions(grant, self._receiver.remove, self.window_s)
        call_java(lambda: self._receiver.add(sensor))
        return sensor

    def _configure(self) -> bool:
        try:
            self._gps.configure(on_location=self._heard)
        except NotImplementedError:
            return False
        return True

    def _switch_on(self) -> None:
        self._gps.start(minTime=1000, minDistance=0)

    def _heard(
        self, *, lat: float, lon: float, accuracy: float | None = None, **_more: object
    ) -> None:
        self._receiver.push(lat, lon, accuracy)


def _is_ios() -> bool:
    return bool(importlib.import_module("plyer.utils").platform == "ios")


def _permissions() -> _Permissions | None:
    try:
        return cast("_Permissions", importlib.import_module("android.permissions"))
    except ImportError:
        return None
