"""Customers who agree, report and take back while everything else goes on."""

import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx2

from nabij_backend.clock import utc_now
from tests.backend.cli.commands import PATIENCE_S
from tests.contract.running import RunningService
from tests.service import CallerOf, by_signal

_CUSTOMERS_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Direct:
    """The service as one connection reaches it."""

    http: httpx2.Client
    clock = staticmethod(utc_now)


Customer = CallerOf[Direct]


@dataclass(slots=True)
class Load:
    """Acts as they were acknowledged.

    Attributes:
        receipts: what the service signed, in the order of each customer.
        grants: customers, each with the epoch of what they once allowed.
        withdrawn: how many of them took it back.
        told_anew: reports that were refused once, and accepted under the epoch that lives now.
    """

    service: RunningService
    http: httpx2.Client
    receipts: list[str] = field(default_factory=list[str])
    grants: list[tuple[Customer, int]] = field(default_factory=list[tuple[Customer, int]])
    withdrawn: int = 0
    told_anew: int = 0
    _is_over: threading.Event = field(default_factory=threading.Event)
    _has_acted: threading.Event = field(default_factory=threading.Event)

    def customer(self, name: str | None = None) -> Customer:
        """Somebody who is signed in."""
        token = self.service.token(name or uuid4().hex)() or ""
        return CallerOf(Direct(self.http), token)

    def grant(self, customer: Customer) -> int:
        """Let them agree; the epoch of what they allow."""
        answer = customer.post("/v1/consents", customer.act("granted", ["gps", "wifi"]))
        assert answer.is_success, answer.text
        self.receipts.append(answer.json()["receipt"])
        epoch = by_signal(answer)["gps"]["epoch"]
        self.grants.append((customer, epoch))
        return epoch

    def withdraw(self, customer: Customer) -> None:
        """Let them take it back."""
        answer = customer.withdraw()
        assert answer.is_success, answer.text
        self.receipts.append(answer.json()["receipt"])
        self.withdrawn += 1

    def wait_for_another(self) -> None:
        """Return once somebody has acted since."""
        self._has_acted.clear()
        assert self._has_acted.wait(PATIENCE_S)

    @contextmanager
    def going_on(self) -> Generator[None]:
        """Let customers come and go meanwhile."""
        with ThreadPoolExecutor(_CUSTOMERS_AT_ONCE) as threads:
            going = [threads.submit(self._act) for _ in range(_CUSTOMERS_AT_ONCE)]
            try:
                yield
            finally:
                self._is_over.set()
        for each in going:
            each.result()

    def _act(self) -> None:
        while not self._is_over.is_set():
            customer = self.customer()
            epoch = self.grant(customer)
            told = customer.put_status(customer.gps(epoch))
            if not told.json()["accepted"]:
                self.told_anew += 1
                told = customer.put_status(customer.gps(customer.epoch()))
            assert told.json()["accepted"], told.text
            if len(self.grants) % 2:
                self.withdraw(customer)
            self._has_acted.set()


@contextmanager
def load_on(
    service: RunningService, transport: httpx2.BaseTransport | None = None
) -> Generator[Load]:
    """Customers of a service, who share connections."""
    with httpx2.Client(base_url=service.address, timeout=PATIENCE_S, transport=transport) as http:
        yield Load(service, http)
