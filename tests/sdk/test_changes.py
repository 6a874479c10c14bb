"""Both clients as they listen: streams that come, break, are refused, and end."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

import httpx2
import pytest

from nabij import AsyncClient, Change, Client, NotSignedIn, Token, _listening
from tests.sdk.service import DEVICE_ID, TOKEN, Document, allowed, consents, served

T = TypeVar("T")
EVENTS = (
    b'retry: 1\n\nevent: consent-changed\ndata: {"number": 1}\nid: 1-0\n\n'
    b'event: weather-changed\ndata: {}\n\nevent: consent-changed\ndata: {"number": 2}\nid: 2-0\n\n'
)


def signed_in() -> str:
    return TOKEN


class Service:
    """Answers as told when somebody wants to listen, and as usual otherwise."""

    def __init__(self, *streams: httpx2.Response | Exception) -> None:
        self._streams: Iterator[httpx2.Response | Exception] = iter(streams)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if request.url.path != "/v1/events":
            return httpx2.Response(200, json=usual(request))
        answer = next(self._streams)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def last_event_ids(self) -> list[str | None]:
        """What was said to be known, each time somebody began to listen."""
        listened = [each for each in self.requests if each.url.path == "/v1/events"]
        return [each.headers.get("Last-Event-ID") for each in listened]


def usual(request: httpx2.Request) -> Document:
    if request.url.path == "/v1/notice":
        return served()
    number = 2 if request.method == "GET" else 0
    return consents(allowed("gps"), as_of=number)


def stream(content: bytes = EVENTS) -> httpx2.Response:
    return httpx2.Response(200, content=content, headers={"Content-Type": "text/event-stream"})


def sync_changes(service: Service, until: int, token: Token = signed_in) -> list[Change]:
    """The changes that a client yields until it was closed after so many."""
    heard: list[Change] = []
    http = httpx2.Client(transport=httpx2.MockTransport(service))
    client = Client(
        "https://nabij.example",
        token=token,
        device_id=DEVICE_ID,
        http=http,
        public_http=httpx2.Client(transport=httpx2.MockTransport(service)),
    )
    for change in client.changes():
        heard.append(change)
        if len(heard) == until:
            client.close()
    return heard


def async_changes(service: Service, until: int, token: Token = signed_in) -> list[Change]:
    """The same of the other client."""

    async def play() -> list[Change]:
        heard: list[Change] = []
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(service))
        client = AsyncClient(
            "https://nabij.example",
            token=token,
            device_id=DEVICE_ID,
            http=http,
            public_http=httpx2.AsyncClient(transport=httpx2.MockTransport(service)),
        )
        async for change in client.changes():
            heard.append(change)
            if len(heard) == until:
                await client.close()
        return heard

    return asyncio.run(play())


both = pytest.mark.parametrize("changes", [sync_changes, async_changes])


class Changes(Protocol):
    """What either client hears, until it was closed after so many changes."""

    def __call__(self, service: Service, until: int, token: Token = ...) -> list[Change]: ...


@both
def test_changes_are_yielded_until_the_client_is_closed(changes: Changes) -> None:
    assert changes(Service(stream()), 2) == [Change.CONSENT, Change.CONSENT]


@both
def test_a_stream_that_ends_or_breaks_is_opened_again_where_it_was(changes: Changes) -> None:
    service = Service(
        stream(),
        httpx2.ReadError("gone"),
        httpx2.Response(503, json={}),
        stream(EVENTS),
    )
    assert len(changes(service, 4)) == 4
    assert service.last_event_ids() == [None, "2-0", "2-0", "2-0"]


INTERRUPTIONS: dict[str, Callable[[], httpx2.Response | Exception]] = {
    "no such address": lambda: httpx2.Response(404, json={}),
    "forbidden": lambda: httpx2.Response(403, json={}),
    "broken inside": lambda: httpx2.Response(500, content=b"oops"),
    "a hotel's portal": lambda: httpx2.Response(200, content=b"<html>Welcome</html>"),
    "on to a portal": lambda: httpx2.Response(302, headers={"location": "https://hotel.example"}),
    "no stream": lambda: httpx2.Response(200, json={"status": "alive"}),
    "an event without end": lambda: stream(b"data: x" * 20_000),
    "an event of nonsense": lambda: stream(b"event: consent-changed\ndata: [[\n\n"),
    "a number of nonsense": lambda: stream(b'event: consent-changed\ndata: {"number": "2"}\n\n'),
    "no bytes": lambda: stream(b""),
    "a broken protocol": lambda: httpx2.RemoteProtocolError("broken"),
}


@both
@pytest.mark.parametrize("interruption", INTERRUPTIONS)
def test_whatever_a_network_does_is_waited_out(
    changes: Changes, interruption: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_listening, "_USUAL_PAUSE_MS", 1)
    service = Service(INTERRUPTIONS[interruption](), stream())
    assert changes(service, 1) == [Change.CONSENT]


@both
def test_whatever_the_apps_token_does_is_waited_out(
    changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_listening, "_USUAL_PAUSE_MS", 1)
    answers = iter([LookupError("no keychain")])

    def token() -> str:
        for error in answers:
            raise error
        return TOKEN

    assert changes(Service(stream()), 1, token) == [Change.CONSENT]


@both
def test_who_is_signed_out_listens_no_longer(changes: Changes) -> None:
    with pytest.raises(NotSignedIn):
        changes(Service(httpx2.Response(401, json={})), 1)


@both
def test_listening_logs_nothing(changes: Changes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    changes(Service(stream()), 2)
    assert [each for each in caplog.records if each.name.startswith("http")] == []


@both
def test_only_the_service_hears_who_listens(changes: Changes) -> None:
    service = Service(stream())
    changes(service, 2)
    assert service.requests[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert service.requests[0].headers["Accept"] == "text/event-stream"
    assert service.requests[0].url.query == b""


def test_a_push_token_is_told_and_taken_back() -> None:
    service = Service()
    http = httpx2.Client(transport=httpx2.MockTransport(service))
    client = Client(
        "https://nabij.example",
        token=signed_in,
        device_id=DEVICE_ID,
        http=http,
        public_http=httpx2.Client(transport=httpx2.MockTransport(service)),
    )
    client.push_token("made-up-push-token:of-a-phone")
    client.push_token(None)
    path = f"/v1/devices/{DEVICE_ID}/push-token"
    assert [(each.method, each.url.path) for each in service.requests] == [
        ("PUT", path),
        ("DELETE", path),
    ]
    assert service.requests[0].content == b'{"push_token":"made-up-push-token:of-a-phone"}'
