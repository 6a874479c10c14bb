"""A week of two customers on one timetable, in different towns: the network cannot tell them apart.

Each phone looks, reports, ranks what is near, goes to work and home, is offline for a while, and
its customer types places. Between phone and service every request is taken apart. All that may
differ is who speaks, and the reports with the square that they tell.
"""

import json
import re
from collections.abc import Callable, Generator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import h11
import httpx2
import pytest

import nabij
from nabij.testing import ManualClock, SteadySensor
from nabij_geo import Position
from tests.contract.conftest import settings_of
from tests.contract.network import Network, network_to
from tests.contract.running import RunningService, make_up_sources, serving

_MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
_LOOK = timedelta(minutes=5)
_LOOKS_AN_HOUR = 3
_HOUR = timedelta(hours=1)
_WEEK = timedelta(days=7)
_NAMELESS = {
    *("/v1/catalogue", "/v1/places/all", "/v1/notice"),
}
_FILE = re.compile(r"/v1/catalogue/\d+/all")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@dataclass(frozen=True)
class Person:
    """Where somebody lives and works, and which places they type."""

    name: str
    home: Position
    work: Position
    typed: tuple[str, ...]


# Eight metres from a line of the grid, and in the middle of a square.
EVA = Person("eva", Position(52.16034, 5.37822), Position(52.0907, 5.1214), ("Amers", "Zeist"))
NOOR = Person("noor", Position(51.4312, 5.4039), Position(51.5555, 5.0913), ("Eind", "Tilburg"))


