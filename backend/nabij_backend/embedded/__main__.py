"""The supervisor: runs a server for as long as somebody uses it.

`python -m nabij_backend.embedded <home> <programs> <durable|forgetful> <lock>` leaves a process
of its own session behind. That process holds the supervisor's lock, which its starter handed it
as an open descriptor, and starts the server, or adopts the one that outlived an earlier
supervisor. It then waits for the lock on `users.lock`, which it gets when the last user has
closed the cluster or died, and stops the server. When the server goes by itself, so does the
supervisor: the next user starts both anew.
"""

import os
import sys
import threading
from pathlib import Path

from psutil import Process

from nabij_backend.embedded import server
from nabij_backend.embedded.account import server_account
from nabij_backend.embedded.home import Home
from nabij_backend.embedded.locks import FileLock


def supervise(home: Home, programs: Path, *, durable: bool) -> None:
    """Run the server until its last user has gone."""
    running = server.postmaster(home)
    if running is None:
        running = server.start(home, programs, durable=durable)
    threading.Thread(target=_stop_when_unused, args=(home, running), daemon=True).start()
    running.wait()


def _stop_when_unused(home: Home, running: Process) -> None:
    with FileLock(home.lock("users")) as users:
        users.exclusive()
        server.stop(running)


def main(home: str, programs: str, durable: str, lock: str) -> None:
    """Detach and supervise; returns at once in the process that was started."""
    if os.fork() != 0:
        return
    os.set_inheritable(int(lock), False)  # noqa: FBT003 - the function takes no keywords
    supervise(Home(Path(home), server_account()), Path(programs), durable=durable == "durable")


if __name__ == "__main__":
    main(*sys.argv[1:])
