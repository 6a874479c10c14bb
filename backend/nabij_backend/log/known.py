"""The newest checkpoint that this host knows, in a file beside the signing keys.

Rules:

1. who gives leaves their places keeps each checkpoint here, once it is committed. So the file is
   never ahead of the database, unless that was restored or is another one;
2. a log continues the file's checkpoint where it holds it or begins with its tree, or where that
   log is known to have ended. Old checkpoints go (``thinning``), their leaves stay;
3. where it does not, nothing is written about anybody, until `nabij restore-check` has told what
   was lost: not an act, a report, an erasure, a sweep or a checkpoint;
4. a file that cannot be read is no reason to go on.

A host that has no file yet knows nothing, and stops nobody.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar

from nabij_backend.db import Connection
from nabij_backend.errors import NotAdmitted, UserError
from nabij_backend.log import repository
from nabij_backend.log.documents import Checkpoint, read_checkpoint
from nabij_backend.settings import Settings
from nabij_backend.signing import InvalidSignature, Signer, signing_folder
from nabij_consent import InvalidProof

_FILE = "newest.checkpoint"


class LogDisagrees(NotAdmitted):
    """The database lacks what was signed last, so nothing is written: a backup was restored.

    Run `nabij restore-check`: it erases again, ends what may have been withdrawn, and says so in
    the log. Where no backup was restored, NABIJ_DATABASE_URL names another database, or `nabij
    fsck` tells what was changed in this one.
    """

    event: ClassVar[str] = "log disagrees"


class DamagedCheckpoint(LogDisagrees):
    """The file newest.checkpoint beside the signing keys is damaged, so nothing is written.

    Put what `nabij log checkpoint` printed last in its place. Where nobody kept that, run `nabij
    restore-check --no-checkpoint`: it ends every live grant.
    """


class CannotKeep(UserError):
    """The newest checkpoint cannot be kept beside the signing keys, so a restore may not be seen.

    Give its disk space and the folder to this user.
    """


class KnownLog:
    """The file, and the database's log held against it."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._file = signer.folder / _FILE
        self._read: tuple[tuple[int, int], Checkpoint] | None = None

    def newest(self) -> Checkpoint | None:
        """Return the checkpoint in the file; None where there is no file.

        Raises:
            DamagedCheckpoint: rule 4.
        """
        try:
            found = self._file.stat()
            state = (found.st_ino, found.st_mtime_ns)
            if self._read is None or self._read[0] != state:
                text = self._file.read_text("ascii")
                self._read = (state, read_checkpoint(text, self._signer.public()))
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError, InvalidSignature, InvalidProof) as error:
            raise DamagedCheckpoint from error
        return self._read[1]

    async def require(self, connection: Connection) -> None:
        """Check that the database's log continues the checkpoint, as whichever role.

        Raises:
            LogDisagrees: rules 3 and 4.
        """
        judge = await self.ask(connection)
        await judge()

    async def ask(self, connection: Connection) -> Callable[[], Awaitable[None]]:
        """Do the same in two steps: ask the database, and return what judges its answer."""
        known = self.newest()
        asked = known and await repository.ask_whether_it_continues(connection, known)

        async def judge() -> None:
            if known is None or asked is None or await repository.continues(asked):
                return
            if not await repository.begins_with(connection, known):
                raise LogDisagrees

        return judge

    async def keep(self, text: str) -> None:
        """Put a signed checkpoint, which is committed, in the place of the last.

        Raises:
            CannotKeep: the folder cannot be written.
        """
        try:
            await asyncio.to_thread(_replace, self._file, text)
        except OSError as error:
            raise CannotKeep from error


def known_log(settings: Settings) -> KnownLog:
    """Return what the host of these settings knows."""
    return KnownLog(Signer(signing_folder(settings)))


def _replace(file: Path, text: str) -> None:
    draft = file.with_suffix(f".{os.getpid()}")
    with draft.open("w", encoding="ascii") as opened:
        opened.write(f"{text}\n")
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
