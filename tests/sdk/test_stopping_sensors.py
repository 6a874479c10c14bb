"""A sensor stops at once when nobody may read it, or nobody wants to, and fails alone."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import nabij
from nabij import NotPermitted, Position, SensorUnavailable, Signal
from nabij._running import RunningSensors
from nabij.sensors import GsmState, WifiState
from nabij.testing import FakeSensor, SteadySensor
from nabij.testing import Phone as PhoneOfAnApp
from tests.sdk.service import Phone

HOME = Position(52.0907, 5.1214, 8.0)
WIFI = WifiState(connected=True)


class Waiting(FakeSensor[Position]):
    """A sensor without sky: it waits until it is closed."""

    reads: int

    def __init__(self, *, starts_slowly: bool = False) -> None:
        super().__init__()
        self.is_waiting = threading.Event()
        self.has_ended = threading.Event()
        self.may_start = threading.Event()
        if not starts_slowly:
            self.may_start.set()
        self._is_closed = threading.Event()

    def start(self, grant: nabij.LiveGrant) -> "Waiting":
        self.is_waiting.set()
        assert self.may_start.wait(10)
        super().start(grant)
        return self

    def read(self, timeout_s: float) -> Position:  # noqa: ARG002 - it waits for the test's end
        self.reads += 1
        assert self._is_closed.wait(10)
        raise SensorUnavailable

    def close(self) -> None:
        super().close()
        self._is_closed.set()
        self.has_ended.set()


def test_closing_the_client_stops_a_sensor_and_starts_no_other(nabij_phone: PhoneOfAnApp) -> None:
    gps, wifi = Waiting(), SteadySensor(WIFI)
    nabij_phone.sensors = {"gps": gps, "wifi": wifi}
    with ThreadPoolExecutor(1) as thread:
        client = nabij.Client(**nabij_phone.arguments("eva"))
        client.grant(client.notice(), ["gps", "wifi"])
        collecting = thread.submit(client.collect)
        assert gps.is_waiting.wait(10)
        client.close()
        collected = collecting.result(10)
    assert (gps.starts, gps.closes, wifi.starts) == (1, 1, 0)
    assert collected.queued == ()


def _async_client(phone: PhoneOfAnApp) -> nabij.AsyncClient:
    return nabij.AsyncClient(**phone.async_arguments("eva"))


async def _collecting(client: nabij.AsyncClient, gps: Waiting) -> "asyncio.Task[nabij.Collected]":
    await client.grant(await client.notice(), ["gps"])
    collecting = asyncio.create_task(client.collect())
    assert await asyncio.to_thread(gps.is_waiting.wait, 10)
    return collecting


def test_closing_an_async_client_stops_it_too(nabij_phone: PhoneOfAnApp) -> None:
    gps = Waiting()
    nabij_phone.sensors = {"gps": gps}

    async def play() -> None:
        client = _async_client(nabij_phone)
        collecting = await _collecting(client, gps)
        await client.close()
        assert gps.has_ended.is_set()
        await asyncio.wait({collecting}, timeout=10)
        assert collecting.done()

    asyncio.run(play())
    assert (gps.starts, gps.reads, gps.closes) == (1, 1, 1)


def test_a_cancelled_task_stops_it(nabij_phone: PhoneOfAnApp) -> None:
    gps = Waiting()
    nabij_phone.sensors = {"gps": gps}

    async def play() -> None:
        async with _async_client(nabij_phone) as client:
            collecting = await _collecting(client, gps)
            collecting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await collecting
            assert gps.has_ended.is_set()
            await client.refresh()

    asyncio.run(play())
    assert (gps.starts, gps.closes) == (1, 1)


def test_one_that_was_still_starting_is_closed_unread(nabij_phone: PhoneOfAnApp) -> None:
    gps = Waiting(starts_slowly=True)
    nabij_phone.sensors = {"gps": gps}

    async def play() -> None:
        async with _async_client(nabij_phone) as client:
            collecting = await _collecting(client, gps)
            collecting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await collecting
            gps.may_start.set()
            assert await asyncio.to_thread(gps.has_ended.wait, 10)

    asyncio.run(play())
    assert (gps.starts, gps.reads, gps.closes) == (1, 0, 1)


def test_one_that_was_abandoned_before_its_thread_began_is_never_started() -> None:
    phone, gps, running = Phone().granted("gps"), FakeSensor(HOME), RunningSensors()
    phone.collect({})
    sense = _sense(phone, gps)
    sensor = running.begin(sense)
    running.end(sensor)
    with pytest.raises(SensorUnavailable, match="cancelled"):
        running.finish(sensor)
    running.close()
    with pytest.raises(SensorUnavailable, match="closed"):
        running.read(sense)
    assert gps.starts == 0


def _sense(phone: Phone, gps: FakeSensor[Position]) -> Any:  # noqa: ANN401 - of the engine's own
    phone.device.adapters = type(phone.device.adapters)({"gps": gps})
    return next(phone.engine.collect(phone.gps_grant().purpose, 1.0))


def _raising(error: BaseException) -> Callable[..., Any]:
    def fail(*_arguments: object) -> None:
        raise error

    return fail


FAULTS: dict[str, BaseException] = {
    "a driver's own": LookupError("52.0907, 5.1214"),
    "a timeout of the system": TimeoutError(),
    "an end of iteration": StopIteration(HOME),
    "another error of Nabij": nabij.NotReachable(),
    "a store's": nabij.StoreFailed(),
    "the app's": nabij.CallbackFailed("clock"),
    "a refusal that is none": NotPermitted(()),
    "a cancellation": asyncio.CancelledError(),
    "a generator's end": RecursionError(),
    "out of memory": MemoryError(),
}


@pytest.mark.parametrize("where", ["start", "read", "close"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_an_adapter_that_fails_leaves_the_others_untouched(
    nabij_phone: PhoneOfAnApp, fault: str, where: str, kind: str
) -> None:
    gps, wifi = FakeSensor(HOME), SteadySensor(WIFI)
    setattr(gps, where, _raising(FAULTS[fault]))
    nabij_phone.sensors = {"gps": gps, "wifi": wifi}
    collected = _collected(nabij_phone) if kind == "sync" else asyncio.run(_acollected(nabij_phone))
    assert Signal.WIFI in collected.queued
    assert collected.refused == {}
    if where == "close":
        assert collected.failed == {}  # what it read is good all the same
    else:
        error = collected.failed[Signal.GPS]
        assert isinstance(error, SensorUnavailable)
        assert (error.__traceback__, error.__cause__, error.__context__) == (None, None, None)


class _Ends(BaseException):
    """As other libraries end a thread: gevent by its Timeout, pytest by a test's failure."""


@pytest.mark.parametrize("where", ["start", "read", "close"])
@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit, _Ends])
def test_what_ends_a_thread_passes(
    nabij_phone: PhoneOfAnApp, where: str, end: type[BaseException]
) -> None:
    gps = FakeSensor(HOME)
    setattr(gps, where, _raising(end()))
    nabij_phone.sensors = {"gps": gps}
    with pytest.raises(end):
        _collected(nabij_phone)


def _collected(phone: PhoneOfAnApp) -> nabij.Collected:
    with nabij.Client(**phone.arguments("eva")) as client:
        client.grant(client.notice(), ["gps", "wifi"])
        return client.collect()


async def _acollected(phone: PhoneOfAnApp) -> nabij.Collected:
    async with _async_client(phone) as client:
        await client.grant(await client.notice(), ["gps", "wifi"])
        return await client.collect()


@pytest.mark.parametrize("state", [GsmState, WifiState])
@pytest.mark.parametrize("connected", [None, 1, 0, "yes", 3.0])
def test_a_state_is_a_yes_or_a_no(state: type[GsmState | WifiState], connected: Any) -> None:  # noqa: ANN401 - careless
    with pytest.raises(ValueError, match="true or false"):
        state(connected)
