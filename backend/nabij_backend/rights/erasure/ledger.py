"""Who was erased, kept outside the database: restoring a backup brings the database back in time.

One JSON object a line: a keyed pseudonym and when. Without the identity key nobody can tell who it
is, nor test a guess. A line is on disk before anything is acknowledged, and goes when no backup is
left that could bring the person back. Appending and removing take turns by a lock on the file.
"""

import fcntl
import hmac
import json
import os
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from nabij_backend.settings import Settings

PSEUDONYM_BYTES = 32
_LABEL = b"nabij erasure "
_OWNER_ONLY = 0o600
_PAGE_BYTES = 4096


class InvalidLedger(Exception):
    """A ledger cannot be read; the message says what to do and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """Somebody was erased."""

    pseudonym: bytes = field(repr=False)
    erased_at: datetime


def ledger_file(settings: Settings) -> Path:
    """Where the ledger is kept."""
    return settings.erasure_ledger or settings.data_folder / "erasures.jsonl"


def pseudonym_of(subject_id: UUID, key: bytes) -> bytes:
    """The name under which an erased person is remembered: 32 bytes, HMAC-SHA-256 (RFC 2104)."""
    return hmac.digest(key, _LABEL + subject_id.bytes, "sha256")


def require_space(file: Path) -> None:
    """Check that the ledger can be written beside: its folder takes a page more.

    Raises:
        OSError: it does not.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=file.parent) as probe:
        probe.write(bytes(_PAGE_BYTES))
        probe.flush()
        os.fsync(probe.fileno())
    if file.exists() and not os.access(file, os.W_OK):
        raise PermissionError


def append(file: Path, erasure: Erasure) -> None:
    """Write the erasure down, and return when it is on disk.

    Raises:
        OSError: it could not be written.
    """
    line = _line(erasure)
    is_new = not file.exists()
    with _locked(file) as descriptor:
        if os.write(descriptor, _break(descriptor) + line) < len(line):
            raise OSError("The disk took half a line.")
        os.fsync(descriptor)
    if is_new:
        _keep_name(file.parent)


def forget(file: Path, before: datetime) -> int:
    """Remove the erasures until ``before``, and return how many they were; no file holds none.

    Raises:
        InvalidLedger: a line is no erasure; nothing was removed.
        OSError: it could not be written; nothing was removed.
    """
    if not file.exists():
        return 0
    with _locked(file):
        erasures = read([file])
        staying = [each for each in erasures if each.erased_at > before]
        if len(staying) < len(erasures):
            _replace(file, b"".join(map(_line, staying)))
        return len(erasures) - len(staying)


def read(files: Iterable[Path]) -> list[Erasure]:
    """Every erasure of these ledgers.

    Raises:
        InvalidLedger: a line is no erasure.
        OSError: a file cannot be read.
    """
    lines = [
        (number, line)
        for file in files
        for number, line in enumerate(file.read_bytes().splitlines(), start=1)
    ]
    return [_erasure(number, line) for number, line in lines if line]


@contextmanager
def _locked(file: Path) -> Generator[int]:
    """Hold the file that bears the name; one that was replaced meanwhile is let go of."""
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, _OWNER_ONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.path.samestat(os.fstat(descriptor), file.stat()):
                yield descriptor
                return
        finally:
            os.close(descriptor)


def _replace(file: Path, content: bytes) -> None:
    new = file.with_suffix(".new")
    new.touch(_OWNER_ONLY)
    with new.open("wb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    new.replace(file)
    _keep_name(file.parent)


def _line(erasure: Erasure) -> bytes:
    document = {
        "pseudonym": erasure.pseudonym.hex(),
        "erased_at": erasure.erased_at.isoformat(timespec="milliseconds"),
    }
    return json.dumps(document).encode() + b"\n"


def _break(descriptor: int) -> bytes:
    # After a line that a crash cut short the next one begins anew.
    size = os.fstat(descriptor).st_size
    return b"" if size == 0 or os.pread(descriptor, 1, size - 1) == b"\n" else b"\n"


def _keep_name(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _erasure(number: int, line: bytes) -> Erasure:
    try:
        document = cast("dict[str, Any]", json.loads(line))
        pseudonym = bytes.fromhex(document["pseudonym"])
        erased_at = datetime.fromisoformat(document["erased_at"])
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidLedger(_damaged(number)) from error
    if len(pseudonym) != PSEUDONYM_BYTES or erased_at.tzinfo is None:
        raise InvalidLedger(_damaged(number))
    return Erasure(pseudonym, erased_at)


def _damaged(number: int) -> str:
    return (
        f"Line {number} of a ledger is damaged. Where a crash cut it short, that erasure was never "
        "acknowledged: remove the line. Otherwise take another copy of the ledger."
    )
