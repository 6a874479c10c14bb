"""Calls as httpx2 requests, and its responses as answers: what both clients share."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, TypeAlias

import httpx2

from nabij._engine import Sense
from nabij._errors import NotSignedIn
from nabij._wire import Answer, Call, Identity
from nabij.sensors import Reading

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

    def request(self, http: httpx2.Client | httpx2.AsyncClient, call: Call) -> httpx2.Request:
        """The request for ``call``, with the token where the call wants it and nowhere else.

        Raises:
            NotSignedIn: the call is a customer's, and there is no token.
        """
        request = http.build_request(
            call.method,
            self.base_url.rstrip("/") + call.path,
            params=call.params or None,
            json=call.json,
        )
        # What an app's own client adds by default must not tell who asks a public question.
        for name in _TELLING_HEADERS:
            request.headers.pop(name, None)
        token = None if call.identity is Identity.NOBODY else self.token()
        if token:
            request.headers["authorization"] = f"Bearer {token}"
        elif call.identity is Identity.CUSTOMER:
            raise NotSignedIn
        return request


def _is_of_the_web(address: str) -> bool:
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL:
        return False
    return url.scheme in {"http", "https"} and bool(url.host)


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


def read_sensor(sense: Sense) -> Reading:
    """Start the sensor, read it once and close it."""
    with contextlib.closing(sense.start()) as sensor:
        return sensor.read(sense.timeout_s)


def utc_now() -> datetime:
    """The time of the device's clock."""
    return datetime.now(UTC)
