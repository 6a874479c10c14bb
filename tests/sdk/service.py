"""What the service says, as JSON values, and a conversation with it played by hand."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, Unpack
from uuid import UUID, uuid5

from nabij import Collected, GpsGrant, NabijError, NotReachable, Permission, Purpose, ShownNotice
from nabij._adapters import Adapters
from nabij._decode import read_shown_notice
from nabij._engine import Sensing
from nabij._running import RunningSensors
from nabij._shell import Choices, Setup
from nabij._telling import Network
from nabij._wire import Answer, Call
from nabij.sensors import Sensors
from nabij.testing import ManualClock
from nabij_consent import NEARBY_SOURCES, Notice, Signal, notice_digest, notice_document
from nabij_geo import EVERYWHERE, Catalogue, CatalogueSource, Cell, Position, encode
from tests.consent.values import notice
from tests.geo import catalogues

T = TypeVar("T")
Document = dict[str, Any]

NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
DEVICE_ID = UUID("00000000-0000-4000-8000-000000000001")
TOKEN = "eyJ.secret.token"  # noqa: S105 - made up
NONCE = "7d8f2f7e-3c55-4b7e-9d4c-2f6f8f3f9a11"

UTRECHT = Position(52.0907, 5.1214)
UTRECHT_CELL = "CRS3035RES1000mN3231000E3986000"
VELDHOVEN = Position(51.4312, 5.4039)


class NewIds:
    """Fresh ids, the same ones in every test."""

    def __init__(self) -> None:
        self._made = 0

    def __call__(self) -> UUID:
        self._made += 1
        return uuid5(DEVICE_ID, str(self._made))


class Phone:
    """An engine with a clock to turn, and what it asked of the network."""

    def __init__(self, **setup: Unpack[Choices]) -> None:
        self.clock = ManualClock(NOW)
        usual: Choices = {
            "device_id": DEVICE_ID,
            "clock": self.clock,
            "new_id": NewIds(),
            "coarsening": "plain",
            "chance": lambda: 0.0,
        }
        chosen = Setup(**(usual | setup))
        self.device = chosen.device()
        self.engine = chosen.engine(self.device)
        self.calls: list[Call] = []

    def play(self, case: Network[T], *replies: Answer | NabijError) -> T:
        """Run a use case, answering its calls in order; fails where it makes more or fewer."""
        left = iter(replies)
        try:
            call = next(case)
            while True:
                self.calls.append(call)
                reply = next(left)
                call = case.throw(reply) if isinstance(reply, NabijError) else case.send(reply)
        except StopIteration as finished:
            assert next(left, None) is None, "fewer calls than answers"
            return finished.value

    def ask(self, case: Network[T], service: Callable[[Call], Answer | NabijError]) -> T:
        """Run a use case against a service that answers whatever is asked."""
        try:
            call = next(case)
            while True:
                self.calls.append(call)
                reply = service(call)
                call = case.throw(reply) if isinstance(reply, NabijError) else case.send(reply)
        except StopIteration as finished:
            return finished.value

    def collect(
        self, sensors: Sensors, purpose: Purpose = NEARBY_SOURCES, *, timeout_s: float = 1.0
    ) -> Collected:
        """Collect with these adapters, as a client that was given them does."""
        self.device.adapters = Adapters(sensors)
        return _drive(self.engine.collect(purpose, timeout_s))

    def withdraw_offline(self, *signals: str) -> None:
        """Withdraw where nobody can be told."""
        told = self.play(self.engine.withdraw(None, signals or None), NotReachable())
        assert not told.told_server

    def gps_grant(self) -> GpsGrant:
        """The gate's word that positions may be read."""
        grant = self.device.live(NEARBY_SOURCES, Signal.GPS)
        assert isinstance(grant, GpsGrant)
        return grant

    def permission(self, signal: Signal) -> Permission:
        """Whether the signal may be collected for the usual purpose."""
        return self.device.permission(NEARBY_SOURCES, signal)

    def granted(self, *signals: str, epoch: int = 1) -> "Phone":
        """The same phone, after the customer agreed."""
        case = self.engine.grant(shown(), NEARBY_SOURCES, signals)
        self.play(case, answer(recorded(allowed(*signals, epoch=epoch))))
        return self

    def paths(self) -> list[str]:
        """Where the calls went."""
        return [call.path for call in self.calls]


def _drive(case: Sensing[T]) -> T:
    try:
        sense = next(case)
        while True:
            try:
                reading = RunningSensors().read(sense)
            except NabijError as error:
                sense = case.throw(error)
            else:
                sense = case.send(reading)
    except StopIteration as finished:
        return finished.value


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    """An answer of the service."""
    return Answer(status, json.dumps(body).encode(), headers)


