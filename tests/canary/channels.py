"""The ways in over HTTP, in each of which values are planted that may not stay."""

import errno
import json
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import httpx2

from tests.canary.bodies import BODIES, Body, Make, wrong_bodies
from tests.canary.failures import FAILURES
from tests.canary.installation import Installation
from tests.canary.values import Canaries
from tests.service import CallerOf

DATA: Final = "data directory"
WAL: Final = "write-ahead log"
TRAFFIC: Final = "loopback traffic"
ANSWERS: Final = "service's answers"
PHONE: Final = "phone's store"

NewCanaries: TypeAlias = Callable[[], Canaries]


@dataclass(frozen=True, slots=True)
class Planted:
    """Canaries, what they stand for, and the only places where they may be found."""

    what: str
    canaries: Canaries
    may_be_in: frozenset[str] = frozenset()


_DESCRIPTION: Final = Path(__file__).parents[2] / "openapi.json"
_ENDLESS: Final = "/v1/events"
_NAMES: Final = (
    *("User-Agent", "Referer", "Cookie", "If-None-Match", "Accept-Language", "X-Forwarded-For"),
    *("Forwarded", "X-Request-Id", "Traceparent", "Baggage", "X-Firebase-AppCheck", "Accept"),
    *("Last-Event-Id", "If-Match", "If-Modified-Since", "Range", "From", "Via", "Priority"),
)


def request_parts(at: Installation, new: NewCanaries) -> Iterator[Planted]:
    """Plant values in everything that a request has, of each operation and of none."""
    planter = _Planter(at, new())
    somewhere = ("/{a}", "/v1/{a}", "/assets/{a}", "/problems/{a}", "/.well-known/{a}", "/{a}/../")
    for method, path, query in _operations():
        for headers in ({}, at.caller(secrets.token_hex(4)).headers):
            for content in (None, *_contents(planter.canaries)):
                planter.ask(method, path, query, headers, content)
        for name in ("Authorization", "Nabij-Mandate", "Origin", "Host", "Content-Type"):
            planter.ask(method, path, query, {name: planter.canaries.text()})
    for path in somewhere:
        for method in ("GET", "POST", "DELETE", "OPTIONS", "TRACE", "HEAD"):
            planter.ask(method, path)
    yield Planted("parts of requests", planter.canaries)


@dataclass(frozen=True, slots=True)
class _Planter:
    """Makes requests that hold a value wherever they can."""

    at: Installation
    canaries: Canaries

    def ask(
        self,
        method: str,
        path: str,
        query: Sequence[str] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
        content: bytes | None = None,
    ) -> None:
        text, slug = self.canaries.text, self.canaries.slug
        first, *others = path.split("{")
        filled = first + "".join(slug() + each.split("}")[1] for each in others)
        planted = {name: text() for name in (*_NAMES, slug())}
        kind = {} if content is None else {"Content-Type": "application/json"}
        self.at.http.request(
            method,
            filled,
            params={name: text() for name in (*query, slug())},
            headers={**planted, **kind, **headers},
            content=content,
        )


