"""What can go wrong between an app and the service.

``FakeService.failing`` and ``fail_next`` take these. A fault gets the request and a way to have it
answered. Whether the service hears of the request, does what it asks, and whether the answer
arrives is up to the fault.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

import httpx2

from nabij.testing._service.problems import refused

Serve: TypeAlias = Callable[[], httpx2.Response]
"""Lets the service do what the request asks, and returns its answer."""

_LOGIN_PAGE: Final = b"<!doctype html><title>Welcome to our Wi-Fi</title>"


class Fault(Protocol):
    """One way to fail."""

    def __call__(self, request: httpx2.Request, serve: Serve) -> httpx2.Response:
        """Return the answer that arrives instead, or an error of the network."""
        ...


@dataclass(frozen=True, slots=True)
class Offline:
    """No request arrives."""

    def __call__(self, request: httpx2.Request, serve: Serve) -> httpx2.Response:  # noqa: ARG002
        """Fails.

        Raises:
            ConnectError: always.
        """
        raise httpx2.ConnectError("The network is down.", request=request)


@dataclass(frozen=True, slots=True)
class LostAnswer:
    """The service does what it is asked, and nobody hears of it."""

    def __call__(self, request: httpx2.Request, serve: Serve) -> httpx2.Response:
        """Fails afterwards.

        Raises:
            ReadError: always.
        """
        serve()
        raise httpx2.ReadError("The connection broke.", request=request)


@dataclass(frozen=True, slots=True)
class TooManyRequests:
    """429: come back after so many seconds."""

    retry_after_s: int = 30

    def __call__(self, request: httpx2.Request, serve: Serve) -> httpx2.Response:  # noqa: ARG002
        """Return the refusal."""
        return refused("too-many-requests", headers={"Retry-After": str(self.retry_after_s)})


@dataclass(frozen=True, slots=True)
class ServerError:
    """500: the service broke before it did anything."""

    def __call__(self, request: httpx2.Request, serve: Serve) -> httpx2.Response:  # noqa: ARG002
        """Return the refusal."""
        return refused("internal")


@dataclass(frozen=True, slots=True)
class Nonsense:
    """An answer of something else than the service: of a hotel's Wi-Fi, for instance."""

    content: bytes = _LOGIN_PAGE
    status: int = 200

    def __call__(self, request: httpx2.Request, serve: Serve) -> httpx2.Response:  # noqa: ARG002
        """Return what came instead."""
        return httpx2.Response(
            self.status, content=self.content, headers={"Content-Type": "text/html"}
        )


@dataclass(frozen=True, slots=True)
class Slow:
    """The answer takes as long as ``meanwhile`` does.

    The service has done what it was asked; then ``meanwhile`` is called, and then the answer
    arrives. Turn a clock in it, wait for an event, or let the customer withdraw.
    """

    meanwhile: Callable[[], object]

    def __call__(self, request: httpx2.Request, serve: Serve) -> httpx2.Response:  # noqa: ARG002
        """Return the answer, later."""
        answer = serve()
        self.meanwhile()
        return answer
