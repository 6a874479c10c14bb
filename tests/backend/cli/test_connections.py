"""A client that is slow, or comes with many connections, keeps nobody else out."""

import logging
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest
from fastapi import FastAPI

from nabij_backend.cli.connections import Config, Seldom
from nabij_backend.cli.server import listen
from nabij_backend.settings import Settings
from nabij_dev.demo.server import running_server
from tests.service import Service

WAIT_S = 0.3
PATIENCE_S = 20.0
CONNECTIONS = 16

HALF_REQUESTS = {
    "nothing": b"",
    "half a line": b"GET /heal",
    "half a head": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n",
    "no body": b"PUT /v1/me/choices HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n",
    "half a body": b"PUT /v1/me/choices HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{",
    "a second one by half": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /he",
}


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    """A service that waits for a moment only."""
    with bounded(service, wait_s=WAIT_S) as address:
        yield address


@contextmanager
def bounded(service: Service, *, wait_s: float) -> Generator[str]:
    """A service that waits so long, and bears sixteen connections."""
    bounds = {"request_wait_s": wait_s, "connections": CONNECTIONS}
    with running_server(service.settings.model_copy(update=bounds)) as address:
        yield address


def connected(address: str) -> socket.socket:
    url = urlsplit(address)
    return socket.create_connection((url.hostname or "", url.port or 0), timeout=PATIENCE_S)


def rest_of(client: socket.socket) -> bytes:
    """All that comes until the service closes the connection."""
    received = b""
    try:
        while more := client.recv(65_536):
            received += more
    except ConnectionResetError:
        pass
    return received


def _served(address: str) -> set[int]:
    """The ports of the clients that the service has a connection with."""
    return {
        each.raddr.port
        for each in psutil.Process().net_connections("tcp")
        if each.laddr.port == urlsplit(address).port and each.status == psutil.CONN_ESTABLISHED
    }


@pytest.mark.parametrize("what", HALF_REQUESTS)
def test_half_a_request_is_closed(address: str, what: str) -> None:
    with connected(address) as client:
        client.sendall(HALF_REQUESTS[what])
        received = rest_of(client)
    if "body" in what:
        assert received.startswith(b"HTTP/1.1 408 ")
        assert b"/problems/too-slow" in received
    assert (b'{"status":"alive"}' in received) == (what == "a second one by half")


def test_a_head_that_comes_byte_by_byte_has_no_longer(address: str) -> None:
    with connected(address) as client:
        client.settimeout(WAIT_S / 10)
        sent = 0
        for byte in b"GET /healthz HTTP/1.1\r\n" + b"A: b\r\n" * 10_000:
            try:
                client.send(bytes([byte]))
                assert client.recv(1) == b""
                break
            except TimeoutError:
                sent += 1
            except ConnectionError:
                break
        assert sent < 50


def test_who_does_not_read_is_cut_off(address: str) -> None:
    with connected(address) as client:
        client.sendall(b"GET /v1/places/all HTTP/1.1\r\nHost: localhost\r\n\r\n" * 500)
        # What the kernel holds for the client keeps its side open: so look at the service's.
        deadline, port = time.monotonic() + PATIENCE_S, client.getsockname()[1]
        while port in _served(address):
            assert time.monotonic() < deadline


def test_one_connection_too_many_is_closed_and_others_go_on(service: Service) -> None:
    with bounded(service, wait_s=3 * PATIENCE_S) as address, ExitStack() as clients:
        known = clients.enter_context(httpx2.Client())
        assert known.get(f"{address}/healthz").status_code == 200
        idle = [clients.enter_context(connected(address)) for _ in range(200)]
        assert [rest_of(each) for each in idle[-100:]] == [b""] * 100
        assert known.get(f"{address}/healthz").status_code == 200


def test_a_process_with_few_descriptors_accepts_fewer_and_never_fails(tmp_path: Path) -> None:
    """As many file descriptors as spare ones and twenty: the hard limit bounds the connections."""
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (200, 276));"
        "from nabij_backend.cli.connections import _bearable;"
        "print(_bearable(2000), resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.split() == ["20", "276"]


def test_what_clients_provoke_is_said_once_a_minute() -> None:
    seldom, passed = Seldom(), list[float]()
    for second in range(0, 150, 1):
        record = logging.makeLogRecord({"msg": "Invalid HTTP request received.", "created": second})
        if seldom.filter(record):
            passed.append(record.created)
    assert passed == [0, 60, 120]
    assert seldom.filter(logging.makeLogRecord({"msg": "something else", "created": 149}))


def test_as_many_connections_as_are_wanted_where_there_are_descriptors(settings: Settings) -> None:
    app = FastAPI()
    app.state.parts = type("Parts", (), {"settings": settings})
    assert Config(app).most_connections == settings.connections
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > settings.connections


TWO_LENGTHS = {
    "both, the length first": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both, the length last": b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "both, of one length": b"Content-Length: 12\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"2\r\n{}\r\n0\r\n\r\n",
    "two values": b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "two values in a line": b"Content-Length: 2, 3\r\n\r\n{}",
    "a sign": b"Content-Length: +2\r\n\r\n{}",
    "a negative length": b"Content-Length: -2\r\n\r\n{}",
    "a hexadecimal length": b"Content-Length: 0x2\r\n\r\n{}",
    "no number": b"Content-Length: two\r\n\r\n{}",
    "two codings": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "an unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"Content-Length : 2\r\n\r\n{}",
    "a folded line": b"Content-Length:\r\n 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk that is none": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a return alone": b"Content-Length: 2\rTransfer-Encoding: chunked\r\n\r\n{}",
    "a zero in a value": b"Content-Length: 2\x00\r\n\r\n{}",
}
_SECOND = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize("what", TWO_LENGTHS)
def test_a_request_that_ends_in_two_places_is_the_last_of_its_connection(
    address: str, what: str
) -> None:
    """What stands behind it, a proxy may have taken for a part of it: nobody is answered that."""
    with connected(address) as client:
        client.sendall(
            b"PUT /v1/me/choices HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + TWO_LENGTHS[what]
            + _SECOND
        )
        received = rest_of(client)
    assert received.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 501 "))
    assert received.count(b"HTTP/1.1 ") == 1
    assert b"alive" not in received


