"""What is about a person: reports, acts and the dashboard's call, beside the least they can be."""

import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median, quantiles
from time import perf_counter
from typing import Final
from uuid import uuid4

import httpx2

from bench.contest import Contender, Effort, contest
from bench.installation import Installation
from bench.load import Load, Request, put_load
from bench.measure import Comparison, at_least, at_most
from bench.people import Person, people
from bench.servers import Served, peer, serving

_BATCH: Final = 100
_WITHDRAWALS: Final = 60
_UNGATED: Final = "the same handler with an ungated upsert"
_TABLES: Final = """
CREATE SCHEMA bench;
CREATE TABLE bench.ungated (LIKE gps_status INCLUDING ALL, place integer NOT NULL);
ALTER TABLE bench.ungated DROP CONSTRAINT ungated_pkey,
    ADD PRIMARY KEY (subject_id, purpose, device_id, place);
CREATE TABLE bench.bare_act (act_id uuid PRIMARY KEY, act jsonb NOT NULL);
GRANT USAGE ON SCHEMA bench TO nabij_api;
GRANT ALL ON bench.ungated, bench.bare_act TO nabij_api;
"""


def run(here: Installation, effort: Effort) -> list[Comparison]:
    """Compare everything that a phone, a customer and a dashboard ask."""
    somebody = _somebody(here)
    with serving(here) as ours:
        return [
            *_reports(here, ours, somebody, effort),
            *_nearby(here, ours, somebody, effort),
            _acts(here, ours, somebody, effort),
            _withdrawals(ours, somebody),
        ]


def quick(here: Installation, ours: Served, effort: Effort) -> list[Comparison]:
    """Compare a report with its ungated twin."""
    one = [each.reporting() for each in _somebody(here)]
    with peer(here, "ungated.py") as theirs:
        single = contest(Contender(ours, one), Contender(theirs, one), effort)
    return [single.throughput("report", _UNGATED, at_least(0.4))]


def _somebody(here: Installation) -> list[Person]:
    somebody = people(here, 2_000)
    with here.connect() as connection:
        connection.execute(_TABLES)
    return somebody


def _reports(
    here: Installation, ours: Served, somebody: Sequence[Person], effort: Effort
) -> list[Comparison]:
    one = [each.reporting() for each in somebody]
    many = [each.reporting(_BATCH) for each in somebody]
    with peer(here, "ungated.py") as theirs:
        single = contest(Contender(ours, one), Contender(theirs, one), effort)
        batch = contest(Contender(ours, many), Contender(theirs, many), effort)
    return [
        single.throughput("report, one a request", _UNGATED, at_least(0.6)),
        single.cpu("report, one a request", _UNGATED),
        batch.throughput(
            f"report, a batch of {_BATCH}", f"{_UNGATED} of {_BATCH} rows", at_least(0.6)
        ),
    ]


def _nearby(
    here: Installation, ours: Served, somebody: Sequence[Person], effort: Effort
) -> list[Comparison]:
    put_load(
        ours.address,
        [each.reporting() for each in somebody],
        seconds=1,
        server=ours.process,
    )
    asked = [each.asking("GET", "/v1/me/nearby", accept_encoding="gzip") for each in somebody]
    with peer(here, "handwritten.py") as theirs:
        result = contest(Contender(ours, asked), Contender(theirs, asked), effort)
    name, against = "dashboard's me/nearby", "Starlette and psycopg by hand"
    return [
        result.throughput(name, against, at_least(0.5)),
        result.cpu(name, against),
        result.answered(name, against),
    ]


def _acts(
    here: Installation, ours: Served, somebody: Sequence[Person], effort: Effort
) -> Comparison:
    with peer(here, "signing.py") as theirs:
        refusing = [_refusal(each) for each in _fresh(somebody, 20_000)]
        result = contest(Contender(ours, refusing), Contender(theirs, refusing), effort)
    name = "act of consent with a receipt"
    return result.throughput(name, "insert and sign", at_least(0.5))


def _fresh(somebody: Sequence[Person], count: int) -> list[Person]:
    return [somebody[number % len(somebody)] for number in range(count)]


def _refusal(person: Person) -> Request:
    document = {
        "id": str(uuid4()),
        "kind": "refused",
        "purpose": "nearby-sources",
        "signals": ["gsm"],
        "notice_version": 1,
        "device_id": str(person.device_id),
        "platform": "linux",
        "occurred_at": datetime.now(UTC).isoformat(),
    }
    return person.asking("POST", "/v1/consents", document)


def _withdrawals(ours: Served, somebody: Sequence[Person]) -> Comparison:
    """Compare the slowest withdrawals with the usual one, while eight phones report."""
    reporters, leaving = somebody[_WITHDRAWALS:], somebody[:_WITHDRAWALS]
    with _reporting(ours, reporters), httpx2.Client(base_url=ours.address) as http:
        took_ms: list[float] = []
        for person in leaving:
            request = _withdrawal(person)
            begun = perf_counter()
            answer = http.request(
                request.method, request.path, headers=request.headers, content=request.body
            )
            took_ms.append((perf_counter() - begun) * 1e3)
            answer.raise_for_status()
    return Comparison(
        "withdrawal under 8 reporters, 99th percentile",
        quantiles(took_ms, n=100)[98],
        "its median",
        median(took_ms),
        "ms",
        at_most(3),
    )


def _withdrawal(person: Person) -> Request:
    document = {
        "id": str(uuid4()),
        "device_id": str(person.device_id),
        "occurred_at": datetime.now(UTC).isoformat(),
    }
    return person.asking("POST", "/v1/consents/withdrawals", document)


@contextmanager
def _reporting(ours: Served, reporters: Sequence[Person]) -> Generator[None]:
    done = threading.Event()
    requests = [each.reporting() for each in reporters]

    def report() -> list[Load]:
        loads: list[Load] = []
        while not done.is_set():
            loads.append(put_load(ours.address, requests, seconds=2, server=ours.process))
        return loads

    reporting = threading.Thread(target=report)
    reporting.start()
    try:
        yield
    finally:
        done.set()
        reporting.join()
