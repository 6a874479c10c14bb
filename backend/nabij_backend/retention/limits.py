"""Limits of a sweep: untrusted clocks, and too large a share of a table. Pure.

Rules:

1. the clock is within five minutes of the database's;
2. the log's newest checkpoint was signed no more than five minutes after it: the clock was not set
   back. An older one proves nothing, since a log grows only with acts;
3. a round ends or deletes no more than a share of a table. Ten rows always may go, as a small table
   is soon at its share. So where both clocks are ahead, most stays until an operator looks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from nabij_backend.errors import UserError

FARTHEST = timedelta(minutes=5)
ALWAYS_MAY_GO = 10


class SweepRefused(UserError):
    """A sweep ended and deleted nothing."""


class UnderWay(SweepRefused):
    """Another sweep of this database is under way: this one ended and deleted nothing.

    That one does the same. Try again when it is over.
    """


class ClockDisagrees(SweepRefused):
    """The clock of this host is wrong, or that of the database: nothing was ended or deleted.

    They are more than five minutes apart, or the log's newest checkpoint is of a later time. Set
    the clock that is wrong.
    """


class TooMuchAtOnce(SweepRefused):
    """More of a table is over than NABIJ_SWEEP_SHARE allows at once: nothing was ended or deleted.

    Look at the clocks, and at `nabij retention run --dry-run`. Where that is right, let an operator
    run `nabij retention run --beyond-share`.
    """


@dataclass(frozen=True, slots=True)
class Clocks:
    """What else tells the time: the database, and the newest checkpoint, if there is one."""

    database: datetime
    checkpoint: datetime | None


def require_trusted(now: datetime, clocks: Clocks) -> None:
    """Hold the clock against the others, by rules 1 and 2.

    Raises:
        ClockDisagrees: they do not agree.
    """
    was_set_back = clocks.checkpoint is not None and now < clocks.checkpoint - FARTHEST
    if abs(now - clocks.database) > FARTHEST or was_set_back:
        raise ClockDisagrees


def allows(over: int, of_all: int, share: float) -> bool:
    """Return whether a round may take so many rows of a table of so many, by rule 3."""
    return over <= max(ALWAYS_MAY_GO, share * of_all)
