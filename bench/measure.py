"""What is measured: a value of ours beside another one of the same run, and the goal for both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Goal:
    """What a ratio should be; ``at_least`` for what is better the more it is."""

    bound: float
    at_least: bool

    def __str__(self) -> str:
        """Write it as a reader would."""
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"

    def is_met(self, ratio: float) -> bool:
        """Tell whether a ratio is as it should be."""
        return ratio >= self.bound if self.at_least else ratio <= self.bound


def at_least(bound: float) -> Goal:
    """Return the goal of a ratio that is better the larger it is."""
    return Goal(bound, at_least=True)


def at_most(bound: float) -> Goal:
    """Return the goal of a ratio that is better the smaller it is."""
    return Goal(bound, at_least=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A value of ours, and another one that was measured beside it in alternating rounds."""

    name: str
    value: float
    against: str
    theirs: float
    unit: str = "µs"
    goal: Goal | None = None

    @property
    def ratio(self) -> float:
        """Ours over theirs."""
        return self.value / self.theirs

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None: there is none."""
        return None if self.goal is None else self.goal.is_met(self.ratio)

    def document(self) -> dict[str, Any]:
        """Return it as results are kept."""
        return {
            "name": self.name,
            "value": _rounded(self.value),
            "unit": self.unit,
            "against": self.against,
            "theirs": _rounded(self.theirs),
            "ratio": _rounded(self.ratio),
            "goal": None if self.goal is None else str(self.goal),
            "met": self.met,
        }


def compare(  # noqa: PLR0913 - two sides, their names and how often
    name: str,
    ours: Callable[[], object],
    against: str,
    theirs: Callable[[], object],
    *,
    calls: int,
    rounds: int = 15,
    goal: Goal | None = None,
) -> Comparison:
    """Time both in turn, ``rounds`` times ``calls`` calls, and take the medians per call."""
    ours_us: list[float] = []
    theirs_us: list[float] = []
    for _ in range(rounds):
        ours_us.append(_microseconds(ours, calls))
        theirs_us.append(_microseconds(theirs, calls))
    medians = statistics.median(ours_us), statistics.median(theirs_us)
    return Comparison(name, medians[0], against, medians[1], goal=goal)


def _microseconds(call: Callable[[], object], calls: int) -> float:
    begun = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - begun) / calls * 1e6


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
