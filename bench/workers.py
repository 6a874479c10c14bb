"""Two processes of the service beside one, each with a share of a processor of its own.

This machine has two processors, of which the load and PostgreSQL take one. So both processes are on
the other, and the kernel gives each no more than ``_SHARE`` of it (CFS bandwidth control, cgroup
v1). Where that is not to be had, nothing is measured.
"""

import os
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from bench import public
from bench.contest import Contender, Effort
from bench.installation import Installation, installed
from bench.load import Request
from bench.measure import Comparison, at_least
from bench.people import people
from bench.servers import Served, serving

_CONTROL: Final = Path("/sys/fs/cgroup/cpu")
_QUOTA: Final = "cpu.cfs_quota_us"
_PERIOD_US: Final = 10_000
_SHARE: Final = 0.35
_SOURCES: Final = 20_000
_WORKERS: Final = 2


def run() -> list[Comparison]:
    """Compare reports and cold squares; nothing where shares cannot be had."""
    if not os.access(_CONTROL / _QUOTA, os.R_OK) or not os.access(_CONTROL, os.W_OK):
        return []
    effort = Effort()
    with installed(_SOURCES) as here, ExitStack() as running:
        servers = [running.enter_context(_worker(here, number)) for number in range(_WORKERS)]
        somebody = people(here, 2_000)
        half = len(somebody) // _WORKERS
        reports = [
            [each.reporting() for each in somebody[number * half : (number + 1) * half]]
            for number in range(_WORKERS)
        ]
        squares = public.cold_requests(here)
        half = len(squares) // _WORKERS
        cold = [squares[number * half : (number + 1) * half] for number in range(_WORKERS)]
        return [
            _compare("report, two processes", servers, reports, effort),
            _compare("square, cold, two processes", servers, cold, effort),
        ]


@contextmanager
def _worker(here: Installation, number: int) -> Generator[Served]:
    group = _CONTROL / f"bench-{os.getpid()}-{number}"
    group.mkdir()
    try:
        (group / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
        (group / _QUOTA).write_text(str(round(_PERIOD_US * _SHARE)))
        with serving(here) as served:
            (group / "cgroup.procs").write_text(str(served.process.pid))
            yield served
    finally:
        group.rmdir()


def _compare(
    name: str, servers: Sequence[Served], requests: Sequence[Sequence[Request]], effort: Effort
) -> Comparison:
    contenders = [Contender(*each) for each in zip(servers, requests, strict=True)]
    one: list[float] = []
    two: list[float] = []
    _together(contenders, effort)
    for _ in range(effort.rounds):
        two.append(_together(contenders, effort))
        one.append(_together(contenders[:1], effort))
    return Comparison(name, median(two), "one", median(one), "requests/s", at_least(1.8))


def _together(contenders: Sequence[Contender], effort: Effort) -> float:
    """Put load on all of them at once; returns how much is answered in a second."""

    def load(each: Contender) -> float:
        return each.under_load(effort.seconds, effort.connections).per_second

    with ThreadPoolExecutor(len(contenders)) as clients:
        return sum(clients.map(load, contenders))
