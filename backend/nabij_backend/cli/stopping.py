"""The end of a process that was told to stop, also where something hangs.

What was acknowledged is committed, and PostgreSQL rolls back what was not. So nothing is lost by
ending at once; the wait is for who is being answered.
"""

import os
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from nabij_backend.telemetry import log

LONGEST_S: Final = 9.0


@contextmanager
def ending_in_time() -> Generator[Callable[[], None]]:
    """Give what to call when the process is told to stop: it lives for nine seconds from then."""
    timer = threading.Timer(LONGEST_S, _end)
    timer.daemon = True

    def begin() -> None:
        if timer.ident is None:  # told for the first time
            timer.start()

    try:
        yield begin
    finally:
        timer.cancel()


def _end() -> None:
    log.error("stopped hard", advice="Look for what hung in the lines before, such as a database.")
    os._exit(1)
