"""TogaLocation in an app of toga-dummy whose event loop runs, as on a phone, in its own thread."""

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, TypeVar

import pytest
import toga
from toga_dummy.utils import EventLog

from nabij import NotPermitted, SensorTimeout, SensorUnavailable, Unsupported
from nabij.sensors import Access, GpsAdapter, Vouched
from nabij.sensors._windows import Window
from nabij.sensors.toga import TogaLocation
from tests.sdk.sensors.grants import Consent

T = TypeVar("T")
START, STOP, ASK = "start location updates", "stop location updates", "request permission"


class Running:
    """An app, and what the platform below it does. All happens on the app's own thread."""

    def __init__(self, app: toga.App) -> None:
        self.app = app
        self._loop = app.loop
        self._log: Any = EventLog  # toga-dummy has no types

    def on_its_thread(self, act: Callable[[], T]) -> T:
        async def acting() -> T:
            return act()

        return asyncio.run_coroutine_threadsafe(acting(), self._loop).result(10.0)

    @property
    def platform(self) -> Any:  # noqa: ANN401 - the same
        return vars(self.app.location)["_impl"]

    def adapter(self, *, precise: bool = False) -> TogaLocation:
        return self.on_its_thread(lambda: TogaLocation(self.app, precise=precise, window_s=0.0))

    def allow(self, permission: int = 1) -> None:
        self.platform._has_permission = permission  # noqa: SLF001 - the same

    def move(self) -> None:
        self.on_its_thread(self.platform.simulate_update)

    def did(self, action: str) -> int:
        """How often the platform was told to do something."""
        self.on_its_thread(lambda: None)
        try:
            return len(self._log.performed_actions(self.app.location, action))
        except AttributeError:
            return 0


class Dummy(toga.App):
    """An app without a window."""

    def startup(self) -> None:
        self.main_window = toga.App.BACKGROUND
        EventLog.reset()


class WithoutLocation(Dummy):
    """An app on a backend that has no location, as toga-qt."""

    @property
    def location(self) -> Any:  # noqa: ANN401 - there is none
        raise NotImplementedError("The backend doesn't implement Location")


@contextmanager
def running(kind: type[toga.App]) -> Generator[Running]:
    """An app in a thread."""
    made: Future[toga.App] = Future()
    done = Event()

    async def living() -> None:
        made.set_result(kind("Nabij", "org.example.nabij"))
        await asyncio.to_thread(done.wait)

    with ThreadPoolExecutor(1) as thread:
        life = thread.submit(asyncio.run, living())
        life.add_done_callback(lambda each: made.done() or made.set_exception(each.exception()))
        yield Running(made.result(10.0))
        done.set()
        life.result(10.0)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Generator[Running]:
    monkeypatch.setenv("TOGA_BACKEND", "toga_dummy")
    with running(Dummy) as app:
        yield app


def test_it_is_an_adapter(app: Running) -> None:
    adapter: GpsAdapter = app.adapter()
    assert adapter.access() is Access.NONE


def test_a_position_is_approximate_unless_the_app_says_otherwise(app: Running) -> None:
    app.allow()
    assert app.adapter().access() is Access.APPROXIMATE
    assert app.adapter(precise=True).access() is Access.PRECISE


@pytest.mark.parametrize(("answer", "access"), [(-1, Access.APPROXIMATE), (0, Access.NONE)])
def test_the_system_asks_and_then_the_answer_is_known(
    app: Running, answer: int, access: Access
) -> None:
    app.allow(answer)
    adapter, answered = app.adapter(), Event()
    adapter.ask(Consent().gps(), answered.set)
    assert answered.wait(10.0)
    assert adapter.access() is access
    assert app.did(ASK) == 1


def test_the_system_does_not_ask_where_consent_ends_before_its_turn(app: Running) -> None:
    consent, adapter, answered = Consent(), app.adapter(), Event()

    def ask_and_withdraw() -> None:
        adapter.ask(consent.gps(), answered.set)
        consent.withdraw()

    app.on_its_thread(ask_and_withdraw)
    assert answered.wait(10.0)
    assert app.did(ASK) == 0


def test_what_toga_brings_is_read_by_another_thread(app: Running) -> None:
    app.allow()
    sensor = app.adapter().start(Consent().gps())
    app.move()
    position = sensor.read(10.0)
    assert (position.latitude_deg, position.longitude_deg) == (13.0, 25.0)
    with pytest.raises(SensorTimeout):
        sensor.read(0.0)
    sensor.close()


def test_only_the_last_position_waits_to_be_read(app: Running) -> None:
    app.allow()
    sensor = app.adapter().start(Consent().gps())
    app.move()
    app.move()
    assert sensor.read(10.0).latitude_deg == 16.0
    sensor.close()


