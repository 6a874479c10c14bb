"""The ledger of erasures, a file outside the database that survives a restore.

The first line names the installation, by a fingerprint of its identity key. Each line behind it is
an erasure: a keyed pseudonym, when, and the SHA-256 of the line before it with both. So a ledger of
another installation or key is told apart, and so is one of which a line was edited, removed or put
in another place. Without the identity key nobody can tell who was erased, nor test a guess.

A line is on disk before anything is acknowledged; what a crash cut short never was, and the next
line takes its place. A line goes when no backup is left that could bring the person back. Appending
and removing take turns by a lock on the file.
"""

import fcntl
import hashlib
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

from nabij_backend.errors import UserError
from nabij_backend.identity.keys import INSTALLATION_BYTES
from nabij_backend.settings import Settings

PSEUDONYM_BYTES = 32
_LABEL = b"nabij erasure "
_OWNER_ONLY = 0o600
_PAGE_BYTES = 4096
_FOREIGN = (
    "A ledger is of another installation, or was written under another identity key. Check "
    "NABIJ_IDENTITY_KEY, and take the ledger of this installation."
)


class InvalidLedger(UserError):
    """A ledger cannot be used; the message says what to do and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """Somebody was erased."""

    pseudonym: bytes = field(repr=False)
    erased_at: datetime


def ledger_file(settings: Settings) -> Path:
    """Return where the ledger is kept."""
    return settings.erasure_ledger or settings.data_folder / "erasures.jsonl"


def pseudonym_of(subject_id: UUID, key: bytes) -> bytes:
    """Return the name under which an erased person is remembered.

    32 bytes, HMAC-SHA-256 (RFC 2104).
    """
    return hmac.digest(key, _LABEL + subject_id.bytes, "sha256")


def require_usable(file: Path, installation: bytes | None) -> None:
    """Check that an erasure could be written down: the ledger is ours, and its disk has space.

    ``installation``: None for who only forgets, and cannot tell whose it is.

    Raises:
        OSError: its folder takes no page more, or the file cannot be written.
        InvalidLedger: it is not ours, or damaged.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=file.parent) as probe:
        probe.write(bytes(_PAGE_BYTES))
        probe.flush()
        os.fsync(probe.fileno())
    if file.exists() and not os.access(file, os.W_OK):
        raise PermissionError
    if file.is_file():
        ledger = _parsed(file.read_bytes())
        if installation is not None:
            _require_ours(ledger, installation)


def append(file: Path, erasure: Erasure, installation: bytes) -> None:
    """Write the erasure down, and return when it is on disk.

    Raises:
        OSError: it could not be written.
        InvalidLedger: the ledger is not ours, or damaged.
    """
    is_new = not file.exists()
    with _locked(file) as descriptor:
        ledger = _parsed(os.pread(descriptor, os.fstat(descriptor).st_size, 0))
        _require_ours(ledger, installation)
        lines = b"" if ledger.installation else _head(installation)
        lines += _line(erasure, ledger.chain or _beginning(installation))[0]
        os.ftruncate(descriptor, ledger.whole_bytes)
        if os.write(descriptor, lines) < len(lines):
            raise OSError("The disk took half a line.")
        os.fsync(descriptor)
    if is_new:
        _keep_name(file.parent)


def forget(file: Path, before: datetime) -> int:
    """Remove the erasures until ``before``, and return how many they were; no file holds none.

    Raises:
        InvalidLedger: the ledger is damaged; nothing was removed.
        OSError: it could not be written; nothing was removed.
    """
    if not file.exists():
        return 0
    with _locked(file):
        ledger = _parsed(file.read_bytes())
        staying = [each for each in ledger.erasures if each.erased_at > before]
        if ledger.installation and len(staying) < len(ledger.erasures):
            _replace(file, _written(ledger.installation, staying))
        return len(ledger.erasures) - len(staying)


def read(files: Iterable[Path], installation: bytes) -> list[Erasure]:
    """Return every erasure of these ledgers of an installation; an empty file holds none.

    Raises:
        InvalidLedger: one is not of this installation, or damaged.
        OSError: a file cannot be read.
    """
    erasures: list[Erasure] = []
    for file in files:
        ledger = _parsed(file.read_bytes())
        _require_ours(ledger, installation)
        erasures += ledger.erasures
    return erasures


@dataclass(frozen=True, slots=True)
class _Ledger:
    """What a file holds; ``whole_bytes``: without a line that was cut short."""

    installation: bytes
    erasures: list[Erasure]
    chain: bytes
    whole_bytes: int


def _require_ours(ledger: _Ledger, installation: bytes) -> None:
    if ledger.installation not in {b"", installation}:
        raise InvalidLedger(_FOREIGN)


def _parsed(content: bytes) -> _Ledger:
    whole = content[: content.rfind(b"\n") + 1]
    if not whole:
        return _Ledger(b"", [], b"", 0)
    head, *lines = whole.splitlines()
    installation = _installation(head)
    erasures: list[Erasure] = []
    chain = _beginning(installation)
    for number, line in enumerate(lines, start=2):
        erasure = _erasure(number, line)
        expected, chain = _line(erasure, chain)
        if line + b"\n" != expected:
            raise InvalidLedger(_damaged(number))
        erasures.append(erasure)
    return _Ledger(installation, erasures, chain, len(whole))


def _written(installation: bytes, erasures: Iterable[Erasure]) -> bytes:
    written, chain = [_head(installation)], _beginning(installation)
    for each in erasures:
        line, chain = _line(each, chain)
        written.append(line)
    return b"".join(written)


def _head(installation: bytes) -> bytes:
    return json.dumps({"installation": installation.hex()}).encode() + b"\n"


def _beginning(installation: bytes) -> bytes:
    return hashlib.sha256(installation).digest()


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


def _line(erasure: Erasure, before: bytes) -> tuple[bytes, bytes]:
    """Return a line behind the one of hash ``before``, and its own hash."""
    pseudonym, at = erasure.pseudonym, erasure.erased_at.isoformat(timespec="milliseconds")
    chain = hashlib.sha256(before + pseudonym + at.encode()).digest()
    document = {"pseudonym": pseudonym.hex(), "erased_at": at, "chain": chain.hex()}
    return json.dumps(document).encode() + b"\n", chain


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


def _installation(head: bytes) -> bytes:
    try:
        installation = bytes.fromhex(cast("dict[str, Any]", json.loads(head))["installation"])
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidLedger(_damaged(1)) from error
    if len(installation) != INSTALLATION_BYTES:
        raise InvalidLedger(_damaged(1))
    return installation


def _damaged(number: int) -> str:
    return (
        f"Line {number} of a ledger is damaged, or a line before it was removed. Take another copy "
        "of the ledger."
    )
