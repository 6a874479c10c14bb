"""Calls as httpx2 requests, and its responses as answers: what both clients share."""

import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, TypeAlias

import httpx2

from nabij._callbacks import is_token
from nabij._errors import NotSignedIn
from nabij._listening import LONGEST_SILENCE_S
from nabij._wire import Answer, Call, Identity

Token: TypeAlias = Callable[[], str | None]
"""Returns the customer's current token, or None while nobody is signed in."""

TIMEOUT_S: Final = 10.0

_NAMELESS: Final = {"Accept": "*/*", "Accept-Encoding": "gzip", "User-Agent": "nabij"}


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
            raise ValueError(
                "The address of the service looks like https://nabij.example, without a password:"
                " it would go with calls that carry no name."
            )

    def token_for(self, call: Call) -> str | None:
        """Return the token that goes with ``call``; None where none does.

        Raises:
            NotSignedIn: the call is a customer's, and there is no token.
        """
        token = None if call.identity is Identity.NOBODY else self.token()
        if is_token(token):
            return token
        if token or call.identity is Identity.CUSTOMER:
            raise NotSignedIn
        return None

    def request(
        self, http: httpx2.Client | httpx2.AsyncClient, call: Call, token: str
    ) -> httpx2.Request:
        """Return the request for ``call``, with this token and no other credential."""
        request = http.build_request(
            call.method,
            self._url(call),
            params=call.params or None,
            json=call.json,
            headers=call.headers or None,
        )
        request.headers.pop("cookie", None)
        request.headers["authorization"] = f"Bearer {token}"
        return request

    def nameless(self, http: httpx2.Client | httpx2.AsyncClient, call: Call) -> httpx2.Request:
        """Return the request for ``call`` with just what HTTP needs: no header of the app's own."""
        return httpx2.Request(
            call.method,
            self._url(call),
            params=call.params or None,
            json=call.json,
            headers={**_NAMELESS, **call.headers},
            extensions={"timeout": http.timeout.as_dict()},
        )

    def _url(self, call: Call) -> str:
        return self.base_url.rstrip("/") + call.path


def _is_of_the_web(address: str) -> bool:
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL:
        return False
    return url.scheme in {"http", "https"} and bool(url.host) and not url.userinfo


def require_two(named: object, public: object) -> None:
    """Refuse connections of an app's own that would mix calls with a name and calls without.

    Raises:
        ValueError: only one was given, or both are one.
    """
    if (named is None) != (public is None) or (named is not None and named is public):
        raise ValueError(
            "Give both http and public_http, each a connection of its own: what carries no name"
            " must not share one with what does."
        )


def is_event_stream(response: httpx2.Response) -> bool:
    """Return whether ``response`` goes on with events; if not, it is an answer like any other."""
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
    """Return the answer that ``response`` gives."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, response.content, headers)


def body_of(call: Call) -> bytes:
    """Return the bytes that ``call`` sends."""
    return httpx2.Request(call.method, "https://nabij.example", json=call.json).content


def utc_now() -> datetime:
    """Return the time of the device's clock."""
    return datetime.now(UTC)
