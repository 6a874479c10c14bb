"""Processes that use a cluster, and a look at the processes that a cluster consists of.

What users of a cluster share, and what is left when one is killed, lies in the kernel: so they
are real processes. They run `USER`: enter the cluster, print its URL, leave when standard input
closes.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
import psycopg

PATIENCE_S = 30.0
_LOOK_EVERY_S = 0.01
USER = """
import os, signal, sys
from pathlib import Path
from nabij_dev import embedded

signal.signal(signal.SIGINT, signal.default_int_handler)
with embedded.cluster(Path(sys.argv[1]), durable=False) as cluster:
    {inside}
    print(cluster.url(), flush=True)
    sys.stdin.read()
"""
PLAIN_USER = USER.format(inside="pass")


class User:
    """A process that uses the cluster of a folder; it may still be waiting for the server."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def says(self) -> str:
        """Return its next line, waiting for it."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, self._process.communicate()[1]
        return line

    def send(self, way: signal.Signals) -> None:
        """Send it a signal and wait until it has ended."""
        self._process.send_signal(way)
        self._process.wait(PATIENCE_S)

    def waits_for(self, condition: Callable[[], bool]) -> None:
        """Wait, while the user is at work, until the condition holds."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline
            with contextlib.suppress(subprocess.TimeoutExpired):
                ended = self._process.wait(0.002)
                raise AssertionError(f"ended with {ended} before the condition held")

    def leaves(self) -> int:
        """Let it leave, and return its exit code."""
        self._process.communicate(timeout=PATIENCE_S)
        return self._process.returncode


@contextmanager
def using(
    folder: Path,
    script: str = PLAIN_USER,
    *,
    python: str = sys.executable,
    uid: int | None = None,
    packages: Path | None = None,
) -> Generator[User]:
    """Run a user, perhaps as somebody else; one that is still there at the end is killed."""
    with subprocess.Popen(
        [python, "-c", script, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        user=uid,
        extra_groups=None if uid is None else [],
        cwd="/",
        env=os.environ | ({} if packages is None else {"PYTHONPATH": str(packages)}),
    ) as process:
        try:
            yield User(process)
        finally:
            process.kill()


def running_below(folder: Path) -> list[psutil.Process]:
    """Return the live servers, supervisors and initdb runs that work on the folder."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if str(folder) in " ".join([*process.cmdline(), process.cwd()]):
                found.append(process)
    return found


def connect(url: str) -> psycopg.Connection:
    """Connect, every statement being its own transaction."""
    return psycopg.connect(url, autocommit=True)


def server_of(url: str) -> psutil.Process:
    """Return the server's main process: the parent of whatever process serves a connection."""
    with connect(url) as connection:
        return parent_of(psutil.Process(connection.info.backend_pid))


def parent_of(process: psutil.Process) -> psutil.Process:
    """Return a parent that must be there."""
    parent = process.parent()
    assert parent is not None
    return parent


def socket_of(url: str) -> Path:
    """Return the folder of the socket in a connection URI."""
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def is_gone(*processes: psutil.Process) -> bool:
    """Wait for processes to end; false when one still runs when patience ends.

    An orphan that has ended stays a zombie until process 1 looks at it, which may take seconds.
    """
    deadline = time.monotonic() + PATIENCE_S
    while not all(map(_has_ended, processes)):
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_EVERY_S)
    return True


def _has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(_LOOK_EVERY_S)
