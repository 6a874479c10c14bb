"""Public files that this device keeps, on disk or in memory alone.

They are the same on every device. Which regions of the catalogue are here says roughly where the
device was, so a folder belongs to one account, and those go with the permission.
"""

from pathlib import Path
from typing import Final

from nabij._store.files import delete, write_whole

_OWNER_ALONE: Final = 0o700


class Shelf:
    """Named contents; ``folder`` is None where nothing outlives the process."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._in_memory: dict[str, bytes] = {}

    def part(self, name: str) -> "Shelf":
        """Return a shelf below this one, whose contents are kept and deleted apart."""
        return Shelf(self._folder and self._folder / name)

    def read(self, name: str) -> bytes | None:
        """Return the content of this name; None where there is none, or it cannot be read."""
        if self._folder is None:
            return self._in_memory.get(name)
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Put ``content`` in the place of what had this name, whole or not at all.

        Raises:
            OSError: there is no room, or the disk is broken; what was there still is.
        """
        if self._folder is None:
            self._in_memory[name] = content
            return
        self._folder.mkdir(_OWNER_ALONE, parents=True, exist_ok=True)
        write_whole(self._folder / name, content)

    def keep_only(self, names: frozenset[str]) -> None:
        """Delete everything else.

        Raises:
            OSError: something could not be deleted.
        """
        for name in self._in_memory.keys() - names:
            del self._in_memory[name]
        if self._folder is not None and self._folder.is_dir():
            delete(each for each in self._folder.iterdir() if each.name not in names)
