"""Puts load on a server over HTTP, by wrk in a process of its own, and tells what it costs.

Servers run on one processor, wrk and PostgreSQL on the other, so that neither takes the other's
time. The CPU time of a process is the kernel's own account of it.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psutil

SERVER_CPU: Final = "0"
OTHERS_CPU: Final = "1"
_SCRIPT: Final = Path(__file__).with_name("requests.lua")
_PATIENCE_S: Final = 10


@dataclass(frozen=True, slots=True)
class Request:
    """A request of HTTP/1.1, as it is sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    def encoded(self, host: str) -> bytes:
        """Return its bytes."""
        headers = {"Host": host, **self.headers}
        if self.body:
            headers["Content-Length"] = str(len(self.body))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{n}: {v}" for n, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True, slots=True)
class Load:
    """What became of a load. Times in µs; ``cpu_us``: of the server, for each request."""

    requests: float
    per_second: float
    p50_us: float
    p99_us: float
    bytes_each: float
    cpu_us: float
    database_cpu_us: float


class AnswersFailed(Exception):
    """Some answers were errors, so nothing was measured."""


def missing() -> bool:
    """Return whether this machine has no wrk."""
    return shutil.which("wrk") is None


def put_load(  # noqa: PLR0913 - a load has many sides
    address: str,
    requests: Sequence[Request],
    *,
    seconds: float,
    connections: int = 8,
    sent: int = 0,
    server: psutil.Process,
    database: psutil.Process | None = None,
) -> Load:
    """Send the requests in turn for so long, each connection one at a time.

    ``sent``: how many of them were sent before; it goes on behind those.

    Raises:
        AnswersFailed: an answer was no 2xx or 3xx, or did not come.
    """
    host = urlsplit(address).netloc
    with tempfile.NamedTemporaryFile() as file:
        for each in requests:
            encoded = each.encoded(host)
            file.write(b"%d\n%s" % (len(encoded), encoded))
        file.flush()
        before = _cpu_s(server), _cpu_s(database)
        told = subprocess.run(
            [
                *("taskset", "-c", OTHERS_CPU, "wrk", "--threads", "1"),
                *("--connections", str(connections), "--duration", f"{seconds:g}s"),
                *("--timeout", f"{_PATIENCE_S}s", "--latency"),
                *("--script", _SCRIPT, address, "--", file.name, str(sent)),
            ],
            capture_output=True,
            check=True,
            timeout=seconds + 2 * _PATIENCE_S,
        )
        after = _cpu_s(server), _cpu_s(database)
    came = json.loads(told.stdout.splitlines()[-1])
    if came["failed"] or not came["requests"]:
        raise AnswersFailed(f"{came['failed']} of {came['requests']} answers were errors.")
    server_us, database_us = (
        (later - earlier) * 1e6 / came["requests"]
        for earlier, later in zip(before, after, strict=True)
    )
    return Load(
        requests=came["requests"],
        per_second=came["requests"] / came["microseconds"] * 1e6,
        p50_us=came["p50_us"],
        p99_us=came["p99_us"],
        bytes_each=came["bytes"] / came["requests"],
        cpu_us=server_us,
        database_cpu_us=database_us,
    )


def _cpu_s(process: psutil.Process | None) -> float:
    """Return what a process and its children used, those that have ended included."""
    if process is None:
        return 0.0
    children = sum(sum(each.cpu_times()[:2]) for each in process.children(recursive=True))
    return sum(process.cpu_times()[:4]) + children
