"""Both clients behind one face, so that one suite runs on either."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self, TypeAlias

import nabij
from nabij.sensors import GsmState, Sensors, WifiState
from nabij.testing import FakeSensor, SteadySensor

HOME = nabij.Position(52.160123, 5.378219, 8.0)
"""In Amersfoort; nobody lives there."""

_GSM = GsmState(connected=True)
_WIFI = WifiState(connected=True)


class BlockingClient:
    """An ``AsyncClient`` whose every call is awaited to its end."""

    def __init__(self, client: nabij.AsyncClient) -> None:
        self._client = client
        self._loop = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.run(self._client.close())
        self._loop.close()

    def notice(self, locale: str = "nl") -> nabij.ShownNotice:
        return self._loop.run(self._client.notice(locale))

    def grant(self, notice: nabij.ShownNotice, signals: Iterable[str]) -> None:
        self._loop.run(self._client.grant(notice, signals))

    def refuse(self, notice: nabij.ShownNotice, signals: Iterable[str]) -> None:
        self._loop.run(self._client.refuse(notice, signals))

    def defer(self, notice: nabij.ShownNotice, signals: Iterable[str]) -> None:
        self._loop.run(self._client.defer(notice, signals))

    def permission(self, signal: str) -> nabij.Permission:
        return self._client.permission(signal)

    def refresh(self) -> None:
        self._loop.run(self._client.refresh())

    def collect(self) -> nabij.Collected:
        return self._loop.run(self._client.collect())

    def report(self) -> nabij.Report:
        return self._loop.run(self._client.report())

    def nearby(self, k: int = 5) -> list[nabij.NearbySource]:
        return self._loop.run(self._client.nearby(k))

    def nearby_at(self, cell: nabij.Cell, k: int = 5) -> list[nabij.SourceAround]:
        return self._loop.run(self._client.nearby_at(cell, k))

    def places(self, query: str) -> list[nabij.Place]:
        return self._loop.run(self._client.places(query))

    def catalogue(self) -> nabij.CatalogueState | None:
        return self._loop.run(self._client.catalogue())

    def withdraw(
        self, signals: Iterable[str] | None = None, *, purpose: nabij.Purpose | None = None
    ) -> nabij.Withdrawal:
        return self._loop.run(self._client.withdraw(signals, purpose=purpose))


AnyClient: TypeAlias = nabij.Client | BlockingClient


class RunningClock:
    """The time, and what was skipped."""

    def __init__(self) -> None:
        self._skipped = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._skipped

    def skip(self, by: timedelta) -> None:
        self._skipped += by


def blocking_async_client(
    address: str, *, token: nabij.Token, sensors: Sensors, clock: RunningClock
) -> BlockingClient:
    """An asynchronous client to be used like the other."""
    return BlockingClient(
        nabij.AsyncClient(
            address,
            token=token,
            sensors=sensors,
            clock=clock,
            coarsening="plain",
            chance=lambda: 0.0,
        )
    )


def sync_client(
    address: str, *, token: nabij.Token, sensors: Sensors, clock: RunningClock
) -> nabij.Client:
    """The other one. Both tell a square at once, and try again as soon as the service allows."""
    return nabij.Client(
        address,
        token=token,
        sensors=sensors,
        clock=clock,
        coarsening="plain",
        chance=lambda: 0.0,
    )


@dataclass
class Handset:
    """The sensors of a phone."""

    gps: FakeSensor[nabij.Position] = field(default_factory=lambda: SteadySensor(HOME))
    gsm: FakeSensor[GsmState] = field(default_factory=lambda: SteadySensor(_GSM))
    wifi: FakeSensor[WifiState] = field(default_factory=lambda: SteadySensor(_WIFI))

    @property
    def sensors(self) -> Sensors:
        """For a client."""
        return {"gps": self.gps, "gsm": self.gsm, "wifi": self.wifi}

    @property
    def starts(self) -> list[int]:
        """How often each was started."""
        return [self.gps.starts, self.gsm.starts, self.wifi.starts]


def allow(client: AnyClient, *signals: str) -> None:
    """See the notice, and agree."""
    client.grant(client.notice(), signals=signals)


def be_home(client: AnyClient) -> None:
    """Agree to gps, and read where the phone is."""
    allow(client, "gps")
    assert client.collect().queued
