"""Files of the store: written whole or not at all, and readable by nobody but the app's user."""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from nabij._acts import Act
from nabij._store.documents import act_document, act_of, written

_OWNER_ALONE = 0o600


def create(path: Path) -> None:
    """Make an empty file, if there is none."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, _OWNER_ALONE))


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content``; whoever is interrupted leaves what was there before.

    Raises:
        OSError: it could not be written.
    """
    new = path.with_name(f"{path.name}.new")
    handle = os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, _OWNER_ALONE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Let what was renamed or deleted in ``folder`` outlive a loss of power."""
    with suppress(OSError):  # not every system lets a folder be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def delete(paths: Iterable[Path]) -> None:
    """Delete those that are there."""
    for path in paths:
        path.unlink(missing_ok=True)


class Ledger:
    """The acts that have yet to be told, a second time; ``path`` is None where nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def read(self) -> dict[UUID, Act]:
        """Return the acts, in their order; none where the file cannot be read."""
        if self._path is None or not self._path.exists():
            return {}
        try:
            documents = json.loads(self._path.read_bytes())
            return {act.id: act for act in map(act_of, documents)}
        except (KeyError, TypeError, ValueError):
            return {}  # the database has them, too

    def write(self, acts: Iterable[Act]) -> None:
        """Keep just these.

        Raises:
            OSError: they could not be written.
        """
        documents = [act_document(each) for each in acts]
        if self._path is None or (not documents and not self._path.exists()):
            return
        if documents:
            write_whole(self._path, written(documents).encode())
        else:
            delete([self._path])
            sync_folder(self._path.parent)
