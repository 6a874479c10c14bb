"""How long a migration kept tables from everybody else."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.rehearsal.installation import Installation

_LOOK_S = 0.002
_LOOK = """
SELECT
    EXISTS (SELECT FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
        WHERE l.mode = 'AccessExclusiveLock' AND l.granted
            AND c.relnamespace = 'nabij'::regnamespace) AS is_held,
    COALESCE((SELECT max(extract(epoch FROM clock_timestamp() - l.waitstart))
        FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
        WHERE NOT l.granted AND l.locktype = 'relation' AND a.usename <> 'postgres'), 0) AS wait_s
"""


@dataclass(slots=True)
class Locks:
    """What was seen, every two milliseconds.

    Attributes:
        held_s: the longest that a table was locked for all others.
        waited_s: the longest that the service waited for a table.
    """

    held_s: float = 0.0
    waited_s: float = 0.0
    _is_over: threading.Event = field(default_factory=threading.Event)

    def look(self, at: Installation) -> None:
        """Look until it is over."""
        since: float | None = None
        with at.superuser() as connection:
            while not self._is_over.wait(_LOOK_S):
                row = connection.execute(_LOOK).fetchone()
                assert row is not None
                is_held, waited_s = row
                now = time.monotonic()
                since = (since or now) if is_held else None
                self.held_s = max(self.held_s, now - since if since else 0.0)
                self.waited_s = max(self.waited_s, float(waited_s))

    def end(self) -> None:
        """Look no more."""
        self._is_over.set()


@contextmanager
def watched(at: Installation) -> Generator[Locks]:
    """The locks that are held and waited for meanwhile."""
    locks = Locks()
    thread = threading.Thread(target=locks.look, args=[at])
    thread.start()
    try:
        yield locks
    finally:
        locks.end()
        thread.join()
