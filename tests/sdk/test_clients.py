"""Both clients as shells: what goes over the wire, what comes back, and what is logged.

What the service does with a call is its own tests' part.
"""

import asyncio
import json
import logging
import threading
import traceback
from collections.abc import Awaitable, Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar, Literal, TypeVar, cast

import httpx2
import pytest

from nabij import (
    Allowed,
    AsyncClient,
    Cell,
    Client,
    NotReachable,
    NotSignedIn,
    Position,
    Reason,
    Refused,
    ServiceUnavailable,
    Signal,
    Token,
    UnknownAnswer,
)
from nabij.testing import FakeSensor, FakeService, ManualClock, Serve
from tests.sdk.service import (
    DEVICE_ID,
    NOW,
    TOKEN,
    UTRECHT,
    UTRECHT_CELL,
    Published,
    source,
)

if TYPE_CHECKING:
    from nabij._shell import Choices

T = TypeVar("T")
_PUBLIC = ("/v1/catalogue", "/v1/catalogue/1/all", "/v1/places/all")
Kind = Literal["sync", "async"]


class Wire(FakeService):
    """A service that keeps the requests as they are on the wire."""

    def __init__(self) -> None:
        super().__init__(clock=ManualClock(NOW))
        self.heard: list[httpx2.Request] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.heard.append(request)
        return super().handle_request(request)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.heard.append(request)
        return await super().handle_async_request(request)


class Shell:
    """A client of either kind, and a way to finish what it begins."""

    def __init__(
        self,
        kind: Kind,
        wire: Wire,
        token: Token | None = None,
        gps: FakeSensor[Position] | None = None,
        **defaults: str,
    ) -> None:
        self.token = token or wire.token("eva")
        self.gps = gps or FakeSensor(UTRECHT)
        setup: Choices = {
            "sensors": {"gps": self.gps},
            "coarsening": "plain",
            "device_id": DEVICE_ID,
            "platform": "android",
            "clock": wire.clock,
        }
        self._runner = asyncio.Runner()
        self.client: Client | AsyncClient
        if kind == "sync":
            self.client = Client(
                f"{wire.url}/",
                token=self.token,
                http=httpx2.Client(transport=wire, headers=defaults),
                public_http=httpx2.Client(transport=wire, headers=defaults),
                **setup,
            )
        else:
            self.client = AsyncClient(
                f"{wire.url}/",
                token=self.token,
                http=httpx2.AsyncClient(transport=wire, headers=defaults),
                public_http=httpx2.AsyncClient(transport=wire, headers=defaults),
                **setup,
            )

    def do(self, begun: T | Awaitable[T]) -> T:
        if isinstance(begun, Awaitable):
            return self._runner.run(_finish(cast("Awaitable[T]", begun)))
        return begun

    def forget(self) -> None:
        """Let the client know nothing any more, as after an event that it could not follow."""
        vars(self.client)["_device"].gate.forget()

    def close(self) -> None:
        self._runner.close()


async def _finish(begun: Awaitable[T]) -> T:
    return await begun


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


@pytest.fixture
def shell(kind: Kind, wire: Wire) -> Generator[Shell]:
    made = Shell(kind, wire)
    yield made
    made.close()


def test_the_whole_path(shell: Shell, wire: Wire) -> None:
    client = shell.client
    notice = shell.do(client.notice("en"))
    shell.do(client.grant(notice, ["gps"]))
    assert isinstance(client.permission("gps"), Allowed)
    assert shell.do(client.collect()).queued == ("gps",)
    assert (shell.gps.starts, shell.gps.closes) == (1, 1)
    assert shell.do(client.report()).accepted == 1
    assert [each.id for each in shell.do(client.nearby(1))] == ["old-weir"]
    around = shell.do(client.nearby_at(Cell.parse(UTRECHT_CELL)))
    assert [each.id for each in around][:1] == ["old-weir"]
    state = shell.do(client.catalogue())
    assert state is not None
    assert (state.version, state.outcome) == (1, "current")
    assert [each.name for each in shell.do(client.places("Utrecht"))] == ["Utrecht"]
    assert shell.do(client.withdraw()).erased[Signal.GPS] == 1
    assert client.permission("gps") == Refused((Reason.WITHDRAWN, Reason.NO_GRANT))
    assert [(each.method, each.url.path) for each in wire.heard] == [
        ("GET", "/v1/notice"),
        ("POST", "/v1/consents"),
        ("PUT", f"/v1/devices/{DEVICE_ID}/status"),
        ("GET", "/v1/catalogue"),
        ("GET", "/v1/catalogue/1/all"),
        ("GET", "/v1/places/all"),
        ("POST", "/v1/consents/withdrawals"),
    ]
    assert json.loads(wire.heard[2].content)["platform"] == "android"


