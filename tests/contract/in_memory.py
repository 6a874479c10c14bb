"""The service in memory and the real one, met by the same callers."""

from dataclasses import dataclass
from typing import TypeAlias

import httpx2

from nabij.testing import FakeService, ManualClock
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


Caller: TypeAlias = CallerOf[InMemory | Service]


def eva_at(service: InMemory | Service) -> Caller:
    return CallerOf(service, service.token("eva"))