def test_of_requests_with_one_length_each_is_answered(address: str) -> None:
    """The control: the same, with nothing wrong about it, and then the second one."""
    for head in (
        b"Content-Length: 2\r\n\r\n{}",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ):
        with connected(address) as client:
            client.sendall(
                b"PUT /v1/me/choices HTTP/1.1\r\nHost: localhost\r\n"
                b"Content-Type: application/json\r\n" + head + _SECOND
            )
            received = rest_of(client)
        assert received.count(b"HTTP/1.1 ") == 2
        assert b"alive" in received


OTHERS = {
    "two hosts": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
    "two hosts, of 1.0": b"GET /healthz HTTP/1.0\r\nHost: localhost\r\nHost: elsewhere\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "no address": b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a later version": b"GET /healthz HTTP/2.0\r\nHost: localhost\r\n\r\n",
    "an earlier version": b"GET /healthz HTTP/0.9\r\nHost: localhost\r\n\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "line feeds alone": b"GET /healthz HTTP/1.1\nHost: localhost\n\n",
    "another's greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_no_request_of_ours_is_the_last_of_its_connection(address: str, what: str) -> None:
    with connected(address) as client:
        client.sendall(OTHERS[what] + _SECOND)
        received = rest_of(client)
    assert received.startswith(b"HTTP/1.1 400 ")
    assert received.count(b"HTTP/1.1 ") == 1


def test_an_offer_of_another_protocol_is_answered_and_ends_the_connection(address: str) -> None:
    offer = b"Upgrade: h2c\r\nConnection: Upgrade\r\n"
    with connected(address) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + offer + b"\r\n")
        received = client.recv(65_536)
        with suppress(ConnectionError):
            client.sendall(_SECOND)
        received += rest_of(client)
    assert received.count(b'{"status":"alive"}') == 1
    assert received.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("line", [b"A: b\r\n", b"b"], ids=["many lines", "one line"])
def test_a_head_without_end_is_refused(service: Service, line: bytes) -> None:
    with bounded(service, wait_s=PATIENCE_S) as address, connected(address) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: ")
        sent = 0
        while sent < 10_000_000:
            try:
                sent += client.send(line * 1_000)
            except ConnectionError:
                break
        assert sent < 10_000_000


def test_line_feeds_keep_no_connection_open(address: str) -> None:
    with connected(address) as client:
        client.sendall(_SECOND)
        assert client.recv(65_536).startswith(b"HTTP/1.1 200 ")
        assert _is_cut_off(client, b"\r\n")


def test_a_body_after_its_answer_keeps_no_connection_open(address: str) -> None:
    """Who asks under another name is answered before their body is there."""
    with connected(address) as client:
        client.sendall(
            b"PUT /v1/me/choices HTTP/1.1\r\nHost: elsewhere\r\n"
            b"Content-Type: application/json\r\nContent-Length: 9999\r\n\r\n{"
        )
        assert client.recv(65_536).startswith(b"HTTP/1.1 421 ")
        assert _is_cut_off(client, b"{")


def _is_cut_off(client: socket.socket, piece: bytes) -> bool:
    """Whether a client that sends this over and over, for ever, loses the connection."""
    client.settimeout(WAIT_S / 10)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            client.sendall(piece)
            if not client.recv(65_536):
                return True
        except TimeoutError:
            continue
        except ConnectionError:
            return True
    return False


def test_no_answer_waits_for_an_acknowledgement() -> None:
    with listen("127.0.0.1", 0) as listening, connected(f"http://127.0.0.1:{port_of(listening)}"):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def port_of(listening: socket.socket) -> int:
    return listening.getsockname()[1]


@pytest.mark.parametrize(
    ("trusted", "told", "seen"),
    [
        ((), "203.0.113.7", None),
        (("192.0.2.1",), "203.0.113.7", None),
        (("127.0.0.1",), "203.0.113.7", "203.0.113.7"),
        (("127.0.0.0/8",), "198.51.100.9, 203.0.113.7", "203.0.113.7"),
        (("127.0.0.1", "10.0.0.0/8"), "198.51.100.9, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
    ],
    ids=["nobody", "another", "one", "a client that pretends", "two in a row"],
)
def test_who_asks_is_who_a_trusted_proxy_says(
    service: Service, trusted: tuple[str, ...], told: str, seen: str | None
) -> None:
    settings = service.settings.model_copy(update={"trusted_proxies": trusted, "address_rate": 0.1})
    with running_server(settings) as address, httpx2.Client(base_url=address) as http:
        first, second = (
            http.get("/v1/notice", headers={"X-Forwarded-For": told}).status_code for _ in range(2)
        )
        assert (first, second == 429) == (200, seen is not None)
        if seen is not None:
            others = {"X-Forwarded-For": told.replace(seen, "203.0.113.8")}
            assert http.get("/v1/notice", headers=others).status_code == 200
