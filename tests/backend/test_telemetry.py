"""The log says what happened and to which route, and nothing of what came in."""

import http.client
import io
import json
import logging
import os
import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from starlette.testclient import TestClient

from nabij_backend import telemetry
from nabij_backend.app import create_app
from nabij_backend.cli.server import Server
from nabij_backend.clock import utc_now
from nabij_backend.http.request_log import RequestLog
from nabij_backend.settings import Settings
from nabij_backend.telemetry import LibraryFormatter, configure_logging
from tests.service import AMSTERDAM, Service

_LOOPBACK = "127.0.0.1"
_PATIENCE_S = 20


class Log:
    """What the service wrote, and what any library logged, down to the lowest level."""

    def __init__(self, written: io.StringIO, libraries: pytest.LogCaptureFixture) -> None:
        self._written = written
        self._libraries = libraries

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What the service wrote."""
        return list(map(json.loads, self._written.getvalue().splitlines()))

    @property
    def text(self) -> str:
        """All of it."""
        return self._written.getvalue() + self._libraries.text

    def clear(self) -> None:
        self._written.seek(0)
        self._written.truncate()
        self._libraries.clear()


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Log]:
    caplog.set_level(1)
    written = io.StringIO()
    configure_logging(written, logging.DEBUG)
    yield Log(written, caplog)
    structlog.reset_defaults()


@contextmanager
def listening(
    settings: Settings, clock: Callable[[], datetime] = utc_now
) -> Generator[tuple[str, int]]:
    """The service as ``nabij serve`` runs it, on a free port."""
    server = Server(create_app(settings, clock=clock), lambda: None)
    with socket.create_server((_LOOPBACK, 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            server.should_exit = True
            thread.join()


def call(
    address: tuple[str, int], method: str, path: str, body: object, headers: dict[str, str]
) -> int:
    """The status of the answer; through a client that logs nothing itself."""
    with closing(http.client.HTTPConnection(*address)) as connection:
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, headers | {"Content-Type": "application/json"})
        return connection.getresponse().status


def test_nothing_of_a_request_is_in_the_log(
    service: Service, superuser: psycopg.Connection, log: Log
) -> None:
    eva = service.caller()
    report = eva.gps(eva.grant())
    log.clear()
    body = {"platform": "linux", "reports": [report]}
    wrong = {"platform": "linux", "reports": [report | {"latitude": 52.3702}]}
    path = f"/v1/devices/{eva.device_id}/status"
    with listening(service.settings, clock=service.clock) as address:
        statuses = [
            call(address, "PUT", path, body, eva.headers),
            call(address, "PUT", path, wrong, eva.headers),
            call(address, "GET", f"/v1/cells/{AMSTERDAM}/sources?k=97", None, {}),
            call(address, "GET", "/v1/catalogue/523702/all", None, {}),
            call(address, "GET", "/v1/me/nearby", None, {"Authorization": "Bearer eva.e.va"}),
            call(address, "GET", "/v1/people/Wilhelmina", None, eva.headers),
            call(address, "GET", "/v1/cells/N52.3702/sources", None, {}),
        ]
    assert statuses == [200, 422, 200, 410, 401, 404, 422]
    ((subject_id,),) = superuser.execute("SELECT subject_id::text FROM subject").fetchall()
    secrets = (
        eva.token,
        str(eva.device_id),
        report["id"],
        subject_id,
        AMSTERDAM,
        "3263000",
        "k=97",
        "523702",
        "eva.e.va",
        "Wilhelmina",
        "52.3702",
        "latitude",
    )
    assert len(log.lines) == len(statuses)
    assert [secret for secret in secrets if secret in log.text] == []


def test_an_access_is_told_by_method_route_status_and_duration(service: Service, log: Log) -> None:
    eva = service.caller()
    log.clear()
    eva.put_status(eva.gps(1))
    eva.get("/nowhere/at/all")
    first, second = log.lines
    assert set(first) == {
        *("event", "level", "timestamp", "process", "request"),
        *("method", "route", "status", "duration_ms"),
    }
    assert first["process"] == os.getpid()
    assert first["request"] != second["request"]
    assert (first["method"], first["route"], first["status"]) == (
        "PUT",
        "/v1/devices/{device_id}/status",
        200,
    )
    assert first["duration_ms"] > 0
    assert (second["route"], second["status"]) == ("none", 404)


def fail(place: str) -> None:
    """Break in a way that nobody foresaw, with what came in in the message."""
    raise LookupError(f"nothing at {place}")


def test_an_unforeseen_error_is_answered_and_told_without_its_message(
    settings: Settings, log: Log
) -> None:
    app = create_app(settings)
    app.add_api_route("/broken/{place}", fail)
    with TestClient(app, base_url="http://localhost") as http:
        answer = http.get("/broken/52.3702")
    error, access = log.lines
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal")
    assert "52.3702" not in answer.text
    assert (error["error"], error["route"]) == ("LookupError", "/broken/{place}")
    assert error["request"] == access["request"]
    assert error["where"][-1].endswith(" fail")
    assert (access["status"], access["route"]) == (500, "/broken/{place}")
    assert "52.3702" not in json.dumps(log.lines)
    assert "nothing at" not in log.text


def test_what_is_refused_passes_no_layer_of_the_framework(settings: Settings) -> None:
    # The request log, which has to see everything, is the outermost of all.
    assert isinstance(create_app(settings).build_middleware_stack(), RequestLog)


def test_an_error_of_the_database_is_told_without_its_values(
    service: Service, superuser: psycopg.Connection, log: Log
) -> None:
    eva = service.caller()
    epoch = eva.grant()
    superuser.execute("ALTER TABLE gps_status ADD CHECK (northing_m < 0)")
    log.clear()
    answer = eva.put_status(eva.gps(epoch))
    error, _ = log.lines
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal")
    assert error["error"] == "CheckViolation"
    assert "3263000" not in log.text


@pytest.mark.parametrize(
    ("said", "filled_in", "template"),
    [
        ("error connecting in %r: %s", ("pool-1", "host db.example"), "error connecting in %r: %s"),
        ("password of eva at db.example", (), None),
    ],
)
def test_of_a_library_the_template_is_told_and_not_what_it_fills_in(
    said: str, filled_in: tuple[str, ...], template: str | None
) -> None:
    why = (LookupError, LookupError("52.3702"), None)
    record = logging.LogRecord("psycopg.pool", logging.WARNING, "", 1, said, filled_in, why)
    line = LibraryFormatter().format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert (told["event"], told["logger"]) == ("library", "psycopg.pool")
    assert (told["template"], told["error"], told["level"]) == (template, "LookupError", "warning")
    assert told["process"] == os.getpid()
    assert not any(secret in line for secret in ("db.example", "pool-1", "52.3702", "eva"))


@pytest.mark.parametrize("framing", ["Content-Length: 5000000", "Transfer-Encoding: chunked"])
def test_a_body_that_is_too_large_is_refused_before_all_of_it_came(
    settings: Settings, framing: str
) -> None:
    with (
        listening(settings) as address,
        socket.create_connection(address, timeout=_PATIENCE_S) as phone,
        phone.makefile("rb") as answer,
    ):
        head = f"PUT /v1/devices/x/status HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n"
        piece = b" " * (settings.largest_body_bytes + 1)
        chunk = f"{len(piece):x}\r\n".encode() if "chunked" in framing else b""
        phone.sendall(head.encode() + chunk + piece)
        assert answer.readline() == b"HTTP/1.1 413 Request Entity Too Large\r\n"


@pytest.mark.usefixtures("log")
def test_what_cannot_be_written_stops_nothing() -> None:
    with ExitStack() as opened:
        configure_logging(opened.enter_context(Path("/dev/full").open("w", encoding="utf-8")))
        telemetry.log.info("on a full disk")
        # Where the line is, and cannot go.
        with pytest.raises(OSError, match="No space"):
            opened.close()
        telemetry.log.info("into a closed stream")
