"""What a phone at rest sends and receives in a day: bytes as they pass a socket, without TLS.

A week at home with all three signals allowed, by a clock that is turned; of its days the median.
"""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from typing import Final

from pydantic import SecretStr

import nabij
from bench.installation import Installation, installed
from bench.measure import Comparison, at_most
from nabij.sensors import GsmState, WifiState
from nabij.testing import ManualClock, SteadySensor
from nabij_backend.app import create_app
from nabij_backend.cli.server import Server, listen
from nabij_backend.identity import LocalIdentity
from nabij_backend.settings import Settings
from nabij_backend.telemetry import configure_logging
from nabij_geo import Position

_SOURCES: Final = 2_000
_HOME: Final = Position(52.0907, 5.1214, 8.0)
_SETTLED_DAYS: Final = 2
_DAYS: Final = 7
_DAY: Final = "a day of a phone at rest"
_MOST_REQUESTS: Final = 3
_MOST_KB: Final = 2.0
# The database refuses a service whose clock is far from its own.
_ANY_TIME: Final = "UPDATE clock_tolerance SET apart = '30 days'"
_PATIENCE_S: Final = 30
_CHUNK: Final = 65_536


class _Relay:
    """Passes bytes on to a server, and counts them and the requests that begin in them."""

    def __init__(self, port: int) -> None:
        self.bytes = 0
        self.requests = 0
        self._port = port
        self._counting = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Accept no more; what is open ends with its client."""
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):  # it was closed
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._port))
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, sender: socket.socket, receiver: socket.socket) -> None:
        while chunk := sender.recv(_CHUNK):
            with self._counting:
                self.bytes += len(chunk)
                self.requests += chunk.count(b" HTTP/1.1\r\n")
            receiver.sendall(chunk)
        with suppress(OSError):  # the other side has ended it
            receiver.shutdown(socket.SHUT_WR)


def run() -> list[Comparison]:
    """Let a phone rest for a week."""
    clock = ManualClock(datetime.now(UTC))
    with installed(_SOURCES, durable=False) as here, _serving(here, clock) as relay:
        with here.connect() as connection:
            connection.execute(_ANY_TIME)
        token = LocalIdentity.open(here.folder).issue(
            "resting", now=clock(), lifetime=timedelta(days=_SETTLED_DAYS + _DAYS + 1)
        )
        with nabij.Client(
            relay.address,
            token=lambda: token,
            clock=clock,
            sensors={
                "gps": SteadySensor(_HOME),
                "gsm": SteadySensor(GsmState(connected=True)),
                "wifi": SteadySensor(WifiState(connected=True)),
            },
            chance=Random(1).random,  # noqa: S311 - minutes of an hour
        ) as phone:
            phone.grant(phone.notice(), ["gps", "gsm", "wifi"])
            _rest(phone, clock, days=_SETTLED_DAYS)
            requests: list[int] = []
            kilobytes: list[float] = []
            for _ in range(_DAYS):
                before = relay.requests, relay.bytes
                _rest(phone, clock, days=1)
                requests.append(relay.requests - before[0])
                kilobytes.append((relay.bytes - before[1]) / 1e3)
    return [
        Comparison(f"{_DAY}, {unit}", median(each), "the goal", goal, unit, at_most(1))
        for each, goal, unit in (
            (requests, _MOST_REQUESTS, "requests"),
            (kilobytes, _MOST_KB, "kB"),
        )
    ]


def _rest(phone: nabij.Client, clock: ManualClock, *, days: int) -> None:
    end = clock() + timedelta(days=days)
    while clock() < end:
        stepped = phone.step()
        assert stepped.failure is None
        clock.advance(stepped.again_at - clock())


@contextmanager
def _serving(here: Installation, clock: ManualClock) -> Generator[_Relay]:
    """Serve by this clock, as `nabij serve` would."""
    settings = Settings(
        data_folder=here.folder, database_url=SecretStr(here.url), work_in_process=False
    )
    serving = threading.Event()
    with (here.folder / "serve.log").open("w") as log, listen("127.0.0.1", 0) as listening:
        configure_logging(log)
        server = Server(create_app(settings, clock=clock), serving.set)
        thread = threading.Thread(target=server.run, args=[[listening]])
        thread.start()
        relay = _Relay(listening.getsockname()[1])
        try:
            assert serving.wait(_PATIENCE_S)
            yield relay
        finally:
            relay.close()
            server.should_exit = True
            thread.join(_PATIENCE_S)
