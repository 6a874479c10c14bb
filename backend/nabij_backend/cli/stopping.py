"""Ending a process that was told to stop, also where something hangs.

What was acknowledged is committed, and PostgreSQL rolls back what was not. So nothing is lost by
ending at once; the wait is for who is being answered.
"""

import os
import threading
from types import TracebackType
from typing import Final, Self

import structlog

LONGEST_S: Final = 9.0
log = structlog.stdlib.get_logger("nabij")


class Stopping:
    """Lets the process live for nine seconds after it was told to stop."""

    def __init__(self) -> None:
        self._timer = threading.Timer(LONGEST_S, _end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Be done: nothing hung."""
        self._timer.cancel()

    def begin(self) -> None:
        """Be told to stop, once or more often."""
        if self._timer.ident is None:
            self._timer.start()


def _end() -> None:
    log.error("stopped hard", advice="Look for what hung in the lines before, such as a database.")
    os._exit(1)