def problem(slug: str, status: int, **members: object) -> Answer:
    """A refusal of the service."""
    title = "What is wrong and what to do about it."
    return answer({"type": f"/problems/{slug}", "title": title, **members}, status)


def served(each: Notice | None = None, locale: str = "nl", nonce: str | None = NONCE) -> Document:
    """A notice as the service shows it."""
    each = each or notice()
    return {
        "notice": notice_document(each),
        "digest": notice_digest(each),
        "locale": locale,
        "nonce": nonce,
    }


def shown(each: Notice | None = None) -> ShownNotice:
    """A notice as the app has it."""
    return read_shown_notice(served(each))


def permission(signal: str, **members: object) -> Document:
    """One permission: refused, unless members say otherwise."""
    return {
        "purpose": "nearby-sources",
        "signal": signal,
        "allowed": False,
        "reasons": ["never-answered", "no-grant"],
        "latest": None,
        "epoch": None,
        "resolution_m": None,
        "granted_at": None,
        "expires_at": None,
        **members,
    }


def allowed(*signals: str, epoch: int = 1, resolution_m: int = 1_000) -> list[Document]:
    """Permissions of every signal, with these ones allowed for a year."""
    granted: Document = {
        "allowed": True,
        "reasons": [],
        "latest": "granted",
        "epoch": epoch,
        "granted_at": NOW.isoformat(),
        "expires_at": (NOW + timedelta(days=365)).isoformat(),
    }
    return [
        permission(
            each,
            **(granted if each in signals else {}),
            **({"resolution_m": resolution_m} if each == "gps" and each in signals else {}),
        )
        for each in Signal
    ]


def consents(permissions: list[Document], version: int = 3, as_of: int = 0) -> Document:
    """What is permitted."""
    return {"notice_version": version, "as_of": as_of, "permissions": permissions}


def recorded(
    permissions: list[Document],
    *,
    as_of: int = 0,
    devices: tuple[str, ...] = (),
    receipt: str | None = None,
    **erased: int,
) -> Document:
    """The answer to an act; ``devices`` are in these states."""
    return {
        **consents(permissions, as_of=as_of),
        "devices": [
            {"id": str(uuid5(DEVICE_ID, str(place))), "platform": "ios", "state": state}
            for place, state in enumerate(devices)
        ],
        "receipt": receipt,
        "event_id": str(DEVICE_ID),
        "recorded_at": NOW.isoformat(),
        "erased": {"gps_status": 0, "gsm_status": 0, "wifi_status": 0, **erased},
    }


def source(name: str, position: Position, **changed: object) -> CatalogueSource:
    """A source of the catalogue: a cooperative's roof, unless told otherwise."""
    usual = {"name": f"Zon op {name}", "story": "Samen op het dak.", "capacity_kw": 12.5}
    return catalogues.source(name, position, **(usual | changed))


class Published:
    """A version of the catalogue as the service publishes it.

    ``by_region``: in regions of 100 km alone, as a catalogue that is too large for one file.
    """

    def __init__(
        self, *sources: CatalogueSource, version: int = 1, by_region: bool = False
    ) -> None:
        regions: dict[str, list[CatalogueSource]] = {}
        for each in sources:
            region = Cell.containing(each.position, 100_000).code if by_region else EVERYWHERE
            regions.setdefault(region, []).append(each)
        self.files = {
            f"/v1/catalogue/{version}/{region}": json.dumps(
                encode(Catalogue.of(version, region, held))
            ).encode()
            for region, held in (regions or {EVERYWHERE: []}).items()
        }
        self.version = version

    @property
    def manifest(self) -> Answer:
        """The answer that says what there is."""
        files = [
            {
                "region": path.rpartition("/")[2],
                "path": path,
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for path, content in self.files.items()
        ]
        document = {"version": self.version, "changed_at": NOW.isoformat(), "files": files}
        return answer(document, etag=f'"v{self.version}"')

    @property
    def file(self) -> Answer:
        """The answer with everything in it."""
        (content,) = self.files.values()
        return Answer(200, content)

    def __call__(self, call: Call) -> Answer:
        """The answer to a call, whichever it is."""
        if call.path == "/v1/catalogue":
            known = call.headers.get("If-None-Match") == f'"v{self.version}"'
            return Answer(304, b"") if known else self.manifest
        if call.path in self.files:
            return Answer(200, self.files[call.path])
        return problem("other-catalogue", 410)


def said(call: Call) -> Document:
    """The JSON that a call sends."""
    assert isinstance(call.json, dict)
    return dict(call.json)
