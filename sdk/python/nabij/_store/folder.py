"""The folder of the store: whose file is whose, and that only one process has them open."""

import hashlib
import hmac
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from nabij._errors import StoreFailed, StoreInUse
from nabij._store.database import files_of, salvaged
from nabij._store.files import Ledger, create, delete, write_whole
from nabij._store.lock import Lock
from nabij._store.shelf import Shelf
from nabij._store.store import Loaded, Store

_OWNER_ALONE: Final = 0o700
_log = logging.getLogger("nabij.store")
_SALT_BYTES: Final = 32
_SHELF: Final = ".public"


def open_store(
    folder: Path | None,
    account: str,
    new_id: Callable[[], UUID],
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> tuple[Store, Loaded]:
    """Open the store of ``account`` in ``folder`` (None: in memory), and read what it holds.

    Raises:
        StoreInUse: another client has it open, in this process or in another.
        StoreFailed: the folder cannot be written.
    """
    if folder is None:
        store = Store(None, new_id)
        return store, store.load()
    try:
        return _opened(folder, account, new_id, random_bytes)
    except (OSError, sqlite3.Error):
        raise StoreFailed from None


def _opened(
    folder: Path, account: str, new_id: Callable[[], UUID], random_bytes: Callable[[int], bytes]
) -> tuple[Store, Loaded]:
    folder.mkdir(_OWNER_ALONE, parents=True, exist_ok=True)
    lock = _locked(folder / "lock")
    try:
        path = folder / f"{_name(_salt(folder / 'salt', random_bytes), account)}.sqlite3"
        _wipe_others(folder, path)
        return _store_at(path, new_id, lock.close)
    except BaseException:
        lock.close()
        raise


def _store_at(
    path: Path, new_id: Callable[[], UUID], release: Callable[[], None]
) -> tuple[Store, Loaded]:
    damaged = path.with_suffix(".damaged")
    create(path)
    shelf = Shelf(path.with_suffix(_SHELF))
    make = partial(Store, path, new_id, [damaged], release, shelf)
    try:
        store = make()
        return store, store.load()
    except (sqlite3.DatabaseError, StoreFailed, KeyError, TypeError, ValueError) as error:
        if _is_of_the_disk(error):
            raise
        _set_aside(path, damaged)
        _log.warning("the store was damaged: it was set aside, and a new one begun")
        create(path)
        store = make()
        return store, store.load()


def _is_of_the_disk(error: Exception) -> bool:
    """Return whether the disk is full or the file cannot be had, rather than read as a store.

    SQLite says so by a code. Text that is none has no code, and what is not there is SQLITE_ERROR.
    """
    code: int | None = getattr(error, "sqlite_errorcode", None)
    is_operational = isinstance(error, sqlite3.OperationalError)
    return is_operational and code not in {None, sqlite3.SQLITE_ERROR}


def _set_aside(path: Path, damaged: Path) -> None:
    ledger = Ledger(path.with_suffix(".untold"))
    acts = {each.id: each for each in salvaged(path)} | ledger.read()
    ledger.write(acts.values())
    path.replace(damaged)
    delete(files_of(path))
    # Regions of the catalogue say where the device was, and the permission for that is unknown now.
    shelf = path.with_suffix(_SHELF)
    if shelf.exists():
        shutil.rmtree(shelf)


def _wipe_others(folder: Path, ours: Path) -> None:
    for path in folder.glob("*.sqlite3"):
        if path != ours:
            _set_aside(path, path.with_suffix(".damaged"))
    for path in folder.glob("*.damaged"):
        if path.stem != ours.stem:
            delete([path])
    for path in folder.glob(f"*{_SHELF}"):
        if path.stem != ours.stem:
            shutil.rmtree(path)


def _locked(path: Path) -> Lock:
    """Hold a lock that dies with the process.

    A POSIX record lock would be dropped as soon as this process closed any other descriptor of the
    file; that of the open file itself (BSD's flock) stays.
    """
    try:
        return Lock(path)
    except BlockingIOError:
        raise StoreInUse from None


def _salt(path: Path, random_bytes: Callable[[int], bytes]) -> bytes:
    if not path.exists():
        write_whole(path, random_bytes(_SALT_BYTES))
    return path.read_bytes()


def _name(salt: bytes, account: str) -> str:
    return hmac.new(salt, account.encode(), hashlib.sha256).hexdigest()[:32]
