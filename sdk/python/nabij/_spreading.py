"""When a square is told, so that the moment says no more than the square.

Rules:

1. a square is told when it is another than the one that was told last, else once a week; sooner
   where the notice keeps it for less, since it would be gone;
2. not at once, but at a random minute of the following hour: who sees requests come in learns
   nothing of when somebody arrived. What is told is the hour of the look;
3. a square that waits is not put off by the same one; another one takes its place. One whose
   minute has passed is told first, as an app that was closed could not tell it in time; of several
   such the newest;
4. back at the square that was told last, nothing waits any longer: nothing has changed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from nabij._errors import CallbackFailed
from nabij._queue import Row

WEEKLY: Final = timedelta(days=7)
_HOUR: Final = timedelta(hours=1)
_LAST_MINUTE: Final = 59


def hour_of(moment: datetime) -> datetime:
    """The whole hour that a moment is in."""
    return moment.replace(minute=0, second=0, microsecond=0)


def following_hour(now: datetime, chance: Callable[[], float]) -> datetime:
    """A random minute of the hour after this one; the last one where chance fails."""
    try:
        minute = min(int(60 * chance()), _LAST_MINUTE)
    except CallbackFailed:
        minute = _LAST_MINUTE
    return hour_of(now) + _HOUR + timedelta(minutes=minute)


def stands(told: Row | None, row: Row, kept: timedelta) -> bool:
    """Whether the service has the square of ``row``, and keeps it for now.

    Args:
        told: what the service took last; None where it has nothing.
        row: what this device would tell now.
        kept: for how long the notice keeps it.
    """
    if told is None or (told.epoch, told.status) != (row.epoch, row.status):
        return False
    return told.hour <= row.hour < told.hour + min(WEEKLY, kept)
