"""A withdrawal while everything else is under way: afterwards nothing is queued and nothing begins.

The race is run with a wire that answers at once; that real connections are cut is shown on sockets.
"""

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest

from nabij import AsyncClient, Client, NabijError, NotPermitted, Position
from nabij.testing import FakeSensor, ManualClock
from tests.sdk.service import NOW, UTRECHT, Document, allowed, recorded, served
from tests.sdk.test_clients import TOKEN, usual_answer

ROUNDS = int(os.environ.get("NABIJ_RACES", "40"))
"""500 take a minute of both cores: for whoever changes what is under way."""
CROWD = 8
PATIENCE_S = 20.0
_AT_ONCE_S = 3.0


class Wire:
    """Answers at once, and counts the reports that were begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.epoch = 1
        self.reporting = threading.Event()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "PUT":
            self.begun += 1
            self.reporting.set()
        if request.url.path == "/v1/consents":
            self.epoch += 1
            body = recorded(allowed("gps", epoch=self.epoch))
            return httpx2.Response(200, json=body)
        return httpx2.Response(200, json=usual_answer(request))


@pytest.fixture(autouse=True)
def eager() -> Generator[None]:
    """Let threads take turns often: more ways for them to meet, in less time."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


def endless() -> FakeSensor[Position]:
    return FakeSensor(*[UTRECHT] * 200_000)


def client_on(wire: Wire) -> Client:
    return Client(
        "https://nabij.example",
        token=lambda: TOKEN,
        sensors={"gps": endless()},
        coarsening="plain",
        http=httpx2.Client(transport=httpx2.MockTransport(wire)),
        clock=ManualClock(NOW),
    )


def test_of_eight_threads_none_queues_or_begins_anything_after_a_withdrawal() -> None:
    wire = Wire()
    client = client_on(wire)
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
                assert wire.reporting.wait(PATIENCE_S)
                client.withdraw()
                begun = wire.begun
                wire.reporting.clear()
                assert client.pending().waiting == ()
                time.sleep(0)  # the others may go on
                assert client.pending().waiting == ()
                assert wire.begun == begun
        finally:
            over.set()
    assert wire.begun >= ROUNDS


def test_of_eight_tasks_none_queues_or_begins_anything_after_a_withdrawal() -> None:
    wire = Wire()

    async def run() -> None:
        client = AsyncClient(
            "https://nabij.example",
            token=lambda: TOKEN,
            sensors={"gps": endless()},
            coarsening="plain",
            http=httpx2.AsyncClient(transport=httpx2.MockTransport(wire)),
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


class _SlowService(BaseHTTPRequestHandler):
    """Takes reports and never answers them, on a real socket; answers everything else."""

    protocol_version = "HTTP/1.1"
    reporting: threading.Event
    over: threading.Event

    def do_GET(self) -> None:
        self._answer({"/v1/notice": served()}.get(self.path.partition("?")[0], {}))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        signals = () if self.path.endswith("withdrawals") else ("gps",)
        self._answer(recorded(allowed(*signals)))

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.reporting.set()
        self.over.wait(PATIENCE_S)
        self.close_connection = True

    def _answer(self, document: Document) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is named there
        """Keep quiet."""


@pytest.fixture
def slow() -> Generator[tuple[str, threading.Event]]:
    """Its address, and when a report has reached it."""
    reporting, over = threading.Event(), threading.Event()
    handler = type("Handler", (_SlowService,), {"reporting": reporting, "over": over})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", reporting
    over.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_report_that_waits_for_its_answer_is_cut(slow: tuple[str, threading.Event]) -> None:
    address, reporting = slow
    clock, gps = ManualClock(NOW), endless()
    with (
        Client(
            address, token=lambda: TOKEN, sensors={"gps": gps}, coarsening="plain", clock=clock
        ) as client,
        ThreadPoolExecutor(1) as elsewhere,
    ):
        client.grant(client.notice(), ["gps"])
        client.collect()
        report = elsewhere.submit(client.report)
        assert reporting.wait(PATIENCE_S)
        begun_s = time.monotonic()
        assert client.withdraw().told_server
        with pytest.raises(NotPermitted):
            report.result(PATIENCE_S)
        assert time.monotonic() - begun_s < _AT_ONCE_S
        assert client.pending().waiting == ()


def test_the_same_for_asyncio(slow: tuple[str, threading.Event]) -> None:
    address, reporting = slow

    async def run() -> None:
        async with AsyncClient(
            address,
            token=lambda: TOKEN,
            sensors={"gps": endless()},
            coarsening="plain",
            clock=ManualClock(NOW),
        ) as client:
            await client.grant(await client.notice(), ["gps"])
            await client.collect()
            report = asyncio.create_task(client.report())
            await asyncio.to_thread(reporting.wait, PATIENCE_S)
            begun_s = time.monotonic()
            assert (await client.withdraw()).told_server
            with pytest.raises(NotPermitted):
                await report
            assert time.monotonic() - begun_s < _AT_ONCE_S
            assert (await client.pending()).waiting == ()

    asyncio.run(run())


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
