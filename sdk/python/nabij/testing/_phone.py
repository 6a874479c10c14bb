"""A phone for an app to run on while it is tested."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypedDict

import httpx2

from nabij._http import Token
from nabij.sensors import GsmState, Sensors, WifiState
from nabij.testing._clock import ManualClock
from nabij.testing._fake_service import FakeService
from nabij.testing._faults import Offline
from nabij.testing._sensors import SteadySensor
from nabij_geo import Position


class _Arguments(TypedDict):
    base_url: str
    token: Token
    account: str
    folder: Path
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    sensors: Sensors


class ClientArguments(_Arguments):
    """How to make a ``nabij.Client`` on a ``Phone``."""

    http: httpx2.Client
    public_http: httpx2.Client


class AsyncClientArguments(_Arguments):
    """How to make a ``nabij.AsyncClient`` on a ``Phone``."""

    http: httpx2.AsyncClient
    public_http: httpx2.AsyncClient


class Phone:
    """A phone with a service in memory around it.

    Attributes:
        folder: where the app keeps what it keeps; the SDK has a folder of its own in it.
        clock: the time, of phone and service.
        chance: what stands for every random number from 0 to 1; with 0 a square is told as soon as
            the next hour begins.
        service: what the app talks to.
        gps: reads one place.
        gsm: reads a good connection.
        wifi: reads whichever state it is given.
        sensors: these three; put others in their place before a client is made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ManualClock()
        self.chance = 0.0
        self.service = FakeService(clock=self.clock)
        self.gps = SteadySensor(Position(52.16, 5.38, 8.0))
        self.gsm = SteadySensor(GsmState(connected=True))
        self.wifi = SteadySensor(WifiState(connected=True))
        self.sensors: Sensors = {"gps": self.gps, "gsm": self.gsm, "wifi": self.wifi}

    def arguments(self, account: str) -> ClientArguments:
        """Return what to make the client with for somebody: ``nabij.Client(**arguments)``."""
        http, public_http = self.service.http(), self.service.http()
        return {**self._arguments(account), "http": http, "public_http": public_http}

    def async_arguments(self, account: str) -> AsyncClientArguments:
        """Return the same for ``nabij.AsyncClient(**arguments)``."""
        http, public_http = self.service.async_http(), self.service.async_http()
        return {**self._arguments(account), "http": http, "public_http": public_http}

    @property
    def uses(self) -> int:
        """How often any sensor was started or read."""
        sensors: tuple[SteadySensor[Any], ...] = (self.gps, self.gsm, self.wifi)
        return sum(each.starts + each.reads for each in sensors)

    def show_wifi(self, *, connected: bool) -> None:
        """Let the phone be on Wi-Fi or not, by which a reading is told from others."""
        self.wifi.reading = WifiState(connected)

    def wait(self, by: timedelta = timedelta(hours=1)) -> None:
        """Let time pass."""
        self.clock.advance(by)

    @contextmanager
    def in_airplane_mode(self) -> Generator[None]:
        """No network, for as long as somebody is inside."""
        with self.service.failing(Offline()):
            yield

    def _arguments(self, account: str) -> _Arguments:
        return {
            "base_url": self.service.url,
            "token": self.service.token(account),
            "account": account,
            "folder": self.folder / "nabij",
            "clock": self.clock,
            "chance": lambda: self.chance,
            "sensors": self.sensors,
        }