def test_positions_of_toga_are_as_accurate_as_the_app_says(app: Running) -> None:
    assert app.adapter().vouches == Vouched(just_read=True)
    assert app.adapter(precise=True).vouches == Vouched(just_read=True, accurate=True)
    app.allow()
    sensor = app.adapter().start(Consent().gps())
    app.move()
    position = sensor.read(10.0)
    assert (position.accuracy_m, position.measured_s) == (None, None)
    sensor.close()


@pytest.mark.parametrize("platform", ["iOS", "macOS"])
def test_what_core_location_kept_is_passed_over(
    app: Running, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr("toga.platform.current_platform", platform)
    app.allow()
    sensor = app.adapter().start(Consent().gps())
    app.move()
    with pytest.raises(SensorTimeout):
        sensor.read(0.0)
    app.move()
    assert sensor.read(10.0).latitude_deg == 16.0
    sensor.close()


def test_closing_stops_the_tracking_and_forgets(app: Running) -> None:
    app.allow()
    sensor = app.adapter().start(Consent().gps())
    app.move()
    sensor.close()
    with pytest.raises(SensorUnavailable):
        sensor.read(10.0)
    assert (app.did(START), app.did(STOP)) == (1, 1)


def test_a_position_that_comes_after_the_withdrawal_is_dropped(app: Running) -> None:
    app.allow()
    consent = Consent()
    sensor = app.adapter().start(consent.gps())
    app.move()
    sensor.read(10.0)
    consent.withdraw()
    app.move()
    with pytest.raises(SensorUnavailable):
        sensor.read(10.0)
    assert app.did(STOP) == 1


def test_tracking_goes_on_until_the_last_sensor_is_closed(app: Running) -> None:
    app.allow()
    adapter = app.adapter()
    first, second = adapter.start(Consent().gps()), adapter.start(Consent().gps())
    assert app.did(START) == 1
    first.close()
    app.move()
    assert second.read(10.0).latitude_deg == 13.0
    assert app.did(STOP) == 0
    second.close()
    assert (app.did(START), app.did(STOP)) == (1, 1)


def test_a_sensor_that_is_closed_at_once_tracks_nothing(app: Running) -> None:
    app.allow()
    adapter = app.adapter()

    def meanwhile() -> None:
        thread = Thread(target=lambda: adapter.start(Consent().gps()).close())
        thread.start()
        thread.join()

    app.on_its_thread(meanwhile)
    assert app.did(START) == 0


def test_a_permission_that_is_gone_stops_without_complaint(app: Running) -> None:
    app.allow()
    problems: list[object] = []
    app.app.loop.set_exception_handler(lambda _loop, context: problems.append(context))
    sensor = app.adapter().start(Consent().gps())
    app.move()
    app.allow(0)
    sensor.close()
    assert (app.did(STOP), problems) == (0, [])


def test_without_the_permission_of_the_system_there_is_no_reading(app: Running) -> None:
    sensor = app.adapter().start(Consent().gps())
    with pytest.raises(SensorUnavailable, match="ask first"):
        sensor.read(10.0)
    sensor.close()


def test_togas_own_thread_is_told_not_to_wait_for_itself(app: Running) -> None:
    app.allow()
    adapter = app.adapter()
    with pytest.raises(SensorUnavailable, match="AsyncClient"):
        app.on_its_thread(lambda: adapter.start(Consent().gps()))


def test_nothing_is_started_or_asked_without_consent(app: Running) -> None:
    consent, adapter = Consent(), app.adapter()
    grant = consent.gps()
    consent.withdraw()
    with pytest.raises(NotPermitted):
        adapter.start(grant)
    with pytest.raises(NotPermitted):
        adapter.ask(grant, pytest.fail)
    assert (app.did(START), app.did(ASK)) == (0, 0)


def test_a_backend_without_location_is_unsupported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOGA_BACKEND", "toga_dummy")
    with running(WithoutLocation) as app:
        adapter = app.adapter()
        assert adapter.access() is Access.UNSUPPORTED
        with pytest.raises(Unsupported, match="no location"):
            adapter.start(Consent().gps())
        with pytest.raises(Unsupported, match="no location"):
            adapter.ask(Consent().gps(), pytest.fail)


def test_an_app_that_has_ended_has_no_sensor_and_nothing_to_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TOGA_BACKEND", "toga_dummy")
    with running(Dummy) as app:
        app.allow()
        adapter = app.adapter()
        sensor = adapter.start(Consent().gps())
    sensor.close()
    with pytest.raises(SensorUnavailable):
        adapter.start(Consent().gps())


def test_nothing_that_is_shown_tells_a_position(app: Running) -> None:
    app.allow()
    adapter = app.adapter()
    sensor = adapter.start(Consent().gps())
    app.move()
    app.on_its_thread(lambda: None)
    (window,) = [each for each in vars(sensor).values() if isinstance(each, Window)]
    assert "Position(hidden)" in str(vars(window).values())
    sensor.close()
    (window,) = [each for each in vars(sensor).values() if isinstance(each, Window)]
    assert window.best is None
