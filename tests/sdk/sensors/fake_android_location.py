"""A fake of Android's location service, and of both bridges, with the names that those have.

Locations hold what nobody may take, too; who asks for it fails.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

COARSE = "android.permission.ACCESS_COARSE_LOCATION"
FINE = "android.permission.ACCESS_FINE_LOCATION"


class JavaError(Exception):
    """What a bridge raises where Java throws."""


@dataclass
class Location:
    latitude: float
    longitude: float
    accuracy: float | None = 8.0
    age_s: float = 0.0

    def getLatitude(self) -> float:
        return self.latitude

    def getLongitude(self) -> float:
        return self.longitude

    def hasAccuracy(self) -> bool:
        return self.accuracy is not None

    def getAccuracy(self) -> float:
        return self.accuracy or 0.0

    def getElapsedRealtimeNanos(self) -> int:
        return SystemClock.elapsedRealtimeNanos() - int(self.age_s * 1e9)


class SystemClock:
    @staticmethod
    def elapsedRealtimeNanos() -> int:
        return 86_400 * 10**9


@dataclass
class JavaList:
    """java.util.List."""

    items: list[Any]

    def size(self) -> int:
        return len(self.items)

    def get(self, index: int, /) -> Any:  # noqa: ANN401 - of any kind
        return self.items[index]

    def contains(self, item: object, /) -> bool:
        return item in self.items


@dataclass
class LocationManager:
    enabled: list[str] = field(default_factory=lambda: ["passive", "network", "gps", "fused"])
    is_on: bool = True
    refuses: Exception | None = None
    requests: list[tuple[str, int, float]] = field(default_factory=list[tuple[str, int, float]])
    listener: Any = None
    removals: int = 0

    def isLocationEnabled(self) -> bool:
        return self.is_on

    def getProviders(self, enabled_only: bool, /) -> JavaList:  # noqa: FBT001 - Android's own
        assert enabled_only
        return JavaList(self.enabled)

    def requestLocationUpdates(
        self,
        provider: str,
        every_ms: int,
        distance_m: float,
        listener: object,
        looper: object,
        /,
    ) -> None:
        if self.refuses is not None:
            raise self.refuses
        assert looper == "main looper"
        self.requests.append((provider, every_ms, distance_m))
        self.listener = listener

    def removeUpdates(self, listener: object, /) -> None:
        assert listener is self.listener
        self.listener = None
        self.removals += 1

    def move(self, *args: float | None, **more: float | None) -> None:
        """Bring a position, to whoever listens."""
        if self.listener is not None:
            call(self.listener, "onLocationChanged", "Landroid/location/Location;", _at(args, more))

    def move_by(self, *locations: Location) -> None:
        """Bring several at once, as Android 12 and newer may."""
        items = JavaList(list(locations))
        call(self.listener, "onLocationChanged", "Ljava/util/List;", items)


def _at(args: tuple[float | None, ...], more: dict[str, float | None]) -> Location:
    return Location(*args, **more)  # pyright: ignore[reportArgumentType] - as the test says


@dataclass
class FakeLocationContext:
    """android.content.Context of a phone that allowed the precise location, unless told else."""

    permissions: tuple[str, ...] = (COARSE, FINE)
    manager: LocationManager = field(default_factory=LocationManager)

    def getSystemService(self, name: str, /) -> object:
        assert name == "location"
        return self.manager

    def checkSelfPermission(self, permission: str, /) -> int:
        return 0 if permission in self.permissions else -1

    def getPackageManager(self) -> Any:  # noqa: ANN401 - nobody needs it here
        raise AssertionError

    def getMainLooper(self) -> object:
        return "main looper"


@dataclass
class LocationButton:
    """androidx.core.locationbutton.LocationButton; 8 is GONE."""

    visibility: int = 8
    listener: Any = None

    def setOnPermissionResultListener(self, listener: object, /) -> None:
        self.listener = listener

    def setVisibility(self, visibility: int, /) -> None:
        self.visibility = visibility

    def tap(self) -> None:
        """The customer taps it, and allows this session."""
        assert self.visibility == 0
        call(self.listener, "onPermissionResult", "Z", True)  # noqa: FBT003 - Java's own


# The two bridges.


def fake_chaquopy() -> ModuleType:
    """The module ``java``: of a class that is proxied, methods are found by their names."""
    java = ModuleType("java")
    classes = {"java.lang.Exception": JavaError, "android.os.SystemClock": SystemClock}

    def jclass(name: str) -> type:
        return classes.get(name, type(name, (), {}))

    def dynamic_proxy(interface: type) -> type:
        return type("Proxy", (interface,), {})

    java.__dict__.update({"jclass": jclass, "dynamic_proxy": dynamic_proxy})
    return java


class PythonJavaClass:
    """jnius.PythonJavaClass: a method is found by its Java name and signature."""

    __javainterfaces__: list[str]

    def __init__(self) -> None:
        assert all("." not in each for each in self.__javainterfaces__)
        self.methods: dict[tuple[str, str], Callable[..., object]] = {}
        for name in dir(self):
            member = getattr(self, name)
            if signature := getattr(member, "__javasignature__", None):
                key = (member.__javaname__ or name, signature)
                assert key not in self.methods
                self.methods[key] = member


def fake_pyjnius() -> ModuleType:
    """The module ``jnius``."""

    def java_method(signature: str, name: str | None = None) -> Callable[[Any], Any]:
        def named(function: Any) -> Any:  # noqa: ANN401 - as jnius has it
            function.__javasignature__, function.__javaname__ = signature, name
            return function

        return named

    jnius = ModuleType("jnius")
    jnius.__dict__["JavaException"] = JavaError
    jnius.__dict__["autoclass"] = {"android.os.SystemClock": SystemClock}.__getitem__
    jnius.__dict__["PythonJavaClass"] = PythonJavaClass
    jnius.__dict__["java_method"] = java_method
    return jnius


def call(target: Any, method: str, signature: str, *arguments: object) -> None:  # noqa: ANN401
    """Call a proxy from Java, as the bridge that made it would."""
    if isinstance(target, PythonJavaClass):
        target.methods[method, f"({signature})V"](*arguments)
    else:
        getattr(target, method)(*arguments)
