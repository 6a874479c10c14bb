"""Servers under the same load, in turn."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from statistics import median

from bench.load import Load, Request, put_load
from bench.measure import Comparison, Goal
from bench.servers import Served


@dataclass(slots=True)
class Contender:
    """A server, and what it is asked: each request once, before the first one comes again."""

    served: Served
    requests: Sequence[Request]
    sent: int = 0

    def under_load(self, seconds: float, connections: int) -> Load:
        """Put load on it."""
        load = put_load(
            self.served.address,
            self.requests,
            seconds=seconds,
            connections=connections,
            sent=self.sent,
            server=self.served.process,
            database=self.served.database,
        )
        self.sent += round(load.requests)
        return load


@dataclass(frozen=True, slots=True)
class Effort:
    """How long is measured."""

    rounds: int = 5
    seconds: float = 3.0
    connections: int = 8


@dataclass(frozen=True, slots=True)
class Result:
    """The medians of two who were measured in turn."""

    ours: Load
    theirs: Load

    def throughput(self, name: str, against: str, goal: Goal | None = None) -> Comparison:
        """Compare the requests that were answered in a second."""
        ours, theirs = self.ours.per_second, self.theirs.per_second
        return Comparison(name, ours, against, theirs, "requests/s", goal)

    def cpu(self, name: str, against: str) -> Comparison:
        """Compare the CPU time of server and database for each request."""
        return Comparison(
            f"{name}: CPU of server and database",
            self.ours.cpu_us + self.ours.database_cpu_us,
            against,
            self.theirs.cpu_us + self.theirs.database_cpu_us,
        )

    def answered(self, name: str, against: str) -> Comparison:
        """Compare the bytes of an answer as they pass the wire, heads included."""
        ours, theirs = self.ours.bytes_each, self.theirs.bytes_each
        return Comparison(f"{name}: bytes of an answer", ours, against, theirs, "bytes")


def contest(ours: Contender, theirs: Contender, effort: Effort) -> Result:
    """Put load on both in turn, so that both meet the same moods of the machine."""
    both: tuple[list[Load], list[Load]] = ([], [])
    for each in (ours, theirs):
        each.under_load(effort.seconds, effort.connections)
    for _ in range(effort.rounds):
        for each, loads in zip((ours, theirs), both, strict=True):
            loads.append(each.under_load(effort.seconds, effort.connections))
    return Result(*map(_median, both))


def _median(loads: Sequence[Load]) -> Load:
    names = [each.name for each in fields(Load)]
    return Load(**{name: median(getattr(load, name) for load in loads) for name in names})
