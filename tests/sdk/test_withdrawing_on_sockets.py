"""A withdrawal while a report waits for its answer, on real connections: it is cut."""

import asyncio
import json
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest

from nabij import AsyncClient, Client, NotPermitted
from nabij.testing import ManualClock, SteadySensor
from tests.sdk.service import NOW, TOKEN, UTRECHT, Document, allowed, recorded, served
from tests.sdk.test_withdrawing import PATIENCE_S, race

_AT_ONCE_S = 3.0


class _SlowService(BaseHTTPRequestHandler):
    """Takes ``answer_s`` to answer a report, on a real socket; answers everything else at once."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    reporting: threading.Event
    over: threading.Event
    answer_s: float

    def do_GET(self) -> None:
        self._answer({"/v1/notice": served()}.get(self.path.partition("?")[0], {}))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        signals = () if self.path.endswith("withdrawals") else ("gps",)
        self._answer(recorded(allowed(*signals)))

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.reporting.set()
        self.over.wait(self.answer_s)
        with suppress(ConnectionError):  # it was cut, as it should be
            self._answer({"accepted": [], "refused": []})

    def _answer(self, document: Document) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is named there
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 128


@pytest.fixture
def slow(request: pytest.FixtureRequest) -> Generator[tuple[str, threading.Event]]:
    """Its address, and when a report has reached it; a parameter is how long it takes for one."""
    reporting, over = threading.Event(), threading.Event()
    answer_s: float = getattr(request, "param", PATIENCE_S)
    members = {"reporting": reporting, "over": over, "answer_s": answer_s}
    handler = type("Handler", (_SlowService,), members)
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", reporting
    over.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_report_that_waits_for_its_answer_is_cut(slow: tuple[str, threading.Event]) -> None:
    address, reporting = slow
    clock, gps = ManualClock(NOW), SteadySensor(UTRECHT)
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
            sensors={"gps": SteadySensor(UTRECHT)},
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


@pytest.mark.parametrize("slow", [0.4], indirect=True)
def test_the_same_with_a_service_that_takes_400_ms(slow: tuple[str, threading.Event]) -> None:
    address, reporting = slow
    reports: list[httpx2.Request] = []

    def note(request: httpx2.Request) -> None:
        if request.method == "PUT":
            reports.append(request)

    with (
        httpx2.Client(event_hooks={"request": [note]}) as http,
        httpx2.Client() as public_http,
        Client(
            address,
            token=lambda: TOKEN,
            sensors={"gps": SteadySensor(UTRECHT)},
            coarsening="plain",
            http=http,
            public_http=public_http,
            clock=ManualClock(NOW),
        ) as client,
    ):
        race(client, reporting, lambda: len(reports))
