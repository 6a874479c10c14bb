"""The operating-system user that owns the data and runs the server."""

import os
import pwd
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nabij_dev.embedded.errors import FolderUnusable

_LENT_TO = ("postgres", "_postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """A user, by number."""

    uid: int
    gid: int

    @property
    def is_lent(self) -> bool:
        """Whether it is another user than the one who runs this process."""
        return self.uid != os.geteuid()

    def take(self, folder: Path) -> None:
        """Make the account the owner of a folder that this process has just made."""
        if self.is_lent:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)

    def can_enter(self, folder: Path) -> bool:
        """Ask the operating system whether the account may enter a folder."""
        return self.start(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]).wait() == 0

    def start(
        self, command: list[str], *, output: int = subprocess.DEVNULL, lock: int | None = None
    ) -> "subprocess.Popen[bytes]":
        """Start a program as the account, in its own session and with a bare environment.

        Args:
            command: the program and its arguments.
            output: descriptor for all it writes.
            lock: descriptor of a lock that stays held until the program has ended.
        """
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=() if lock is None else (lock,),
            user=self.uid if self.is_lent else None,
            group=self.gid if self.is_lent else None,
            extra_groups=[] if self.is_lent else None,
            umask=0o077,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            start_new_session=True,
        )


def server_account(names: Iterable[str] = _LENT_TO) -> Account:
    """Return the account of the server: the current user, or for root the first of `names`.

    Raises:
        FolderUnusable: root, and none of the names is known to the system.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in names:
        if name in known:
            return Account(known[name].pw_uid, known[name].pw_gid)
    raise FolderUnusable("PostgreSQL refuses to run as root. Run this as an ordinary user.")
