"""Android's location, against a fake of its Java classes: no phone runs here."""

import sys
from collections.abc import Callable, Sequence

import pytest

from nabij import NotPermitted, Position, SensorTimeout, SensorUnavailable
from nabij._callbacks import system_time
from nabij.sensors import Access, GpsAdapter, Vouched
from nabij.sensors.android_location import AndroidGps, location_button
from tests.sdk.sensors.fake_android_location import (
    COARSE,
    FINE,
    FakeLocationContext,
    JavaError,
    Location,
    LocationButton,
    LocationManager,
    call,
    fake_chaquopy,
    fake_pyjnius,
)
from tests.sdk.sensors.grants import Consent

Asked = list[tuple[str, ...]]


@pytest.fixture(autouse=True, params=["chaquopy", "pyjnius"])
def bridge(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """One of the bridges, for every test."""
    if request.param == "chaquopy":
        monkeypatch.setitem(sys.modules, "java", fake_chaquopy())
    else:
        monkeypatch.setitem(sys.modules, "jnius", fake_pyjnius())
    return request.param


def nobody(_permissions: Sequence[str], _answered: Callable[[], None]) -> None:
    pytest.fail("nothing was to be asked")


def adapter(context: FakeLocationContext, *, window_s: float = 0.0) -> AndroidGps:
    return AndroidGps(context, nobody, window_s=window_s)


def test_it_is_an_adapter_and_answers_for_nothing() -> None:
    gps: GpsAdapter = adapter(FakeLocationContext())
    assert gps.access() is Access.PRECISE
    assert adapter(FakeLocationContext()).vouches == Vouched()


@pytest.mark.parametrize(
    ("permissions", "access"),
    [((), Access.NONE), ((COARSE,), Access.APPROXIMATE), ((COARSE, FINE), Access.PRECISE)],
)
def test_what_is_allowed_is_what_android_says_now(
    permissions: tuple[str, ...], access: Access
) -> None:
    context = FakeLocationContext()
    gps = adapter(context)
    context.permissions = permissions
    assert gps.access() is access


@pytest.mark.parametrize(("precise", "asked"), [(False, (COARSE,)), (True, (COARSE, FINE))])
def test_the_app_lets_android_ask_for_no_more_than_it_wants(
    asked: tuple[str, ...], *, precise: bool
) -> None:
    questions: Asked = []
    answers: list[bool] = []

    def ask(permissions: Sequence[str], answered: Callable[[], None]) -> None:
        questions.append(tuple(permissions))
        answered()

    gps = AndroidGps(FakeLocationContext(), ask, precise=precise)
    gps.ask(Consent().gps(), lambda: answers.append(True))
    assert (questions, answers) == ([asked], [True])


def test_place_accuracy_and_time_are_taken() -> None:
    context = FakeLocationContext()
    sensor = adapter(context).start(Consent().gps())
    before_s = system_time().timestamp()
    context.manager.move(52.1, 5.1, accuracy=12.0, age_s=90.0)
    fix = sensor.read(10.0)
    assert fix.measured_s is not None
    assert before_s - 90 <= fix.measured_s <= system_time().timestamp() - 90
    assert fix.with_time(None) == Position(52.1, 5.1, 12.0)
    sensor.close()


def test_an_accuracy_that_android_does_not_know_is_unknown() -> None:
    context = FakeLocationContext()
    sensor = adapter(context).start(Consent().gps())
    context.manager.move(52.1, 5.1, accuracy=None)
    assert sensor.read(10.0).accuracy_m is None
    sensor.close()


def test_of_several_at_once_the_latest_counts() -> None:
    context = FakeLocationContext()
    sensor = adapter(context).start(Consent().gps())
    context.manager.move_by(Location(50.0, 5.0, age_s=20), Location(52.0, 5.0))
    assert sensor.read(10.0).latitude_deg == 52.0
    sensor.close()


def test_a_kept_position_loses_to_a_new_one_that_is_worse() -> None:
    context = FakeLocationContext()
    sensor = adapter(context, window_s=60.0).start(Consent().gps())
    context.manager.move(50.0, 5.0, accuracy=4.0, age_s=7_200.0)
    context.manager.move(52.0, 5.0, accuracy=18.0)
    assert sensor.read(60.0).latitude_deg == 52.0
    sensor.close()


@pytest.mark.parametrize(
    ("enabled", "permissions", "listened"),
    [
        (["passive", "network", "gps", "fused"], (COARSE,), ["fused"]),
        (["passive", "network", "gps"], (COARSE, FINE), ["gps", "network"]),
        (["passive", "network", "gps"], (COARSE,), ["network"]),
    ],
)
def test_it_listens_to_what_it_may(
    enabled: list[str], permissions: tuple[str, ...], listened: list[str]
) -> None:
    context = FakeLocationContext(permissions, LocationManager(enabled))
    sensor = adapter(context).start(Consent().gps())
    assert [provider for provider, _, _ in context.manager.requests] == listened
    sensor.close()


@pytest.mark.parametrize(
    "manager", [LocationManager(is_on=False), LocationManager(["passive"])], ids=["off", "none"]
)
def test_where_location_is_switched_off_there_is_no_sensor(manager: LocationManager) -> None:
    with pytest.raises(SensorUnavailable, match="switched off"):
        adapter(FakeLocationContext(manager=manager)).start(Consent().gps())
    assert manager.requests == []


def test_what_java_throws_says_no_more() -> None:
    manager = LocationManager(refuses=JavaError("provider gps, 52.1 5.1"))
    with pytest.raises(SensorUnavailable) as failed:
        adapter(FakeLocationContext(manager=manager)).start(Consent().gps())
    assert "52.1" not in str(failed.value)


def test_updates_run_while_a_sensor_is_open_and_no_longer() -> None:
    context = FakeLocationContext()
    gps = adapter(context)
    first, second = gps.start(Consent().gps()), gps.start(Consent().gps())
    assert len(context.manager.requests) == 1
    first.close()
    assert context.manager.removals == 0
    second.close()
    assert context.manager.removals == 1
    with pytest.raises(SensorUnavailable):
        second.read(10.0)


def test_a_position_after_the_withdrawal_stops_the_updates() -> None:
    context, consent = FakeLocationContext(), Consent()
    sensor = adapter(context).start(consent.gps())
    consent.withdraw()
    context.manager.move(52.1, 5.1)
    assert context.manager.removals == 1
    with pytest.raises(SensorUnavailable):
        sensor.read(10.0)


def test_what_else_android_says_is_not_listened_to() -> None:
    context = FakeLocationContext()
    sensor = adapter(context).start(Consent().gps())
    for method, signature, arguments in (
        ("onProviderEnabled", "Ljava/lang/String;", ("gps",)),
        ("onProviderDisabled", "Ljava/lang/String;", ("gps",)),
        ("onStatusChanged", "Ljava/lang/String;ILandroid/os/Bundle;", ("gps", 2, None)),
        ("onFlushComplete", "I", (0,)),
    ):
        call(context.manager.listener, method, signature, *arguments)
    with pytest.raises(SensorTimeout):
        sensor.read(0.0)
    sensor.close()


def test_nothing_is_started_or_asked_without_consent() -> None:
    context, consent = FakeLocationContext(), Consent()
    gps, grant = adapter(context), consent.gps()
    consent.withdraw()
    with pytest.raises(NotPermitted):
        gps.start(grant)
    with pytest.raises(NotPermitted):
        gps.ask(grant, pytest.fail)
    assert context.manager.requests == []


def test_the_location_button_appears_after_the_yes_and_each_tap_is_an_answer() -> None:
    button, answers = LocationButton(), list[bool]()
    gps = AndroidGps(FakeLocationContext(()), location_button(button), precise=True)
    consent = Consent()
    assert button.visibility == 8
    gps.ask(consent.gps(), lambda: answers.append(True))
    assert (button.visibility, answers) == (0, [])
    button.tap()
    button.tap()
    assert answers == [True, True]


def test_no_java_is_an_unavailable_sensor(monkeypatch: pytest.MonkeyPatch, bridge: str) -> None:
    monkeypatch.delitem(sys.modules, {"chaquopy": "java", "pyjnius": "jnius"}[bridge])
    with pytest.raises(SensorUnavailable, match="no Java here"):
        adapter(FakeLocationContext()).start(Consent().gps())
    with pytest.raises(SensorUnavailable, match="no Java here"):
        location_button(LocationButton())([], pytest.fail)
