"""A withdrawal while everything else is under way: afterwards nothing is queued and nothing begins.

The race is run with a wire that answers at once; ``test_withdrawing_on_sockets`` runs it with a
service that takes its time.
"""

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx2
import pytest

from nabij import AsyncClient, Client, NabijError, Position
from nabij.testing import FakeSensor, ManualClock, SteadySensor
from tests.sdk.service import NOW, TOKEN, UTRECHT, Document, allowed, recorded, served

ROUNDS = int(os.environ.get("NABIJ_RACE_ROUNDS", "100"))
CROWD = 8
PATIENCE_S = 20.0


class Wire:
    """Answers at once, and counts the reports that were begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.epoch = 1
        self.reporting = threading.Event()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=self._answer(request))

    def _answer(self, request: httpx2.Request) -> Document:
        match request.method, request.url.path:
            case "GET", _:
                return served()
            case "POST", "/v1/consents":
                self.epoch += 1
                return recorded(allowed("gps", epoch=self.epoch))
            case "POST", _:
                return recorded(allowed(), gps_status=1)
            case _:
                self.begun += 1
                self.reporting.set()
                reports = json.loads(request.content)["reports"]
                return {"accepted": [each["id"] for each in reports], "refused": []}


@pytest.fixture(autouse=True)
def eager() -> Generator[None]:
    """Let threads take turns often: more ways for them to meet, in less time."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


def client_on(wire: Wire) -> Client:
    return Client(
        "https://nabij.example",
        token=lambda: TOKEN,
        sensors={"gps": SteadySensor(UTRECHT)},
        coarsening="plain",
        http=httpx2.Client(transport=httpx2.MockTransport(wire)),
        public_http=httpx2.Client(transport=httpx2.MockTransport(wire)),
        clock=ManualClock(NOW),
    )


def race(client: Client, reporting: threading.Event, begun: Callable[[], int]) -> None:
    """Let eight threads collect and report while the customer agrees and withdraws.

    ``reporting`` is set once a report is under way; ``begun`` says how many were begun so far.
    """
    notice = client.notice()
    over = threading.Event()

    def use() -> None:
        while not over.is_set():
            client.collect()
            with suppress(NabijError):
                client.report()

    with ThreadPoolExecutor(CROWD) as crowd:
        for _ in range(CROWD):
            crowd.submit(use)
        try:
            for _ in range(ROUNDS):
                client.grant(notice, ["gps"])
                assert reporting.wait(PATIENCE_S)
                client.withdraw()
                before = begun()
                reporting.clear()
                assert client.pending().waiting == ()
                time.sleep(0)  # the others may go on
                assert client.pending().waiting == ()
                assert begun() == before
        finally:
            over.set()
    assert begun() >= ROUNDS


def test_of_eight_threads_none_queues_or_begins_anything_after_a_withdrawal() -> None:
    wire = Wire()
    race(client_on(wire), wire.reporting, lambda: wire.begun)


def test_of_eight_tasks_none_queues_or_begins_anything_after_a_withdrawal() -> None:
    wire = Wire()

    async def run() -> None:
        client = AsyncClient(
            "https://nabij.example",
            token=lambda: TOKEN,
            sensors={"gps": SteadySensor(UTRECHT)},
            coarsening="plain",
            http=httpx2.AsyncClient(transport=httpx2.MockTransport(wire)),
            public_http=httpx2.AsyncClient(transport=httpx2.MockTransport(wire)),
            clock=ManualClock(NOW),
        )
        notice = await client.notice()

        async def use() -> None:
            while True:
                await client.collect()
                with suppress(NabijError):
                    await client.report()

        crowd = [asyncio.create_task(use()) for _ in range(CROWD)]
        for _ in range(ROUNDS):
            await client.grant(notice, ["gps"])
            assert await asyncio.to_thread(wire.reporting.wait, PATIENCE_S)
            await client.withdraw()
            begun = wire.begun
            wire.reporting.clear()
            assert (await client.pending()).waiting == ()
            assert (await client.pending()).waiting == ()
            assert wire.begun == begun
        for each in crowd:
            each.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        await client.close()

    asyncio.run(run())
    assert wire.begun >= ROUNDS


class _Waiting(FakeSensor[Position]):
    """Reads until it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.reading = threading.Event()
        self.closed = threading.Event()

    def read(self, timeout_s: float) -> Position:
        self.reading.set()
        assert self.closed.wait(timeout_s)
        return UTRECHT

    def close(self) -> None:
        super().close()
        self.closed.set()


def test_a_sensor_that_runs_is_closed_once_and_what_it_read_is_thrown_away() -> None:
    wire, gps = Wire(), _Waiting()
    client = Client(
        "https://nabij.example",
        token=lambda: TOKEN,
        sensors={"gps": gps},
        coarsening="plain",
        http=httpx2.Client(transport=httpx2.MockTransport(wire)),
        public_http=httpx2.Client(transport=httpx2.MockTransport(wire)),
        clock=ManualClock(NOW),
    )
    client.grant(client.notice(), ["gps"])
    with ThreadPoolExecutor(1) as elsewhere:
        collecting = elsewhere.submit(client.collect)
        assert gps.reading.wait(PATIENCE_S)
        client.withdraw()
        assert gps.closes == 1
        assert list(collecting.result(PATIENCE_S).refused) == ["gps"]
    assert gps.closes == 1
    assert client.pending().waiting == ()
