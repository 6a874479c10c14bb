"""Folder of a cluster.

A home is a folder with `data/` and `socket/`, both private to the account that runs the server,
and with locks and the log, private to whoever uses the cluster.

- An ordinary user runs the server themselves, in `<folder>/cluster`.
- PostgreSQL refuses to run as root, so root lends it to another account. Where that account
  cannot enter the folder, say in a clone below /root, the home lies in /var/lib/nabij under a
  name derived from the folder. The link `<folder>/cluster` tells where, to people: it is never
  followed, and nobody's permissions are widened.
- The path of a socket may have some 100 bytes. Where it would be longer, `socket` is a link to
  a fresh private folder in /tmp. That one is used again only while it belongs to the account
  and nobody else may enter, so that nobody can lay one out for us.
"""

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from nabij_dev.embedded.account import Account
from nabij_dev.embedded.errors import FolderUnusable

PORT = 5432
_ELSEWHERE = Path("/var/lib/nabij")
_SOCKET_PATH_BYTES = 103  # macOS; Linux takes 107
_PRIVATE = 0o700
TRAVERSABLE = 0o711
_FOREIGN = (
    "The data folder belongs to another user. Run this as that user, choose another folder, "
    "or delete it to start afresh."
)
_SHUT_IN = (
    "The data lies where the account that runs PostgreSQL can no longer enter. Let others "
    "traverse the folders above it, or delete it to start afresh."
)


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one cluster and the account that runs its server."""

    path: Path
    account: Account

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory; it exists only complete."""
        return self.path / "data"

    @property
    def log(self) -> Path:
        """What the server and its supervisor wrote since the last start."""
        return self.path / "server.log"

    def lock(self, name: str) -> Path:
        """Return the path of a lock file."""
        return self.path / f"{name}.lock"

    def made_by(self) -> int | None:
        """Return the major version of the existing data, None when there is none yet."""
        try:
            return int((self.data / "PG_VERSION").read_text("ascii"))
        except FileNotFoundError:
            return None

    def socket(self) -> Path:
        """Return the private folder that holds the server's socket, made when needed."""
        link = self.path / "socket"
        if _fits_socket(link):
            return _private_folder(link, self.account)
        with contextlib.suppress(OSError):
            known = link.readlink()
            if _is_private(known, self.account):
                return known
        made = Path(tempfile.mkdtemp(prefix="nabij-", dir="/tmp"))
        self.account.take(made)
        _point(link, made)
        return made


def _fits_socket(folder: Path) -> bool:
    """Tell whether a socket in the folder has a path that systems and libpq's lists can take."""
    path = os.fsencode(folder / f".s.PGSQL.{PORT}")
    return len(path) <= _SOCKET_PATH_BYTES and b"," not in path


@contextlib.contextmanager
def disk_errors() -> Generator[None]:
    """Turn what the file system refuses into FolderUnusable."""
    try:
        yield
    except OSError as error:
        raise FolderUnusable(
            f"The data folder cannot be used: {error.strerror}. Choose another folder."
        ) from error


def find_home(folder: Path, account: Account) -> Home:
    """Return the home that belongs to a folder, with its outer folders made.

    Raises:
        FolderUnusable: it belongs to somebody else, or lies where the account cannot enter.
        OSError: it cannot be made.
    """
    home = Home(_place(folder.resolve(), account), account)
    if home.data.exists() and home.data.lstat().st_uid != account.uid:
        raise FolderUnusable(_FOREIGN)
    return home


def _place(folder: Path, account: Account) -> Path:
    folder.mkdir(mode=TRAVERSABLE if account.is_lent else _PRIVATE, parents=True, exist_ok=True)
    inside = folder / "cluster"
    if not _leads_elsewhere(inside):
        if not account.is_lent or account.can_enter(folder):
            return _own_folder(inside, account)
        # Asked again, since another starter may have made it meanwhile.
        if inside.exists() and not _leads_elsewhere(inside):
            _own_folder(inside, account)
            raise FolderUnusable(_SHUT_IN)
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()
    outside = _own_folder(_own_folder(_ELSEWHERE, account) / digest[:16], account)
    _point(inside, outside)
    return outside


def _leads_elsewhere(inside: Path) -> bool:
    return inside.is_symlink() and inside.readlink().parent == _ELSEWHERE


def _own_folder(path: Path, account: Account) -> Path:
    """Return a folder of ours; one that others could rearrange under our hands is refused."""
    mode = TRAVERSABLE if account.is_lent else _PRIVATE
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    opened = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(opened).st_uid != os.geteuid():
            raise FolderUnusable(_FOREIGN)
        os.fchmod(opened, mode)
    finally:
        os.close(opened)
    return path


def _private_folder(path: Path, account: Account) -> Path:
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=_PRIVATE)
        account.take(path)
    return path


def _is_private(path: Path, account: Account) -> bool:
    status = path.lstat()
    return status.st_uid == account.uid and status.st_mode == stat.S_IFDIR | _PRIVATE


def _point(link: Path, target: Path) -> None:
    """Make a link point to the target, at no moment to anything else."""
    fresh = link.with_name(f"{link.name}.{os.getpid()}")
    fresh.symlink_to(target)
    fresh.replace(link)