def _operations() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    paths: dict[str, dict[str, Any]] = json.loads(_DESCRIPTION.read_text("utf-8"))["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            if path != _ENDLESS:
                parameters = operation.get("parameters", ())
                named = (each["name"] for each in parameters if each["in"] == "query")
                yield method.upper(), path, tuple(named)


def _contents(canaries: Canaries) -> Iterator[bytes]:
    text = canaries.text()
    yield text.encode()
    yield json.dumps({canaries.slug(): canaries.text()}).encode()
    yield f'{{"a": "{text}", "a": "{canaries.text()}"}}'.encode()
    yield json.dumps(canaries.text()).encode("utf-16")
    yield b"[" * 200 + text.encode() + b"]" * 200
    yield json.dumps({"text": canaries.text() * 8_000}).encode()


_REFUSED_AT_LEAST: Final = 3
# The service may refuse before all has come, and close.
_HUNG_UP: Final = (errno.ECONNRESET, errno.ENOTCONN, errno.EPIPE)
_RAW: Final = (
    "TEXT\r\n\r\n",
    "GET /TEXT HTTP/9.9\r\nHOST\r\n",
    "GET /TEXT HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHOSTTEXT\r\n\r\n",
    "GET / HTTP/1.1\r\nHOSTTEXT : TEXT\r\n\r\n",
    f"GET / HTTP/1.1\r\nHOSTX: {'TEXT' * 4_000}\r\n\r\n",
    "PUT /TEXT HTTP/1.1\r\nHOSTContent-Length: 900\r\n\r\nTEXT",
    "PUT / HTTP/1.1\r\nHOSTContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nTEXT",
    "GET / HTTP/1.1\r\nHOSTUpgrade: TEXT\r\nConnection: upgrade\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nTEXT",
    "\x16\x03\x01TEXT",
)
"""What is no request, with TEXT for a value and HOST for the header that is needed."""


def no_http(at: Installation, new: NewCanaries) -> Iterator[Planted]:
    """Plant values in what is no request, or only the beginning of one."""
    canaries = new()
    address = urlsplit(at.direct)
    for template in _RAW:
        raw_text = template.replace("HOST", f"Host: {address.netloc}\r\n")
        with socket.create_connection((address.hostname, address.port)) as raw:
            try:
                raw.sendall(raw_text.replace("TEXT", canaries.text()).encode())
                raw.shutdown(socket.SHUT_WR)
                at.answers.append(raw.recv(65_536))
            except OSError as error:
                if error.errno not in _HUNG_UP:
                    raise
    yield Planted("what is no HTTP", canaries)


def wrong_members(at: Installation, new: NewCanaries) -> Iterator[Planted]:
    """Plant values in every member of a body that is wrong in one of them, or in what it names."""
    canaries = new()
    for request_line, makers in BODIES.items():
        method, template = request_line.split()
        eva = at.caller(secrets.token_hex(4))
        eva.grant()
        refused, known = 0, set(canaries.made)
        for make in makers:
            before = set(canaries.made)
            for body in _bodies(make, eva, canaries):
                path = template.format(device_id=canaries.uuid(), purpose="marketing")
                answer = at.http.request(method, path, json=body, headers=eva.headers)
                if answer.is_client_error:
                    refused += 1
                    before = set(canaries.made)
                else:
                    canaries.made = set(before)  # what was accepted may be kept
        # Of what was refused more is searched for than the one value in each path.
        assert len(canaries.made - known) > refused > _REFUSED_AT_LEAST, request_line
    yield Planted("bodies with one wrong member", canaries)


def _bodies(make: Make, eva: CallerOf[Any], canaries: Canaries) -> Iterator[Body]:
    """Make one after the other, so that what is accepted takes no value of the next along."""
    yield make(eva, canaries)
    yield from wrong_bodies(make, eva, canaries)


def without_consent(at: Installation, new: NewCanaries) -> Iterator[Planted]:
    """Report squares that nobody agreed to."""
    squares, ids = new(), new()
    never, refused, withdrawn, other = (at.caller(secrets.token_hex(4)) for _ in range(4))
    assert refused.post("/v1/consents", refused.act("refused", ["gps"])).is_success
    ended = withdrawn.grant()
    assert withdrawn.withdraw().is_success
    epoch = other.grant(["wifi"])
    for caller, under in ((never, 1), (refused, 1), (withdrawn, ended), (other, epoch)):
        report = caller.gps(under, squares.square().code, id=str(ids.uuid()))
        answer = caller.put_status(report)
        assert answer.json()["refused"], answer.text
    yield Planted("squares without consent", squares)
    yield Planted("the reports that told them", ids, frozenset({ANSWERS}))


def a_failing_database(at: Installation, new: NewCanaries) -> Iterator[Planted]:
    """Report and decide what is allowed, while the database fails in every way."""
    canaries = new()
    eva = at.caller(secrets.token_hex(4))
    epoch = eva.grant()
    for fail in FAILURES:
        with fail(at):
            for answer in _acts(eva, epoch, canaries):
                assert answer.is_server_error, answer.text
    yield Planted("acts while the database fails", canaries, frozenset({DATA, WAL}))


def _acts(eva: CallerOf[Any], epoch: int, canaries: Canaries) -> Iterator[httpx2.Response]:
    yield eva.put_status(eva.gps(epoch, canaries.square().code, id=str(canaries.uuid())))
    yield eva.withdraw(id=str(canaries.uuid()))
    yield eva.put_of_device("push-token", {"push_token": canaries.text()})


def names_and_tokens(at: Installation, new: NewCanaries) -> Iterator[Planted]:
    """Be customers whose names are kept by nobody, with tokens that are kept by nobody."""
    canaries = new()
    for eva in [at.caller(canaries.text()) for _ in range(5)]:
        epoch = eva.grant()
        assert eva.put_status(eva.gps(epoch)).is_success
        assert eva.get("/v1/me/export").is_success
        assert eva.withdraw().is_success
        assert eva.delete("/v1/me").is_success
    yield Planted("customers' names and tokens", canaries)
