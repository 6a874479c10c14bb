"""Calls as httpx2 requests, and its responses as answers: what both clients share."""

import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, TypeAlias

import httpx2

from nabij._errors import NotSignedIn
from nabij._listening import LONGEST_SILENCE_S
from nabij._wire import Answer, Call, Identity

Token: TypeAlias = Callable[[], str | None]
"""Returns the customer's current token, or None while nobody is signed in."""

TIMEOUT_S: Final = 10.0

_TELLING_HEADERS: Final = ("authorization", "cookie")


@dataclass(frozen=True, slots=True)
class Service:
    """Where the service is, and who asks it.

    Raises:
        ValueError: the address is none of the web.
    """

    base_url: str
    token: Token = field(repr=False)

    def __post_init__(self) -> None:
        if not _is_of_the_web(self.base_url):
            raise ValueError("The address of the service looks like https://nabij.example.")

    def token_for(self, call: Call) -> str | None:
        """The token that goes with ``call``; None where none does.

        Raises:
            NotSignedIn: the call is a customer's, and there is no token.
        """
        token = None if call.identity is Identity.NOBODY else self.token()
        if not token and call.identity is Identity.CUSTOMER:
            raise NotSignedIn
        return token or None

    def request(
        self, http: httpx2.Client | httpx2.AsyncClient, call: Call, token: str | None
    ) -> httpx2.Request:
        """The request for ``call``, with this token alone."""
        request = http.build_request(
            call.method,
            self.base_url.rstrip("/") + call.path,
            params=call.params or None,
            json=call.json,
            headers=call.headers or None,
        )
        # What an app's own client adds by default must not tell who asks a public question.
        for name in _TELLING_HEADERS:
            request.headers.pop(name, None)
        if token:
            request.headers["authorization"] = f"Bearer {token}"
        return request


def _is_of_the_web(address: str) -> bool:
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL:
        return False
    return url.scheme in {"http", "https"} and bool(url.host)


def is_event_stream(response: httpx2.Response) -> bool:
    """Whether ``response`` goes on with events; if not, it is an answer like any other."""
    media_type = response.headers.get("content-type", "").partition(";")[0].strip()
    return response.is_success and media_type == "text/event-stream"


def patient(request: httpx2.Request) -> httpx2.Request:
    """``request``, whose answer may be silent for as long as a stream of events may."""
    timeout = httpx2.Timeout(TIMEOUT_S, read=LONGEST_SILENCE_S)
    request.extensions["timeout"] = timeout.as_dict()
    return request


def interrupt(response: httpx2.Response) -> None:
    """Let whoever waits for more of ``response``, in another thread, wait no longer."""
    stream = response.extensions.get("network_stream")
    connection = stream.get_extra_info("socket") if stream else None
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):  # it has ended by itself
            connection.shutdown(socket.SHUT_RDWR)


def answer_of(response: httpx2.Response) -> Answer:
    """The answer that ``response`` gives."""
    try:
        body: object = response.json()
    except ValueError:
        body = None
    return Answer(
        response.status_code,
        body,
        {name.lower(): value for name, value in response.headers.items()},
    )


def body_of(call: Call) -> bytes:
    """The bytes that ``call`` sends."""
    return httpx2.Request(call.method, "https://nabij.example", json=call.json).content


def utc_now() -> datetime:
    """The time of the device's clock."""
    return datetime.now(UTC)
