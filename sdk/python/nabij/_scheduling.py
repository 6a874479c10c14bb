"""When squares and networks are told, so that the moment says no more than what is told.

Rules:

1. a square is told when it is another than the one that was told last, else once a week, or at half
   the time that the notice keeps it where that is sooner: it is renewed before it is gone;
2. not at once, but at a random minute of the following hour: who sees requests come in learns
   nothing of when somebody arrived. What is told is the hour of the look;
3. a square that waits is not put off by the same one; another one takes its place. One whose
   minute has passed is told first, as an app that was closed could not tell it in time; of several
   such the newest;
4. back at the square that was told last, nothing waits any longer: nothing has changed;
5. the state of a network is told once a day, or at half the time that the notice keeps it where
   that is sooner, and with whatever else is told meanwhile; as it then is. Told whenever it
   changes, the moments alone would say when somebody leaves home and comes back.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from nabij._errors import CallbackFailed
from nabij._queue import Row
from nabij_consent import Purpose, Signal

if TYPE_CHECKING:
    from nabij._store import Store

WEEKLY: Final = timedelta(days=7)
DAILY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_LAST_MINUTE: Final = 59


def hour_of(moment: datetime) -> datetime:
    """Return the whole hour that a moment is in."""
    return moment.replace(minute=0, second=0, microsecond=0)


def random_minute(hour: datetime, chance: Callable[[], float]) -> datetime:
    """Return a random minute of an hour; the last one where chance fails."""
    try:
        minute = min(int(60 * chance()), _LAST_MINUTE)
    except CallbackFailed:
        minute = _LAST_MINUTE
    return hour + timedelta(minutes=minute)


def is_current(told: Row | None, row: Row, kept: timedelta) -> bool:
    """Return whether the service has the square of ``row``, and need not have it renewed.

    Args:
        told: what the service took last; None where it has nothing.
        row: what this device would tell now.
        kept: for how long the notice keeps it.
    """
    if told is None or (told.epoch, told.status) != (row.epoch, row.status):
        return False
    return told.hour <= row.hour < told.hour + min(WEEKLY, kept / 2)


class SquareQueue:
    """The squares of one device that wait to be told.

    Args:
        store: keeps them, and the one that was told last.
        chance: a random number from 0 to 1.
        at_once: of what never moves, whose squares wait for no minute.
    """

    def __init__(self, store: "Store", chance: Callable[[], float], *, at_once: bool) -> None:
        self._store = store
        self._chance = chance
        self._at_once = at_once

    def waiting(self, purpose: Purpose) -> list[Row]:
        """Return those that wait, the newest last: one that may be sent, and one that waits on."""
        return [each for each in self._store.rows() if each.key == (purpose, Signal.GPS)]

    def put(self, row: Row, now: datetime, kept: timedelta) -> bool:
        """Let a square wait for its minute; False where the service has it and keeps it."""
        if self._at_once:
            self._store.put(row)
            return True
        waiting = self.waiting(row.purpose)
        ready = next((each for each in waiting if each.due_at is None), None)
        later = next((each for each in waiting if each.due_at is not None), None)
        if later and later.is_due(now):
            ready, later = replace(later, due_at=None), None
            self._store.put(ready)
        if is_current(ready or self._store.reported(*row.key), row, kept):
            if later:
                self._store.remove(later)
            return ready is not None
        if later is None or (later.epoch, later.status) != (row.epoch, row.status):
            self._store.put(replace(row, due_at=random_minute(hour_of(now) + _HOUR, self._chance)))
        return True


class NetworkQueue:
    """The states of networks of one device that wait to be told.

    Args:
        store: keeps them, and those that were told last.
        chance: a random number from 0 to 1.
    """

    def __init__(self, store: "Store", chance: Callable[[], float]) -> None:
        self._store = store
        self._chance = chance

    def put(self, row: Row, kept: timedelta) -> None:
        """Let a state wait for its day, in place of an older one."""
        # What was told under another grant is forgotten with it.
        told = self._store.reported(*row.key)
        due_at = None
        if told is not None and told.hour <= row.hour:
            waiting = next((each for each in self._store.rows() if each.key == row.key), None)
            due_at = waiting and waiting.due_at
            due_at = due_at or random_minute(told.hour + min(DAILY, kept / 2), self._chance)
        self._store.put(replace(row, due_at=due_at))