def test_refusing_deferring_and_refreshing(shell: Shell, wire: Wire) -> None:
    notice = shell.do(shell.client.notice())
    shell.do(shell.client.refuse(notice, ["gps"]))
    shell.do(shell.client.defer(notice, ["gps"]))
    shell.do(shell.client.refresh())
    assert [each.kind for each in wire.acts] == ["refused", "deferred"]
    assert shell.client.permission("gps") == Refused((Reason.DEFERRED, Reason.NO_GRANT))


def test_the_token_goes_where_it_must_and_nowhere_else(kind: Kind, wire: Wire) -> None:
    shell = Shell(
        kind,
        wire,
        authorization="Bearer of the app",
        cookie="session=of-the-app",
        customer="eva",
    )
    cell = Cell.parse(UTRECHT_CELL)
    notice = shell.do(shell.client.notice())
    shell.do(shell.client.grant(notice, ["gps"]))
    shell.do(shell.client.collect())
    shell.do(shell.client.nearby())
    shell.do(shell.client.nearby_at(cell))
    shell.do(shell.client.places("Utrecht"))
    shell.close()
    tokens = [each.headers.get("authorization") for each in wire.heard]
    signed_in = f"Bearer {shell.token()}"
    assert tokens == [signed_in, signed_in, None, None, None]
    assert not any("cookie" in each.headers for each in wire.heard)
    nameless = [dict(each.headers) for each in wire.heard if each.url.path in _PUBLIC]
    assert len(nameless) == 3
    usual = {"accept": "*/*", "accept-encoding": "gzip", "user-agent": "nabij"}
    assert all(each == {"host": "nabij.example", **usual} for each in nameless)


def test_who_is_not_signed_in_can_read_and_look_but_not_consent(kind: Kind, wire: Wire) -> None:
    shell = Shell(kind, wire, token=lambda: None)
    notice = shell.do(shell.client.notice())
    assert "authorization" not in wire.heard[0].headers
    with pytest.raises(NotSignedIn):
        shell.do(shell.client.grant(notice, ["gps"]))
    assert not shell.do(shell.client.withdraw()).told_server
    assert len(wire.heard) == 1
    shell.close()


