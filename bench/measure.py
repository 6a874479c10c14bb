"""How we measure: alternating rounds of both sides in one run, medians, and their ratio."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """What ours costs against something measured beside it. ``ratio`` above 1: ours costs less."""

    name: str
    ours: float
    against: str
    theirs: float
    unit: str = "µs"

    @property
    def ratio(self) -> float:
        """Theirs over ours."""
        return self.theirs / self.ours


def compare(  # noqa: PLR0913 - two sides, their names and how often
    name: str,
    ours: Callable[[], object],
    against: str,
    theirs: Callable[[], object],
    *,
    calls: int,
    rounds: int = 15,
) -> Comparison:
    """Time both in turn, ``rounds`` times ``calls`` calls, and take the medians per call."""
    ours_us: list[float] = []
    theirs_us: list[float] = []
    for _ in range(rounds):
        ours_us.append(_microseconds(ours, calls))
        theirs_us.append(_microseconds(theirs, calls))
    return Comparison(name, statistics.median(ours_us), against, statistics.median(theirs_us))


def _microseconds(call: Callable[[], object], calls: int) -> float:
    begun = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - begun) / calls * 1e6
