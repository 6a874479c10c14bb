"""KivyGps with plyer's own facade, and a fake of what a phone puts behind it."""

import sys
from collections.abc import Callable
from threading import Thread
from types import ModuleType

import plyer
import pytest
from plyer.facades import GPS

from nabij import NotPermitted, Position, SensorTimeout, SensorUnavailable, Unsupported
from nabij.sensors import Access, GpsAdapter, Vouched
from nabij.sensors.kivy import KivyGps
from tests.sdk.sensors.grants import Consent

COARSE = "android.permission.ACCESS_COARSE_LOCATION"
FINE = "android.permission.ACCESS_FINE_LOCATION"


class FakeGps(GPS):
    """What plyer has on a phone: it calls back on a thread of the phone."""

    on_location: Callable[..., None]

    def __init__(self) -> None:
        self.starts = self.stops = 0
        self.refuses: Exception | None = None

    def _configure(self) -> None:
        pass

    def _start(self, **_how: float) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.starts += 1

    def _stop(self) -> None:
        self.stops += 1

    def move(self, lat: float, lon: float, **more: float) -> None:
        def call_back() -> None:
            self.on_location(lat=lat, lon=lon, speed=3.0, bearing=90.0, altitude=7.0, **more)

        thread = Thread(target=call_back)
        thread.start()
        thread.join()


class FakePermissions(ModuleType):
    """android.permissions of python-for-android."""

    def __init__(self, *granted: str, grants: bool = True) -> None:
        super().__init__("android.permissions")
        self.granted = set(granted)
        self.asked: list[list[str]] = []
        self._grants = grants

    def check_permission(self, permission: str) -> bool:
        return permission in self.granted

    def request_permissions(
        self, permissions: list[str], callback: Callable[[list[str], list[bool]], None]
    ) -> None:
        self.asked.append(permissions)
        if self._grants:
            self.granted |= set(permissions)
        callback(permissions, [self._grants for _ in permissions])


class JavaException(Exception):
    """jnius.JavaException."""


def on_android(monkeypatch: pytest.MonkeyPatch, permissions: FakePermissions) -> FakePermissions:
    monkeypatch.setitem(sys.modules, "android", ModuleType("android"))
    monkeypatch.setitem(sys.modules, "android.permissions", permissions)
    jnius = ModuleType("jnius")
    jnius.__dict__["JavaException"] = JavaException
    monkeypatch.setitem(sys.modules, "jnius", jnius)
    return permissions


def test_it_is_an_adapter_and_plyer_on_a_desktop_is_unsupported() -> None:
    adapter: GpsAdapter = KivyGps(plyer.gps)
    assert adapter.access() is Access.UNSUPPORTED
    with pytest.raises(Unsupported, match="Android and iOS"):
        adapter.start(Consent().gps())


@pytest.mark.parametrize(
    ("granted", "access"),
    [((), Access.NONE), ((COARSE,), Access.APPROXIMATE), ((COARSE, FINE), Access.PRECISE)],
)
def test_python_for_android_tells_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, granted: tuple[str, ...], access: Access
) -> None:
    on_android(monkeypatch, FakePermissions(*granted))
    assert KivyGps(FakeGps()).access() is access


def test_elsewhere_it_is_unknown_unless_the_app_finds_out() -> None:
    assert KivyGps(FakeGps()).access() is Access.UNKNOWN
    assert KivyGps(FakeGps(), access=lambda: Access.PRECISE).access() is Access.PRECISE


@pytest.mark.parametrize(("precise", "asked"), [(False, [COARSE]), (True, [COARSE, FINE])])
def test_android_asks_for_no_more_than_the_app_wants(
    monkeypatch: pytest.MonkeyPatch, asked: list[str], *, precise: bool
) -> None:
    permissions = on_android(monkeypatch, FakePermissions())
    adapter, answers = KivyGps(FakeGps(), precise=precise), list[Access]()
    adapter.ask(Consent().gps(), lambda: answers.append(adapter.access()))
    assert permissions.asked == [asked]
    assert answers == [Access.PRECISE if precise else Access.APPROXIMATE]


def test_a_no_is_an_answer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    on_android(monkeypatch, FakePermissions(grants=False))
    adapter, answers = KivyGps(FakeGps()), list[Access]()
    adapter.ask(Consent().gps(), lambda: answers.append(adapter.access()))
    assert answers == [Access.NONE]


def test_where_nobody_can_be_asked_it_goes_on() -> None:
    answers: list[bool] = []
    KivyGps(FakeGps()).ask(Consent().gps(), lambda: answers.append(True))
    assert answers == [True]


