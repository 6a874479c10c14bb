"""A private PostGIS cluster in a folder, for the demo, for development and for tests.

    with embedded.cluster(Path(".nabij")) as cluster:
        psycopg.connect(cluster.url())

Rules:

- Only the user who runs it can reach it: no network, one unix socket in a private folder.
- All users of a folder, in one process or in many, share one server. It stops when the last of
  them has left, also when they were killed: the kernel lets go of their locks, and a supervisor
  that waits for the last of them stops the server.
- It starts from whatever a crash, a reboot or an interruption left behind, without losing data.
- Its log holds nothing that a client sent.

Who holds which lock, always taken in this order:

| lock | shared | exclusive |
|---|---|---|
| `start` | | who starts the server or leaves it, one at a time |
| `users` | every user | the supervisor, from when nobody is left until the server has stopped |
| `supervisor` | | the one supervisor, for life |
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from nabij_dev.embedded import server
from nabij_dev.embedded.account import server_account
from nabij_dev.embedded.binaries import find_programs, known_folders
from nabij_dev.embedded.errors import (
    EmbeddedError,
    FolderUnusable,
    NotDurable,
    NotMade,
    PostgisMissing,
    ServerFailed,
    VersionMismatch,
)
from nabij_dev.embedded.home import TRAVERSABLE, Home, disk_errors, find_home
from nabij_dev.embedded.locks import FileLock

__all__ = [
    "Cluster",
    "EmbeddedError",
    "FolderUnusable",
    "NotDurable",
    "NotMade",
    "PostgisMissing",
    "ServerFailed",
    "VersionMismatch",
    "cluster",
    "is_made",
    "require_programs",
    "temporary_folder",
]

_START_PATIENCE_S = 120.0
_LOOK_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running PostgreSQL server with PostGIS."""

    socket: Path

    def url(self, dbname: str = "postgres") -> str:
        """Return a connection URI for the superuser, as libpq, psycopg and SQLAlchemy take it."""
        host = quote(os.fsencode(self.socket), safe="")
        return f"postgresql://{server.SUPERUSER}@/{quote(dbname, safe='')}?host={host}"


@contextmanager
def cluster(folder: Path, *, durable: bool = True) -> Generator[Cluster]:
    """Run the folder's cluster while the context is open.

    Args:
        folder: the folder, made when it does not exist. What lies beside `cluster` in it is
            left alone.
        durable: False is faster, and a power cut may then cost the data: for tests.

    Raises:
        PostgisMissing: no PostgreSQL with PostGIS is installed.
        VersionMismatch: the data was made by a version that is not installed.
        FolderUnusable: the folder cannot be written or belongs to somebody else.
        NotDurable: durability was asked for while others use the cluster without it.
        ServerFailed: PostgreSQL did not start.
    """
    with disk_errors():
        home = find_home(folder, server_account())
        users = FileLock(home.lock("users"))
    with users:
        try:
            yield _join(home, users, durable=durable)
        finally:
            _leave(home, users)


@contextmanager
def temporary_folder() -> Generator[Path]:
    """Yield a temporary folder, which is deleted with all its content, clusters included.

    The account that runs the server can enter it. Otherwise the data would lie outside, and stay.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if server_account().is_lent:
            folder.chmod(TRAVERSABLE)
        yield folder


def is_made(folder: Path) -> bool:
    """Return whether the folder has a cluster, as far as can be told without making anything."""
    return os.path.lexists(folder / "cluster")


def require_programs() -> None:
    """Check that a cluster could run here.

    Raises:
        PostgisMissing: no PostgreSQL with PostGIS is installed.
    """
    find_programs(known_folders(), None)


def _join(home: Home, users: FileLock, *, durable: bool) -> Cluster:
    """Become a user of the server, which is started when it is not running."""
    with disk_errors(), FileLock(home.lock("start")) as start:
        start.exclusive()
        users.shared()
        programs = find_programs(known_folders(), home.made_by())
        if home.made_by() is None:
            server.make_data(home, programs, start.fileno(), durable=durable)
        _bring_up(home, programs, durable=durable)
        if durable and not server.is_durable(home):
            raise NotDurable
        return Cluster(home.socket())


def _bring_up(home: Home, programs: Path, *, durable: bool) -> None:
    """Return when the server accepts connections and a supervisor watches over it."""
    spawned = False
    deadline = time.monotonic() + _START_PATIENCE_S
    while time.monotonic() < deadline:
        with FileLock(home.lock("supervisor")) as supervisor:
            supervised = not supervisor.try_exclusive()
            if supervised and server.is_ready(home):
                return
            if spawned and not supervised:
                break  # it gave up
            if not supervised:
                _spawn_supervisor(home, programs, supervisor, durable=durable)
                spawned = True
        time.sleep(_LOOK_EVERY_S)
    raise ServerFailed(server.log_tail(home))


def _spawn_supervisor(home: Home, programs: Path, lock: FileLock, *, durable: bool) -> None:
    """Start a supervisor and hand it the lock."""
    if server.postmaster(home) is None:
        home.log.unlink(missing_ok=True)
    log = os.open(home.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    arguments = [home.path, programs, "durable" if durable else "forgetful", str(lock.fileno())]
    try:
        subprocess.run(
            [sys.executable, "-m", __name__, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock.fileno()],
            cwd="/",
            start_new_session=True,
            check=False,  # when it fails, the lock is free again and the log tells why
        )
    finally:
        os.close(log)


def _leave(home: Home, users: FileLock) -> None:
    """Leave the cluster; the last one out returns when the server has stopped."""
    if users.closed:
        return  # a fork of the user, which never was one itself
    with FileLock(home.lock("start")) as start:
        start.exclusive()
        if not users.try_exclusive():
            users.shared()  # at once beside others; else when the supervisor has stopped it
            return
        users.release()
        with FileLock(home.lock("supervisor")) as supervisor:
            supervisor.exclusive()
        survivor = server.postmaster(home)
        if survivor is not None:
            server.stop(survivor)
