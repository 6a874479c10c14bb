"""Rate limits of a customer and of an address, and limits of open streams.

Rules:

1. withdrawing and erasing are never limited, so that nobody is kept from either;
2. an address of this machine is not limited: it is a proxy's, or a developer's;
3. an IPv6 address counts as its /64, of which one household has all;
4. limits are kept in memory alone, and so are addresses: until they have their whole burst again
   and another request comes.
"""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Self
from uuid import UUID

from starlette.types import ASGIApp, Receive, Scope, Send

from nabij_backend.http.every_answer import EveryAnswer
from nabij_backend.http.problems import too_many
from nabij_backend.settings import Settings
from nabij_backend.shares import Rates, Shares, TooMany, TooManyAtOnce

# So many seconds' worth may come at once: a phone that was offline, or a page that opens.
_BURST_S = 10
_STREAMS_EACH = 10
# Reports of vulnerabilities in an hour.
_REPORTS_EACH = 5
_REPORTS_IN_ALL = 100
_HOUR_S = 3_600
_A_MOMENT_S = 1.0
_HOUSEHOLD = 64
_UNLIMITED = frozenset({("POST", "/v1/consents/withdrawals"), ("DELETE", "/v1/me")})


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one process."""

    customers: Rates
    addresses: Rates
    streams: Shares
    streams_in_all: Shares
    reports: Rates
    reports_in_all: Rates

    @classmethod
    def of(cls, settings: Settings, seconds: Callable[[], float] = time.monotonic) -> Self:
        """Make those of a service that has just begun."""
        return cls(
            customers=_rates(settings.customer_rate, seconds),
            addresses=_rates(settings.address_rate, seconds),
            streams=Shares(_STREAMS_EACH, wait_s=0),
            streams_in_all=Shares(settings.streams, wait_s=0),
            reports=Rates(_REPORTS_EACH / _HOUR_S, _REPORTS_EACH, seconds),
            reports_in_all=Rates(_REPORTS_IN_ALL / _HOUR_S, _REPORTS_IN_ALL, seconds),
        )

    @asynccontextmanager
    async def stream(self, subject_id: UUID) -> AsyncGenerator[None]:
        """Have one of a customer's streams, and of the process's, while somebody is inside.

        Raises:
            TooMany: there is none.
        """
        try:
            async with self.streams.of(subject_id), self.streams_in_all.of(None):
                yield
        except TooManyAtOnce:
            raise TooMany(_A_MOMENT_S) from None


def _rates(per_s: float, seconds: Callable[[], float]) -> Rates:
    return Rates(per_s, max(1, int(per_s * _BURST_S)), seconds)


class AddressLimit:
    """Answers 429 to an address that asks too often."""

    def __init__(self, app: ASGIApp, rates: Callable[[], Rates]) -> None:
        self._app = app
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        wait_s = 0.0
        if scope["type"] == "http" and (scope["method"], scope["path"]) not in _UNLIMITED:
            asking = household(scope)
            wait_s = self._rates().take(asking) if asking else 0.0
        await (EveryAnswer(too_many(wait_s)) if wait_s else self._app)(scope, receive, send)


def household(scope: Scope) -> str | None:
    """Return the address that asks, or its network.

    None: this machine, or a socket without address.
    """
    try:
        address = ip_address(scope["client"][0])
    except (TypeError, ValueError):
        return None  # a socket that has no address
    if address.is_loopback:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, _HOUSEHOLD), strict=False))
    return str(address)
