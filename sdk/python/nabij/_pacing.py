"""When to send: not while it costs the customer, and not while the service asks for rest.

Rules:

1. after a failure, wait a random time up to ``BASE`` doubled with each failure in a row, at most
   ``LONGEST`` ("full jitter": M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog
   2015), and never less than the service's Retry-After;
2. a metered connection, roaming and a low battery hold reports; what the platform cannot tell
   holds nothing, but conditions that are none do;
3. none of this holds a withdrawal: it is told with every call until it is known;
4. a clock that was set back ends a wait.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from nabij._errors import CallbackFailed, NabijError, NotReachable, ServiceUnavailable
from nabij.sensors import Conditions

BASE: Final = timedelta(seconds=2)
LONGEST: Final = timedelta(hours=1)
_MOST_DOUBLINGS: Final = 12


class Holding(StrEnum):
    """Why a report waits. ``SCHEDULED``: for a random minute, see ``nabij._scheduling``."""

    METERED = "metered"
    ROAMING = "roaming"
    LOW_BATTERY = "low-battery"
    BACKING_OFF = "backing-off"
    SCHEDULED = "scheduled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class HeldReport:
    """A report waits, until then at least; None where it depends on the conditions."""

    why: Holding
    until: datetime | None = None


class Pacing:
    """Decides when the next report goes.

    Args:
        conditions: tells what the moment is like.
        chance: a random number from 0 to 1.
    """

    def __init__(self, conditions: Callable[[], Conditions], chance: Callable[[], float]) -> None:
        self._conditions = conditions
        self._chance = chance
        self._failures = 0
        self._failed_at: datetime | None = None
        self._wait = timedelta(0)

    def held(self, now: datetime) -> HeldReport | None:
        """Return whether a report has to wait."""
        if self._failed_at is not None and self._failed_at <= now < self._failed_at + self._wait:
            return HeldReport(Holding.BACKING_OFF, self._failed_at + self._wait)
        try:
            conditions = self._conditions()
        except CallbackFailed:
            return HeldReport(Holding.UNKNOWN)
        for holds, why in (
            (conditions.roaming, Holding.ROAMING),
            (conditions.metered, Holding.METERED),
            (conditions.low_battery, Holding.LOW_BATTERY),
        ):
            if holds:
                return HeldReport(why)
        return None

    def failed(self, now: datetime, error: NabijError) -> None:
        """Note that a report did not arrive, or that no answer came."""
        if not isinstance(error, NotReachable | ServiceUnavailable):
            return
        ceiling = min(LONGEST, BASE * 2 ** min(self._failures, _MOST_DOUBLINGS))
        asked_s = error.retry_after_s if isinstance(error, ServiceUnavailable) else None
        try:
            share = self._chance()
        except CallbackFailed:
            share = 1.0
        self._wait = max(ceiling * share, timedelta(seconds=asked_s or 0))
        self._failed_at = now
        self._failures += 1

    def succeeded(self) -> None:
        """Note that a report arrived."""
        self._failures = 0
        self._failed_at = None
