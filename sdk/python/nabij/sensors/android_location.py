"""The position of an Android phone, through Chaquopy or pyjnius: accuracy and time come with it.

Rules:

1. of a Location the latitude, longitude and accuracy are taken, and how long ago it was measured;
   speed, bearing, altitude and the extras are dropped;
2. what is allowed is what Android says now: a permission for this time only ends by itself;
3. how Android asks is the app's to say, since only its activity can ask: by the usual dialog, or
   by the location button of Android 17, which allows one session;
4. updates run while a sensor is open and no longer.

Sources: the Android SDK's reference of LocationManager, Location, LocationListener and SystemClock;
androidx.core.locationbutton 1.0.0-alpha01, whose LocationButton falls back to the dialog before
Android 17 (API 37). Android 10 or newer.
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeAlias, cast

from nabij._callbacks import system_time
from nabij._errors import SensorUnavailable
from nabij._live import GpsGrant
from nabij.sensors import Access, Vouched
from nabij.sensors._java import call_java, implementation, java_class
from nabij.sensors._pushed import PushedPositions, Receiver
from nabij.sensors._windows import WINDOW_S
from nabij.sensors.android import Context

__all__ = ["AndroidGps", "Asking", "location_button"]

Asking: TypeAlias = Callable[[Sequence[str], Callable[[], None]], None]
"""Lets Android ask for these permissions, and calls the function once it has answered."""

_COARSE: Final = "android.permission.ACCESS_COARSE_LOCATION"
_FINE: Final = "android.permission.ACCESS_FINE_LOCATION"
_GRANTED: Final = 0
_EVERY_MS: Final = 1_000
_ANY_DISTANCE_M: Final = 0.0
_NANOSECONDS: Final = 1e9
_VISIBLE: Final = 0
_SWITCHED_OFF: Final = "Location is switched off on this phone. Let the customer switch it on."

_LISTENER: Final = "android.location.LocationListener"
_RESULT_LISTENER: Final = "androidx.core.locationbutton.OnPermissionResultListener"


class _Location(Protocol):
    def getLatitude(self) -> float: ...

    def getLongitude(self) -> float: ...

    def hasAccuracy(self) -> bool: ...

    def getAccuracy(self) -> float: ...

    def getElapsedRealtimeNanos(self) -> int: ...


class _Locations(Protocol):
    """A java.util.List, which Android 12 and newer may bring, the latest last."""

    def size(self) -> int: ...

    def get(self, index: int, /) -> _Location: ...


class _Names(Protocol):
    """A java.util.List of names."""

    def contains(self, name: str, /) -> bool: ...


class _LocationManager(Protocol):
    def isLocationEnabled(self) -> bool: ...

    def getProviders(self, enabled_only: bool, /) -> _Names: ...  # noqa: FBT001 - Android's own

    def requestLocationUpdates(
        self, provider: str, every_ms: int, distance_m: float, listener: object, looper: object, /
    ) -> None: ...

    def removeUpdates(self, listener: object, /) -> None: ...


class _SystemClock(Protocol):
    def elapsedRealtimeNanos(self) -> int: ...


class _Button(Protocol):
    """An androidx.core.locationbutton.LocationButton."""

    def setOnPermissionResultListener(self, listener: object, /) -> None: ...

    def setVisibility(self, visibility: int, /) -> None: ...


class LocationContext(Context, Protocol):
    """An android.content.Context, as either bridge hands it out."""

    def getMainLooper(self) -> object: ...


class AndroidGps:
    """The receiver of a phone: LocationManager.

    Args:
        context: of the app.
        ask: how the app lets Android ask; ``location_button(view)`` for one session.
        precise: ask for precise positions; left out, squares are of 10 km.
        window_s: how long to look for a better position after the first one.
    """

    vouches: Final = Vouched()

    def __init__(
        self,
        context: LocationContext,
        ask: Asking,
        *,
        precise: bool = False,
        window_s: float = WINDOW_S,
    ) -> None:
        self.window_s: Final = window_s
        self._context = context
        self._ask = ask
        self._wanted = (_COARSE, _FINE) if precise else (_COARSE,)
        self._listener: object | None = None
        self._receiver = Receiver(self._switch_on, self._switch_off)

    def access(self) -> Access:
        """Return what the operating system allows now."""
        if self._is_granted(_FINE):
            return Access.PRECISE
        return Access.APPROXIMATE if self._is_granted(_COARSE) else Access.NONE

    def ask(self, grant: GpsGrant, then: Callable[[], None]) -> None:
        """Let Android ask, and call ``then`` once it has answered.

        Raises:
            NotPermitted: the grant has ended.
        """
        GpsGrant.admit(grant)
        self._ask(self._wanted, then)

    def start(self, grant: GpsGrant) -> PushedPositions:
        """Receive positions until the sensor is closed.

        Raises:
            NotPermitted: the grant has ended.
            SensorUnavailable: Android refused, or location is switched off.
        """
        GpsGrant.admit(grant)
        sensor = PushedPositions(grant, self._receiver.remove, self.window_s)
        call_java(lambda: self._receiver.add(sensor))
        return sensor

    def _is_granted(self, permission: str) -> bool:
        return self._context.checkSelfPermission(permission) == _GRANTED

    def _manager(self) -> _LocationManager:
        return cast("_LocationManager", self._context.getSystemService("location"))

    def _switch_on(self) -> None:
        manager = self._manager()
        providers = self._providers(manager)
        if not providers or not manager.isLocationEnabled():
            raise SensorUnavailable(_SWITCHED_OFF)
        if self._listener is None:
            self._listener = implementation(
                _LISTENER,
                ("onLocationChanged", "(Landroid/location/Location;)V", self._heard),
                ("onLocationChanged", "(Ljava/util/List;)V", self._heard),
                ("onProviderEnabled", "(Ljava/lang/String;)V", _ignored),
                ("onProviderDisabled", "(Ljava/lang/String;)V", _ignored),
                ("onStatusChanged", "(Ljava/lang/String;ILandroid/os/Bundle;)V", _ignored),
                ("onFlushComplete", "(I)V", _ignored),
            )
        looper = self._context.getMainLooper()
        for provider in providers:
            manager.requestLocationUpdates(
                provider, _EVERY_MS, _ANY_DISTANCE_M, self._listener, looper
            )

    def _providers(self, manager: _LocationManager) -> list[str]:
        """Return the providers to use: the fused one since Android 12, else all permitted."""
        enabled = manager.getProviders(True)  # noqa: FBT003 - Android names no argument
        if enabled.contains("fused"):
            return ["fused"]
        usable = ("gps", "network") if self._is_granted(_FINE) else ("network",)
        return [each for each in usable if enabled.contains(each)]

    def _switch_off(self) -> None:
        self._manager().removeUpdates(self._listener)

    def _heard(self, heard: object) -> None:
        location = _latest(heard)
        now_s = system_time().timestamp()
        self._receiver.push(
            location.getLatitude(),
            location.getLongitude(),
            location.getAccuracy() if location.hasAccuracy() else None,
            now_s - _age_s(location),
        )


def location_button(button: object) -> Asking:
    """Let the location button of Android 17 ask: each tap allows one session.

    The button is shown from the first question on, and whatever was to be done after the answer is
    done at each tap. So nobody sees it before the customer has agreed.

    Args:
        button: an ``androidx.core.locationbutton.LocationButton`` in the app's layout, gone.
    """
    shown = cast("_Button", button)

    def ask(_permissions: Sequence[str], answered: Callable[[], None]) -> None:
        def decided(_granted: bool) -> None:  # noqa: FBT001 - Java calls it
            answered()

        listener = implementation(_RESULT_LISTENER, ("onPermissionResult", "(Z)V", decided))
        shown.setOnPermissionResultListener(listener)
        shown.setVisibility(_VISIBLE)

    return ask


def _latest(heard: object) -> _Location:
    if hasattr(heard, "size"):
        locations = cast("_Locations", heard)
        return locations.get(locations.size() - 1)
    return cast("_Location", heard)


def _age_s(location: _Location) -> float:
    # Not by the times of day, of which the phone's and the satellites' may differ.
    clock = cast("_SystemClock", java_class("android.os.SystemClock"))
    return (clock.elapsedRealtimeNanos() - location.getElapsedRealtimeNanos()) / _NANOSECONDS


def _ignored(*_arguments: object) -> None:
    """Hear of something that this adapter has no use for."""
