"""The service as a caller meets it: over HTTP, signed in as somebody or as nobody."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Generic, Protocol, Self, TypeVar
from uuid import UUID, uuid4

import httpx2
from fastapi import FastAPI

from nabij.testing import ManualClock
from nabij_backend.cli.notice import publish_notice
from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.identity import LocalIdentity
from nabij_backend.settings import Settings
from nabij_consent import NEARBY_SOURCES, Notice, NoticePurpose, Purpose, Signal
from nabij_geo import Resolution

PURPOSE = NEARBY_SOURCES.slug
AMSTERDAM = "CRS3035RES1000mN3263000E3973000"
UTRECHT = "CRS3035RES1000mN3231000E3986000"


@dataclass(frozen=True, slots=True)
class Service:
    """A running service and how to ask it, its identity provider, its clock and its settings."""

    app: FastAPI
    http: httpx2.Client
    identity: LocalIdentity
    clock: ManualClock
    settings: Settings

    def caller(self, name: str = "eva") -> "Caller":
        """Somebody who is signed in."""
        return Caller(self, self.token(name))

    def token(self, name: str, lifetime: timedelta = timedelta(days=1)) -> str:
        """A token that says so."""
        return self.identity.issue(name, now=self.clock(), lifetime=lifetime)

    def change(self, **settings: object) -> None:
        """Go on under other settings."""
        changed = self.settings.model_copy(update=settings)
        self.app.state.parts = replace(self.app.state.parts, settings=changed)

    def publish(self, notice: Notice) -> None:
        """Publish the next notice."""
        assert asyncio.run(publish_notice(self.settings.required_database_url, notice))


def notice(
    version: int,
    *,
    signals: Iterable[Signal] = Signal,
    resolution_m: Resolution = 1_000,
    purposes: Sequence[Purpose] = (NEARBY_SOURCES,),
    material_since: int | None = None,
) -> Notice:
    """The starter notice with these terms; a material change, unless an earlier version was."""
    starter = STARTER_NOTICE.purposes[0]
    terms = tuple(
        replace(each, resolution_m=resolution_m) if each.signal is Signal.GPS else each
        for each in starter.signals
        if each.signal in signals
    )
    parts = tuple(NoticePurpose(purpose, starter.title, terms) for purpose in purposes)
    since = material_since or version
    return replace(STARTER_NOTICE, version=version, material_since=since, purposes=parts)


class Served(Protocol):
    """What a caller needs of a service."""

    @property
    def http(self) -> httpx2.Client: ...

    @property
    def clock(self) -> Callable[[], datetime]: ...


Served_co = TypeVar("Served_co", bound=Served, covariant=True)


@dataclass(frozen=True, slots=True)
class CallerOf(Generic[Served_co]):
    """Somebody with a token and a device, at whichever service."""

    service: Served_co
    token: str = field(repr=False)
    device_id: UUID = field(default_factory=uuid4)
    begun: dict[int, int] = field(default_factory=dict[int, int], repr=False)
    """The epoch that each of this person's acts began, as far as it was made here."""

    def get(self, path: str, **parameters: str | int) -> httpx2.Response:
        """GET as this person."""
        return self.service.http.get(path, params=parameters, headers=self.headers)

    def post(self, path: str, body: object) -> httpx2.Response:
        """POST as this person."""
        answer = self.service.http.post(path, json=body, headers=self.headers)
        if path == "/v1/consents" and answer.status_code == HTTPStatus.CREATED:
            epochs = {each["epoch"] for each in answer.json()["permissions"]}
            for epoch in epochs - {None, *self.begun.values()}:
                self.begun[answer.json()["number"]] = epoch
        return answer

    def put(self, path: str, body: object) -> httpx2.Response:
        """PUT as this person."""
        return self.service.http.put(path, json=body, headers=self.headers)

    def delete(self, path: str) -> httpx2.Response:
        """DELETE as this person."""
        return self.service.http.delete(path, headers=self.headers)

    def put_status(self, *reports: dict[str, Any]) -> httpx2.Response:
        """Report as this person's device."""
        return self.service.http.put(
            f"/v1/devices/{self.device_id}/status",
            json={"platform": "linux", "reports": list(reports)},
            headers=self.headers,
        )

    def grant(self, signals: Sequence[str] = ("gps", "gsm", "wifi")) -> int:
        """Be shown the notice and agree; returns the epoch of the first signal."""
        answer = self.post("/v1/consents", self.act("granted", signals))
        assert answer.status_code == 201, answer.text
        return by_signal(answer)[signals[0]]["epoch"]

    def act(self, kind: str, signals: Sequence[str], purpose: str = PURPOSE) -> dict[str, Any]:
        """An answer to the notice as it is shown now."""
        shown = self.get("/v1/notice").json()
        return {
            "id": str(uuid4()),
            "kind": kind,
            "purpose": purpose,
            "signals": list(signals),
            "notice_version": shown["notice"]["version"],
            "nonce": shown["nonce"],
            "device_id": str(self.device_id),
            "occurred_at": self.service.clock().isoformat(),
        }

    def permissions(self) -> dict[str, dict[str, Any]]:
        """What this person permits now, by signal."""
        return by_signal(self.get("/v1/consents"))

    def epoch(self, signal: str = "gps") -> int:
        """Of the grant that lives for a signal; 1, which none has, where none lives."""
        return self.permissions()[signal]["epoch"] or 1

    def on_another_device(self) -> Self:
        """The same person, with a device of their own besides."""
        return replace(self, device_id=uuid4())

    def put_of_device(self, part: str, body: object) -> httpx2.Response:
        """Let this person's device say something of itself."""
        path = f"/v1/devices/{self.device_id}/{part}"
        return self.service.http.put(path, json=body, headers=self.headers)

    def device_states(self) -> dict[UUID, str]:
        """What is said of each device of this person."""
        return states_in(self.get("/v1/devices"))

    def withdraw(self, **scope: object) -> httpx2.Response:
        """Take consent back."""
        body = {
            "id": str(uuid4()),
            "device_id": str(self.device_id),
            "occurred_at": self.service.clock().isoformat(),
        }
        return self.post("/v1/consents/withdrawals", body | scope)

    def gps(self, epoch: int, cell: str = AMSTERDAM, **members: object) -> dict[str, Any]:
        """A report of a square, under an epoch or that of an act, by its number."""
        return {**self._report("gps", epoch), "cell": cell, **members}

    def gsm(self, epoch: int, **members: object) -> dict[str, Any]:
        """A report of the mobile network."""
        state = {"connected": True}
        return {**self._report("gsm", epoch), **state, **members}

    def wifi(self, epoch: int, **members: object) -> dict[str, Any]:
        """A report of Wi-Fi."""
        state = {"connected": True}
        return {**self._report("wifi", epoch), **state, **members}

    @property
    def headers(self) -> dict[str, str]:
        """How the person is told apart."""
        return {"Authorization": f"Bearer {self.token}"}

    def _report(self, signal: str, epoch: int) -> dict[str, Any]:
        hour = self.service.clock().replace(minute=0, second=0, microsecond=0)
        return {
            "id": str(uuid4()),
            "purpose": PURPOSE,
            "signal": signal,
            "epoch": self.begun.get(epoch, epoch),
            "hour": hour.isoformat(),
        }


class Caller(CallerOf[Service]):
    """Somebody at the real service."""

    __slots__ = ()


def by_signal(answer: httpx2.Response, purpose: str = PURPOSE) -> dict[str, dict[str, Any]]:
    """The permissions for a purpose in an answer."""
    permissions = answer.json()["permissions"]
    return {each["signal"]: each for each in permissions if each["purpose"] == purpose}


def states_in(answer: httpx2.Response) -> dict[UUID, str]:
    """What an answer says of each device."""
    return {UUID(each["id"]): each["state"] for each in answer.json()["devices"]}
