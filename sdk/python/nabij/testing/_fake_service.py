"""The service in memory, behind a transport of httpx2.

    service = FakeService()
    with nabij.Client(
        service.url,
        token=service.token("eva"),
        http=service.http(),
        public_http=service.http(),
        clock=service.clock,
    ) as client:
        client.grant(client.notice(), ["gps"])
    assert service.acts[-1].kind == "granted"

It answers what the SDK asks as the real service does, problems included, and keeps what it was
sent for a test to look at. Threads and tasks may share it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final
from uuid import UUID, uuid4

import httpx2

from nabij._http import Token
from nabij._values import Place, Source
from nabij.testing._clock import ManualClock
from nabij.testing._faults import Fault, Offline
from nabij.testing._other_device import OtherDevice
from nabij.testing._service.defaults import EXAMPLE_PLACES, EXAMPLE_SOURCES, example_notice
from nabij.testing._service.routes import Visit, find_route, serve
from nabij.testing._service.traffic import (
    Moment,
    ReceivedAct,
    ReceivedStatus,
    SentRequest,
    signals_in,
)
from nabij.testing._service.world import World
from nabij_consent import Json, Notice, Signal

_EXAMPLE_NOTICE: Final = example_notice()


class FakeService(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """The service, for as long as a test runs.

    Args:
        notice: what customers are shown; None: nothing was published.
        clock: the service's time; hand the same to the client.
        sources: the catalogue.
        places: what customers can type.
        new_id: returns a fresh id.

    Attributes:
        url: what to give a client as the service's address.
        requests: every request that was begun, in order, arrived or not.
    """

    url = "https://nabij.example"

    def __init__(
        self,
        notice: Notice | None = _EXAMPLE_NOTICE,
        *,
        clock: ManualClock | None = None,
        sources: Sequence[Source] = EXAMPLE_SOURCES,
        places: Sequence[Place] = EXAMPLE_PLACES,
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        self.clock = clock or ManualClock()
        self.requests: list[SentRequest] = []
        self._world = World(notice, sources, places, self.clock, new_id)
        self._fault: Fault | None = None
        self._next_faults: deque[Fault] = deque()

    def http(self) -> httpx2.Client:
        """Return a connection for ``nabij.Client``."""
        return httpx2.Client(transport=self)

    def async_http(self) -> httpx2.AsyncClient:
        """Return a connection for ``nabij.AsyncClient``."""
        return httpx2.AsyncClient(transport=self)

    def token(self, account: str) -> Token:
        """Somebody's sign-in: each token that it returns lasts a day by the service's clock."""

        def fresh() -> str:
            with self._world.lock:
                return self._world.issue(account)

        return fresh

    @property
    def statuses(self) -> Sequence[ReceivedStatus]:
        """Every report that arrived, in order, accepted or not."""
        return tuple(self._world.statuses)

    @property
    def acts(self) -> Sequence[ReceivedAct]:
        """Every act of consent that was recorded, in order."""
        return tuple(self._world.acts)

    def kept(self, account: str) -> Mapping[tuple[Signal, UUID], Mapping[str, Json]]:
        """Return what is kept of somebody now, by signal and device."""
        with self._world.lock:
            return self._world.person(account).grants.kept()

    def moment(self) -> Moment:
        """Now, in the order of requests: for ``assert_nothing_sent_after``."""
        return len(self.requests)

    def publish(self, notice: Notice) -> None:
        """Show another notice from now on."""
        with self._world.lock:
            self._world.publish(notice)

    def other_device(self, account: str) -> OtherDevice:
        """Another device of somebody, which does what it is told."""
        return OtherDevice(self._world, account)

    def erase(self, account: str) -> None:
        """Erase somebody's account, as ``DELETE /v1/me`` does; they may sign in again."""
        with self._world.lock:
            self._world.erase(account)

    def fail_next(self, *faults: Fault) -> None:
        """Let each of the next requests meet one of these."""
        self._next_faults.extend(faults)

    @contextmanager
    def failing(self, fault: Fault) -> Generator[None]:
        """Let every request meet ``fault``; while offline, streams break too."""
        before, self._fault = self._fault, fault
        if isinstance(fault, Offline):
            self._world.cut_streams()
        try:
            yield
        finally:
            self._fault = before

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer, for a client that waits."""
        request.read()
        return self._answer(request)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer in a thread, so that a slow answer holds up nobody else."""
        await request.aread()
        return await asyncio.to_thread(self._answer, request)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        world = self._world
        route, parts = find_route(request)
        with world.lock:
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            visit = Visit(world, request, parts, world.account_of(token))
            self.requests.append(SentRequest(world.now, route, visit.account, signals_in(request)))
            fault = self._next_faults.popleft() if self._next_faults else self._fault

        def answer() -> httpx2.Response:
            with world.lock:
                return serve(route, visit)

        answered = answer() if fault is None else fault(request, answer)
        answered.headers.setdefault("Cache-Control", "no-store")
        return answered
