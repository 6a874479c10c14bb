"""The service in memory and the real one, met by the same callers."""

from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import httpx2

from nabij.testing import FakeService, Fault, ManualClock
from nabij_consent import Notice
from tests.service import CallerOf, Service


@dataclass(frozen=True, slots=True)
class InMemory:
    """The service in memory, as a caller meets it."""

    fake: FakeService
    http: httpx2.Client
    clock: ManualClock

    @classmethod
    def of(cls, fake: FakeService) -> "InMemory":
        http = httpx2.Client(transport=fake, base_url=fake.url)
        return cls(fake, http, fake.clock)

    def token(self, name: str) -> str:
        return self.fake.token(name)() or ""

    def publish(self, following: Notice) -> None:
        self.fake.publish(following)


class Failing(httpx2.BaseTransport):
    """The real service, with the faults of the one in memory before it."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._faults: deque[Fault] = deque()

    def fail_next(self, *faults: Fault) -> None:
        self._faults.extend(faults)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        serve = partial(self._serve, request)
        return self._faults.popleft()(request, serve) if self._faults else serve()

    def _serve(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        answer = self._service.http.send(request)
        return httpx2.Response(
            answer.status_code, headers=answer.headers, content=answer.content, request=request
        )


Caller: TypeAlias = CallerOf[InMemory | Service]


def eva_at(service: InMemory | Service) -> Caller:
    return CallerOf(service, service.token("eva"))