@dataclass(frozen=True)
class Request:
    """What one request said."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: Any = field(repr=False)

    @property
    def has_name(self) -> bool:
        """Whether it says who asks."""
        return any(name in {"authorization", "cookie"} for name, _ in self.headers)

    @property
    def is_report(self) -> bool:
        """Whether it tells a square."""
        return (self.method, self.path.endswith("/status")) == ("PUT", True)

    def without_who(self) -> "Request":
        """The same but for who says it."""
        told = {"authorization": "", "content-length": "", "host": ""}
        if self.has_name:
            told["if-none-match"] = ""  # of the customer's own consents
        headers = tuple((name, told.get(name, value)) for name, value in self.headers)
        body = json.loads(_ID.sub("", json.dumps(self.body)))
        return Request(self.method, _ID.sub("", self.path), headers, body)


def requests_in(connection: bytes) -> list[Request]:
    """The requests that a phone made on one connection, by h11."""
    parser = h11.Connection(h11.SERVER)
    parser.receive_data(connection)
    found: list[Request] = []
    head, body = None, b""
    while True:
        event = parser.next_event()
        if isinstance(event, h11.Request):
            head, body = event, b""
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            assert head is not None
            headers = tuple((name.decode(), value.decode()) for name, value in head.headers)
            said = json.loads(body) if body else None
            found.append(Request(head.method.decode(), head.target.decode(), headers, said))
            parser.send(h11.Response(status_code=204, headers=[]))
            parser.send(h11.EndOfMessage())
            with suppress(h11.LocalProtocolError):
                parser.start_next_cycle()
        else:
            return found


class Week:
    """A week of one phone."""

    def __init__(self, person: Person, network: Network, service: RunningService) -> None:
        self._person = person
        self._network = network
        self._chance = Random(7)  # noqa: S311 - the same noise for everybody
        ids = Random(person.name)  # noqa: S311 - ids that are the same in every run
        self._gps = SteadySensor(person.home)
        assert isinstance(service.clock, ManualClock)
        self._clock = service.clock
        self.told: set[str] = set()
        self.client = nabij.Client(
            network.address,
            token=service.token(person.name),
            sensors={"gps": self._gps},
            clock=service.clock,
            new_id=lambda: UUID(int=ids.getrandbits(128), version=4),
            chance=Random(3).random,  # noqa: S311 - the same pauses for everybody
        )

    def live(self) -> None:
        """Agree, and let the week pass."""
        self.client.grant(self.client.notice("en"), ["gps"])
        begun = self._clock()
        for look in range(_WEEK // _HOUR * _LOOKS_AN_HOUR):
            hours, looks = divmod(look, _LOOKS_AN_HOUR)
            self._clock.advance(begun + hours * _HOUR + looks * _LOOK - self._clock())
            self._gps.reading = self._position()
            self._network.down = self._clock().hour == 13  # lunch, underground
            if self._clock().hour in {0, 12} and not looks:
                self._try(self.client.refresh)
            self._try(self.client.collect)
            self._try(self.client.report)
            if not looks:
                self._try(lambda: self.client.nearby(self._chance.randint(1, 20)))
            if self._clock().hour % 8 == 0 and not looks:
                self._try(self._type_a_place)
        self._network.down = False

    def _type_a_place(self) -> None:
        for typed in self._person.typed:
            (place, *_) = self.client.places(typed)
            assert self.client.nearby_at(place.cell, 5)

    def _try(self, act: Callable[[], object]) -> None:
        with suppress(nabij.NotReachable, nabij.NoPosition):
            act()

    def _position(self) -> Position:
        """At home, at work, or between the two; with the noise of a receiver."""
        now = self._clock()
        home, work = self._person.home, self._person.work
        minutes = now.hour * 60 + now.minute
        way = min(max((minutes - 480) / 60, 0.0), 1.0) - min(max((minutes - 1020) / 60, 0.0), 1.0)
        noise = (self._chance.gauss(0, 5e-5), self._chance.gauss(0, 8e-5))
        return Position(
            home.latitude_deg + way * (work.latitude_deg - home.latitude_deg) + noise[0],
            home.longitude_deg + way * (work.longitude_deg - home.longitude_deg) + noise[1],
            10.0,
        )


@pytest.fixture(scope="module")
def service(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningService]:
    """A service whose clock is turned by hand, with a made-up community."""
    make_up_sources(shared_url)
    settings = settings_of(shared_url, tmp_path_factory.mktemp("week"))
    clock = ManualClock(_MONDAY)
    with serving(settings, clock) as running:
        yield running


def lived(person: Person, service: RunningService) -> list[list[Request]]:
    """What a phone said in that week, connection by connection."""
    assert isinstance(service.clock, ManualClock)
    service.clock.advance(_MONDAY - service.clock())
    with ExitStack() as stack:
        network = stack.enter_context(network_to(service.address))
        week = Week(person, network, service)
        stack.callback(week.client.close)
        week.live()
        return [requests_in(bytes(each)) for each in network.connections]


@pytest.fixture(scope="module")
def weeks(service: RunningService) -> dict[str, list[list[Request]]]:
    return {each.name: lived(each, service) for each in (EVA, NOOR)}


def sequence(connections: list[list[Request]], *, named: bool) -> list[Request]:
    """The requests with or without a name in order, but for the reports."""
    return [
        each.without_who()
        for connection in connections
        for each in connection
        if each.has_name is named and not each.is_report
    ]


def test_the_week_has_what_a_week_has(weeks: dict[str, list[list[Request]]]) -> None:
    for name in ("eva", "noor"):
        every = [each for connection in weeks[name] for each in connection]
        told = [report for each in every if each.is_report for report in each.body["reports"]]
        assert len({report["cell"] for report in told}) == 2
        fields = {"id", "purpose", "signal", "epoch", "hour", "cell"}
        assert all(report.keys() == fields for report in told)
        assert len([each for each in every if each.path == "/v1/catalogue"]) >= 7
        assert len([each for each in every if _FILE.fullmatch(each.path)]) == 1


def test_no_request_depends_on_where_the_phone_is(weeks: dict[str, list[list[Request]]]) -> None:
    for named in (False, True):
        assert sequence(weeks["eva"], named=named) == sequence(weeks["noor"], named=named)


def test_without_a_name_only_this_is_asked(weeks: dict[str, list[list[Request]]]) -> None:
    for connections in weeks.values():
        for each in sequence(connections, named=False):
            path, _, query = each.path.partition("?")
            assert path in _NAMELESS or _FILE.fullmatch(path)
            assert query in {"", "locale=en"}
            assert (each.method, each.body) == ("GET", None)
            names = {name for name, _ in each.headers}
            assert names <= {
                *("host", "accept", "accept-encoding", "user-agent", "connection"),
                "if-none-match",
            }


def test_no_connection_carries_both(weeks: dict[str, list[list[Request]]]) -> None:
    for connections in weeks.values():
        kinds = [{each.has_name for each in connection} for connection in connections]
        assert {True} in kinds
        assert {False} in kinds
        assert {True, False} not in kinds


def test_the_old_question_would_be_seen(
    service: RunningService, weeks: dict[str, list[list[Request]]]
) -> None:
    asked: dict[str, list[list[Request]]] = {}
    for person in (EVA, NOOR):
        with network_to(service.address) as network, httpx2.Client() as http:
            cell = nabij.Cell.containing(person.home)
            http.get(f"{network.address}/v1/cells/{cell.code}/sources")
            more = [requests_in(bytes(each)) for each in network.connections]
        asked[person.name] = weeks[person.name] + more
    assert sequence(asked["eva"], named=False) != sequence(asked["noor"], named=False)
