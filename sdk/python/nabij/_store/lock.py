"""A lock on a file, which the process holds until it closes it or dies."""

import os
import sys
from pathlib import Path
from typing import Final

_OWNER_ALONE: Final = 0o600
_CLOSED: Final = -1


class Lock:
    """An open file that nobody else can lock: no other process, and no other client in this one.

    Raises:
        BlockingIOError: somebody else holds it.
        OSError: the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_CREAT | os.O_RDWR, _OWNER_ALONE)
        try:
            _lock(self._handle)
        except BaseException:
            os.close(self._handle)
            raise

    def close(self) -> None:
        """Let somebody else have it; called again, do nothing: the number may be another file's."""
        handle, self._handle = self._handle, _CLOSED
        if handle != _CLOSED:
            os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