def test_of_what_plyer_brings_place_and_accuracy_are_taken() -> None:
    gps = FakeGps()
    sensor = KivyGps(gps).start(Consent().gps())
    gps.move(52.1, 5.1, accuracy=12.0)
    position = sensor.read(10.0)
    assert (position.latitude_deg, position.longitude_deg, position.accuracy_m) == (52.1, 5.1, 12.0)
    sensor.close()
    assert (gps.starts, gps.stops) == (1, 1)


def test_the_best_of_what_plyer_brings_is_read() -> None:
    gps = FakeGps()
    sensor = KivyGps(gps, window_s=60.0).start(Consent().gps())
    for lat, accuracy in ((52.1, 800.0), (52.2, 25.0), (52.3, 18.0)):
        gps.move(lat, 5.1, accuracy=accuracy)
    assert sensor.read(60.0).latitude_deg == 52.3
    for lat, accuracy in ((52.4, 25.0), (52.5, 40.0)):
        gps.move(lat, 5.1, accuracy=accuracy)
    assert sensor.read(0.05).latitude_deg == 52.4
    sensor.close()


def test_what_plyer_leaves_out_is_unknown() -> None:
    gps = FakeGps()
    adapter = KivyGps(gps, window_s=0.0)
    sensor = adapter.start(Consent().gps())
    gps.move(52.1, 5.1)
    assert sensor.read(10.0) == Position(52.1, 5.1, None)
    assert adapter.vouches == Vouched(just_read=True)
    sensor.close()


def test_what_core_location_kept_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plyer.utils.platform", "ios")
    gps = FakeGps()
    adapter = KivyGps(gps, window_s=0.0)
    for _ in range(2):
        sensor = adapter.start(Consent().gps())
        gps.move(48.1, 5.1, accuracy=5.0)
        gps.move(52.1, 5.1, accuracy=12.0)
        assert sensor.read(10.0).latitude_deg == 52.1
        sensor.close()


def test_a_kept_position_after_the_withdrawal_stops_the_receiver_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("plyer.utils.platform", "ios")
    gps, consent = FakeGps(), Consent()
    sensor = KivyGps(gps).start(consent.gps())
    consent.withdraw()
    gps.move(48.1, 5.1, accuracy=5.0)
    assert gps.stops == 1
    with pytest.raises(SensorUnavailable):
        sensor.read(10.0)


@pytest.mark.parametrize(("lat", "accuracy"), [(91.0, 1.0), (float("nan"), 1.0), (52.1, -1.0)])
def test_what_is_no_place_is_passed_over(lat: float, accuracy: float) -> None:
    gps = FakeGps()
    sensor = KivyGps(gps).start(Consent().gps())
    gps.move(lat, 5.1, accuracy=accuracy)
    with pytest.raises(SensorTimeout):
        sensor.read(0.0)
    sensor.close()


def test_a_position_that_comes_after_the_withdrawal_stops_the_receiver() -> None:
    gps, consent = FakeGps(), Consent()
    sensor = KivyGps(gps).start(consent.gps())
    consent.withdraw()
    gps.move(52.1, 5.1)
    assert gps.stops == 1
    with pytest.raises(SensorUnavailable):
        sensor.read(10.0)
    sensor.close()
    assert gps.stops == 1


def test_what_java_throws_is_an_unavailable_sensor_and_says_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on_android(monkeypatch, FakePermissions(COARSE))
    gps = FakeGps()
    gps.refuses = JavaException("gps provider of 52.1 5.1")
    with pytest.raises(SensorUnavailable) as failed:
        KivyGps(gps).start(Consent().gps())
    assert "52.1" not in str(failed.value)
    assert failed.value.__context__ is None


def test_a_mistake_of_our_own_is_not_taken_for_javas(monkeypatch: pytest.MonkeyPatch) -> None:
    on_android(monkeypatch, FakePermissions(COARSE))
    gps = FakeGps()
    gps.refuses = TypeError("start() got an unexpected argument")
    with pytest.raises(TypeError):
        KivyGps(gps).start(Consent().gps())


def test_nothing_is_started_or_asked_without_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    permissions = on_android(monkeypatch, FakePermissions())
    gps, consent = FakeGps(), Consent()
    adapter, grant = KivyGps(gps), consent.gps()
    consent.withdraw()
    with pytest.raises(NotPermitted):
        adapter.start(grant)
    with pytest.raises(NotPermitted):
        adapter.ask(grant, pytest.fail)
    assert (gps.starts, permissions.asked) == (0, [])
