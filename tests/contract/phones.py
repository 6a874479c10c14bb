"""Both clients behind one face, so that one suite runs on either."""

import asyncio
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self, TypeAlias

import nabij
from nabij.sensors import GsmState, Radio, SensorFactory, WifiState
from nabij.sensors.replay import Replay
from nabij.testing import FakeSensor
from nabij_geo import Resolution

HOME = nabij.Position(52.160123, 5.378219, 8.0)
"""In Amersfoort; nobody lives there."""


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

    def collect(self, sensors: Mapping[str, SensorFactory]) -> nabij.Collected:
        return self._loop.run(self._client.collect(sensors))

    def report(self) -> nabij.Report:
        return self._loop.run(self._client.report())

    def nearby(self, k: int = 5, *, ask_m: Resolution = 1_000) -> list[nabij.NearbySource]:
        return self._loop.run(self._client.nearby(k, ask_m=ask_m))

    def nearby_at(self, cell: nabij.Cell, k: int = 5) -> list[nabij.SourceAround]:
        return self._loop.run(self._client.nearby_at(cell, k))

    def places(self, query: str) -> list[nabij.Place]:
        return self._loop.run(self._client.places(query))

    def withdraw(self, signals: Iterable[str] | None = None) -> nabij.Withdrawal:
        return self._loop.run(self._client.withdraw(signals))


AnyClient: TypeAlias = nabij.Client | BlockingClient


def blocking_async_client(address: str, *, token: nabij.Token) -> BlockingClient:
    """An asynchronous client to be used like the other."""
    return BlockingClient(nabij.AsyncClient(address, token=token))


def sensors(position: nabij.Position = HOME) -> dict[str, FakeSensor]:
    """One of each kind, with one reading each."""
    return {
        "gps": FakeSensor(position),
        "gsm": FakeSensor(GsmState(Radio.G4, connected=True, roaming=False, level=3)),
        "wifi": FakeSensor(WifiState(connected=True, metered=False, level=4)),
    }


def allow(client: AnyClient, *signals: str) -> None:
    """See the notice, and agree."""
    client.grant(client.notice(), signals=signals)


def stand_at(client: AnyClient, *positions: nabij.Position) -> None:
    """Agree to gps, and read the last of the positions."""
    allow(client, "gps")
    receiver = Replay(positions)
    for _position in positions:
        client.collect({"gps": receiver})