@pytest.mark.parametrize(
    "failure",
    [
        httpx2.ConnectError("refused"),
        httpx2.ReadTimeout("late"),
        httpx2.RemoteProtocolError("broken"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_broken_connection_tells_nothing_of_the_request(
    shell: Shell, wire: Wire, failure: Exception
) -> None:
    def fail(request: httpx2.Request, serve: Serve) -> httpx2.Response:  # noqa: ARG001 - a Fault
        raise failure

    shell.do(shell.client.grant(shell.do(shell.client.notice()), ["gps"]))
    shell.do(shell.client.collect())
    wire.fail_next(fail)
    with pytest.raises(NotReachable) as caught:
        shell.do(shell.client.report())
    assert caught.value.__context__ is None
    printed = "".join(traceback.format_exception(caught.value))
    assert UTRECHT_CELL not in printed
    assert str(shell.token()) not in printed


@pytest.mark.parametrize(
    ("status", "headers", "body", "error"),
    [
        (200, {}, b"<html>the portal of a hotel</html>", UnknownAnswer),
        (200, {}, b"\xff\xfe", UnknownAnswer),
        (302, {"location": "https://other.example"}, b"", UnknownAnswer),
        (503, {"retry-after": "7"}, b"", ServiceUnavailable),
        (401, {}, b"", NotSignedIn),
    ],
    ids=["html", "bytes", "redirect", "busy", "signed out"],
)
def test_odd_answers_are_typed_errors_and_redirects_are_not_followed(  # noqa: PLR0913, PLR0917
    shell: Shell,
    wire: Wire,
    status: int,
    headers: dict[str, str],
    body: bytes,
    error: type[Exception],
) -> None:
    answer = httpx2.Response(status, headers=headers, content=body)
    wire.fail_next(lambda request, serve: answer)  # noqa: ARG005 - a Fault
    with pytest.raises(error):
        shell.do(shell.client.refresh())
    assert len(wire.heard) == 1


def test_what_the_apps_token_function_raises_comes_through_and_the_withdrawal_is_kept(
    wire: Wire,
) -> None:
    signed_in = False

    def token() -> str | None:
        if not signed_in:
            raise LookupError("no account")
        return wire.token("eva")()

    client = Client(
        wire.url, token=token, http=wire.http(), public_http=wire.http(), clock=wire.clock
    )
    with pytest.raises(LookupError, match="no account"):
        client.refresh()
    assert not client.withdraw().told_server
    signed_in = True
    client.notice()
    assert [each.url.path for each in wire.heard] == ["/v1/consents/withdrawals", "/v1/notice"]


def test_a_withdrawal_in_another_thread_ends_a_reading(wire: Wire) -> None:
    def withdraw_elsewhere() -> None:
        thread = threading.Thread(target=client.withdraw)
        thread.start()
        thread.join()

    shell = Shell("sync", wire, gps=FakeSensor(UTRECHT, while_reading=withdraw_elsewhere))
    client = shell.client
    assert isinstance(client, Client)
    client.grant(client.notice(), ["gps"])
    collected = client.collect()
    assert collected.queued == ()
    assert client.report().accepted == 0
    shell.close()


def test_sensors_do_not_block_the_loop(wire: Wire) -> None:
    seen: list[int] = []
    sensor = FakeSensor(UTRECHT, while_reading=lambda: seen.append(threading.get_ident()))
    shell = Shell("async", wire, gps=sensor)
    shell.do(shell.client.grant(shell.do(shell.client.notice()), ["gps"]))
    shell.do(shell.client.collect())
    shell.close()
    assert seen
    assert seen != [threading.get_ident()]


@pytest.mark.parametrize(
    "address",
    [
        *("nabij.example", "ftp://nabij.example", "https://", "https://nabij:door", ""),
        *("https://eva:secret@nabij.example", "https://eva@nabij.example"),
    ],
)
def test_the_address_is_one_of_the_web(address: str) -> None:
    for make in (Client, AsyncClient):
        with pytest.raises(ValueError, match=r"https://nabij\.example") as caught:
            make(address, token=lambda: TOKEN)
        assert "secret" not in str(caught.value)


def test_what_carries_no_name_has_a_connection_of_its_own(wire: Wire) -> None:
    token = wire.token("eva")
    one, several = wire.http(), wire.async_http()
    with pytest.raises(ValueError, match="public_http"):
        Client(wire.url, token=token, http=one)
    with pytest.raises(ValueError, match="public_http"):
        Client(wire.url, token=token, public_http=one)
    with pytest.raises(ValueError, match="of its own"):
        Client(wire.url, token=token, http=one, public_http=one)
    with pytest.raises(ValueError, match="of its own"):
        AsyncClient(wire.url, token=token, http=several, public_http=several)


def test_a_connection_of_its_own_is_closed_and_a_given_one_is_not(wire: Wire) -> None:
    given = wire.http()
    public = wire.http()
    with Client(wire.url, token=wire.token("eva"), http=given, public_http=public) as client:
        client.notice()
    assert not given.is_closed
    assert not public.is_closed
    given.close()
    public.close()
    with Client("https://nabij.example", token=lambda: TOKEN) as own:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        own.notice()


def test_the_same_for_asyncio(wire: Wire) -> None:
    async def run() -> None:
        given = wire.async_http()
        public = wire.async_http()
        async with AsyncClient(
            wire.url, token=wire.token("eva"), http=given, public_http=public
        ) as client:
            await client.notice()
        assert not given.is_closed
        assert not public.is_closed
        await given.aclose()
        await public.aclose()
        async with AsyncClient("https://nabij.example", token=lambda: TOKEN) as own:
            pass
        with pytest.raises(RuntimeError, match="closed"):
            await own.notice()

    asyncio.run(run())


def test_a_client_prints_no_secret(shell: Shell) -> None:
    shell.do(shell.client.refresh())
    assert str(shell.token()) not in f"{shell.client!r} {vars(shell.client)}"


class _Service(BaseHTTPRequestHandler):
    """Answers the public questions, on a real socket; half of a file where it is told to."""

    breaks_off: ClassVar[bool] = False

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        catalogue = Published(source("dom", UTRECHT))
        is_manifest = self.path == "/v1/catalogue"
        body = (catalogue.manifest if is_manifest else catalogue.file).content
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.breaks_off and not is_manifest:
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is named there
        """Keep quiet: only what the client logs is looked at."""


@pytest.fixture
def address() -> Generator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_square_is_logged_at_any_level(address: str, caplog: pytest.LogCaptureFixture) -> None:
    cell = Cell.parse(UTRECHT_CELL)

    async def ask() -> None:
        async with AsyncClient(address, token=lambda: TOKEN) as client:
            assert await client.nearby_at(cell)

    with caplog.at_level(logging.DEBUG):
        with Client(address, token=lambda: TOKEN) as client:
            assert client.nearby_at(cell)
        asyncio.run(ask())
    assert "CRS3035" not in caplog.text
    assert not [record for record in caplog.records if record.name == "httpx2"]


def test_a_download_that_breaks_off_is_no_catalogue(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = Cell.parse(UTRECHT_CELL)

    async def ask() -> None:
        async with AsyncClient(address, token=lambda: TOKEN) as client:
            with pytest.raises(NotReachable):
                await client.nearby_at(cell)
            assert await client.catalogue() is None

    with Client(address, token=lambda: TOKEN) as client:
        monkeypatch.setattr(_Service, "breaks_off", True)
        with pytest.raises(NotReachable):
            client.nearby_at(cell)
        assert client.catalogue() is None
        asyncio.run(ask())
        monkeypatch.setattr(_Service, "breaks_off", False)
        assert [each.id for each in client.nearby_at(cell)] == ["dom"]


def test_the_apps_own_requests_are_logged_as_ever(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), httpx2.Client() as http:
        http.get(f"{address}/of-the-app")
    assert "/of-the-app" in caplog.text
