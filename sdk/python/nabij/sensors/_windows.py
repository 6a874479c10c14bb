"""The best fix of a short window, since the first one is seldom the best.

Rules:

1. a window begins with its first fix and lasts as long as the adapter states, ten fixes at most, or
   until the time that the reader has is over;
2. a fix good to ``GOOD_ENOUGH_M`` ends it, but for a first one that has a time: a platform may
   have kept it for long;
3. of two fixes a minute or more apart the later one is better, else the more accurate one; of two
   equal ones, and of those whose accuracy nobody knows, the later one;
4. only the best one so far is kept.
"""

from collections.abc import Callable
from typing import Final

from nabij_geo import Position

__all__ = ["GOOD_ENOUGH_M", "WINDOW_S", "Window", "best_of"]

WINDOW_S: Final = 10.0
"""How long the adapters look, unless they are told otherwise."""

GOOD_ENOUGH_M: Final = 20.0
MOST_FIXES: Final = 10
_APART_S: Final = 60.0


def best_of(before: Position, after: Position) -> Position:
    """Return which of two fixes to keep; ``after`` came later."""
    if before.measured_s is not None and after.measured_s is not None:
        gap_s = after.measured_s - before.measured_s
        if abs(gap_s) >= _APART_S:
            return after if gap_s > 0 else before
    if not before.accuracy_m:
        return after
    return after if after.accuracy_m and after.accuracy_m <= before.accuracy_m else before


class Window:
    """One window, to be told of each fix.

    Args:
        window_s: how long it lasts.
        monotonic: counts seconds.
    """

    def __init__(self, window_s: float, monotonic: Callable[[], float]) -> None:
        self._window_s = window_s
        self._monotonic = monotonic
        self._ends_s: float | None = None
        self._fixes = 0
        self.best: Position | None = None

    def add(self, fix: Position) -> None:
        """Take a fix."""
        self._fixes += 1
        self.best = fix if self.best is None else best_of(self.best, fix)
        if self._ends_s is None:
            self._ends_s = self._monotonic() + self._window_s
        if self._fixes == MOST_FIXES or self._is_good(fix):
            self._ends_s = self._monotonic()

    def _is_good(self, fix: Position) -> bool:
        may_be_kept = self._fixes == 1 and fix.measured_s is not None
        return 0 < (fix.accuracy_m or 0) <= GOOD_ENOUGH_M and not may_be_kept

    def left_s(self, until_s: float) -> float:
        """Return how long to wait for a better fix, until then at most; 0 or less: no longer."""
        ends_s = until_s if self._ends_s is None else min(until_s, self._ends_s)
        return ends_s - self._monotonic()
