"""The supervisor: runs a server while it has users.

`python -m nabij_dev.embedded <home> <programs> <durable|forgetful> <lock>` leaves a process
of its own session behind. That process holds the supervisor's lock, which its starter handed it
as an open descriptor, and starts the server, or adopts the one that outlived an earlier
supervisor. It then waits for the lock on `users.lock`, which it gets when the last user has
closed the cluster or died, and stops the server.

A server that dies meanwhile is started again, from whatever it left. One that dies three times in a
row, each within a minute of its start, is left alone, and the supervisor goes with it: the next
user starts both anew.
"""

import os
import sys
import threading
import time
from pathlib import Path

from psutil import Process

from nabij_dev.embedded import server
from nabij_dev.embedded.account import server_account
from nabij_dev.embedded.home import Home
from nabij_dev.embedded.locks import FileLock

_MOST_DEATHS = 3
_LIVES_S = 60.0


class Supervisor:
    """Keeps a server running until its last user has gone."""

    def __init__(self, home: Home, programs: Path, *, durable: bool) -> None:
        self._home, self._programs, self._durable = home, programs, durable
        self._turn = threading.Lock()
        self._is_unused = False
        self._running = server.postmaster(home) or self._started()

    def supervise(self) -> None:
        """Return when nobody uses the server, or when it dies as soon as it is started."""
        threading.Thread(target=self._stop_when_unused, daemon=True).start()
        deaths = 0
        while True:
            began = time.monotonic()
            self._running.wait()
            deaths = 1 if time.monotonic() - began > _LIVES_S else deaths + 1
            with self._turn:
                if self._is_unused or deaths >= _MOST_DEATHS:
                    return
                self._running = self._started()

    def _started(self) -> Process:
        return server.start(self._home, self._programs, durable=self._durable)

    def _stop_when_unused(self) -> None:
        with FileLock(self._home.lock("users")) as users:
            users.exclusive()
            with self._turn:
                self._is_unused = True
                server.stop(self._running)


def main(home: str, programs: str, durable: str, lock: str) -> None:
    """Detach and supervise; returns at once in the process that was started."""
    if os.fork() != 0:
        return
    os.set_inheritable(int(lock), False)  # noqa: FBT003 - the function takes no keywords
    place = Home(Path(home), server_account())
    Supervisor(place, Path(programs), durable=durable == "durable").supervise()


if __name__ == "__main__":
    main(*sys.argv[1:])
