"""What the service takes: memory of a process and of a stream, bytes of a person, time to start."""

import socket
from contextlib import ExitStack
from statistics import median
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

import psutil

from bench.installation import Installation, installed
from bench.measure import Comparison, at_most
from bench.people import Person, people
from bench.servers import Served, peer, serving

_SOURCES: Final = 2_000
_STREAMS: Final = 500
_PEOPLE: Final = 100_000
_STARTS: Final = 5
_PATIENCE_S: Final = 30
_MIB: Final = 2**20


def run() -> list[Comparison]:
    """Measure each."""
    with installed(_SOURCES) as here:
        return [_start(here), *_memory(here), _person(here)]


def _start(here: Installation) -> Comparison:
    took_s: list[float] = []
    for _ in range(_STARTS):
        begun = perf_counter()
        with serving(here) as served:
            _get(served, "/healthz")
            took_s.append(perf_counter() - begun)
    return Comparison("start to first answer", median(took_s), "the goal", 1, "s", at_most(1))


def _memory(here: Installation) -> list[Comparison]:
    somebody = people(here, 200)
    with serving(here) as ours, peer(here, "handwritten.py") as theirs:
        for served in (ours, theirs):
            _get(served, "/v1/cells/CRS3035RES1000mN3263000E3973000/sources?k=10")
        process, by_hand = _mib(ours.process), _mib(theirs.process)
        with ExitStack() as streams:
            for number in range(_STREAMS):
                person = somebody[number % len(somebody)]
                streams.enter_context(_streaming(ours, person))
            each_kib = (_mib(ours.process) - process) * 1_024 / _STREAMS
    return [
        Comparison("memory of a process", process, "Starlette and psycopg by hand", by_hand, "MiB"),
        Comparison("memory of an open stream", each_kib, "a socket's buffer", 64, "KiB"),
    ]


def _person(here: Installation) -> Comparison:
    before = _database_bytes(here)
    people(here, _PEOPLE, signed_in=0)
    each = (_database_bytes(here) - before) / _PEOPLE
    return Comparison("database, a person who allows gps", each, "a kibibyte", 1_024, "bytes")


def _database_bytes(here: Installation) -> int:
    with here.connect() as connection:
        (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (
            0,
        )
    return size


def _mib(process: psutil.Process) -> float:
    return process.memory_info().rss / _MIB


def _get(served: Served, path: str) -> None:
    url = urlsplit(served.address)
    with socket.create_connection((url.hostname or "", url.port or 0), _PATIENCE_S) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode())
        assert client.recv(64).startswith(b"HTTP/1.1 200 ")


def _streaming(served: Served, person: Person) -> socket.socket:
    url = urlsplit(served.address)
    client = socket.create_connection((url.hostname or "", url.port or 0), _PATIENCE_S)
    client.sendall(person.asking("GET", "/v1/events").encoded(url.netloc))
    assert client.recv(64).startswith(b"HTTP/1.1 200 ")
    return client
