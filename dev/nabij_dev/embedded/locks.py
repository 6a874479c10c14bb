"""File locks that the kernel releases when their holder dies."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self
from weakref import WeakSet

_open_locks: "WeakSet[FileLock]" = WeakSet()


class FileLock:
    """An advisory lock on a file (`flock`), tied to this object, not to the process.

    Two objects on one path exclude each other even within a process. Programs started from here
    do not inherit it (the descriptor is close-on-exec), and a fork loses it: in the child,
    `closed` is true and the parent's lock is untouched.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, making it when needed, and lock nothing yet.

        Raises:
            OSError: the file cannot be made, or is a symbolic link.
        """
        self._descriptor: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        _open_locks.add(self)

    @property
    def closed(self) -> bool:
        """Whether the lock was closed, here or by a fork."""
        return self._descriptor is None

    def fileno(self) -> int:
        """Return the descriptor, for handing the lock to a child process.

        Raises:
            ValueError: the lock is closed.
        """
        if self._descriptor is None:
            raise ValueError("the lock is closed")
        return self._descriptor

    def shared(self) -> None:
        """Hold the lock together with others; wait for an exclusive holder."""
        fcntl.flock(self.fileno(), fcntl.LOCK_SH)

    def exclusive(self) -> None:
        """Hold the lock alone; wait for every other holder."""
        fcntl.flock(self.fileno(), fcntl.LOCK_EX)

    def try_exclusive(self) -> bool:
        """Hold the lock alone if nobody else holds it. A shared hold is lost either way."""
        try:
            fcntl.flock(self.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Let go, for every copy of the descriptor; the lock can be taken again."""
        fcntl.flock(self.fileno(), fcntl.LOCK_UN)

    def close(self) -> None:
        """Close this copy; a copy handed to another process keeps its hold."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        """Return the lock, not yet held."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the lock."""
        self.close()


def _close_in_child() -> None:
    for lock in list(_open_locks):
        lock.close()


os.register_at_fork(after_in_child=_close_in_child)
