"""Signing keys in a folder: one active key, and retired ones for verification.

``active.key`` holds the Ed25519 seed, ``retired/<thumbprint>.json`` the public half of each key
that signed before, ``next.key`` the seed of a key that is about to sign. Rotating keeps the public
half before the next key signs, so that nothing that was ever signed loses its key; then the private
half is overwritten and gone. Several processes use one folder, and each looks at it whenever it
signs: a rotated key is used at once. Only ``create`` makes a first key (`nabij keys init`).

A key's period ends ten minutes after it was retired, and the next one's begins ten minutes before:
the clocks of several processes differ, and a text may name a time of just before it was signed. The
first key's period has no beginning.
"""

import fcntl
import json
import os
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from nabij_backend import signed_notes as notes
from nabij_backend.identity import IdentityMisconfigured
from nabij_backend.identity.key_file import load, load_or_create
from nabij_backend.settings import Settings
from nabij_backend.signed_notes import NoteKey, NoteKind, TreeHead
from nabij_backend.signing.signatures import (
    InvalidSignature,
    Period,
    PublicKey,
    PublicKeys,
    public_half,
    public_keys,
    read_jwks,
    signed_text,
)

_ACTIVE = "active.key"
_NEXT = "next.key"
_RETIRED = "retired"
_OVERLAP_S = int(timedelta(minutes=10).total_seconds())


def signing_folder(settings: Settings) -> Path:
    """Return where the keys are kept."""
    return settings.signing_keys or settings.data_folder / "signing"


class Signer:
    """Signs with the active key of a folder, and knows all keys whose signatures count."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known_id: tuple[tuple[int, ...], str] | None = None

    @classmethod
    def open(cls, folder: Path) -> "Signer":
        """Use the folder.

        Raises:
            MissingKey: no key of it signs.
            IdentityMisconfigured: the folder cannot be used; the message says what to do.
        """
        signer = cls(folder)
        signer.public()
        return signer

    @classmethod
    def create(cls, folder: Path) -> "Signer":
        """Use the folder, after making a key that signs where there is none.

        Raises:
            IdentityMisconfigured: as ``open``.
        """
        load_or_create(folder / _ACTIVE)
        return cls.open(folder)

    @property
    def folder(self) -> Path:
        """Where the keys are."""
        return self._folder

    @property
    def active_id(self) -> str:
        """The thumbprint of the key that signs."""
        state = _state(self._folder / _ACTIVE)
        if not state or self._known_id is None or self._known_id[0] != state:
            self._known_id = state, self._active().thumbprint()
        return self._known_id[1]

    def sign(self, document: Mapping[str, Any], *, typ: str) -> str:
        """``document`` as a compact JWS of a ``Kind``."""
        return signed_text(document, typ, self._active())

    def sign_note(self, head: TreeHead) -> str:
        """Return the log's signature line of the note of a head."""
        return notes.sign(head, load(self._folder / _ACTIVE))

    def note_key(self, origin: str) -> NoteKey:
        """Return what verifies the log's notes under this name."""
        private = load(self._folder / _ACTIVE)
        return NoteKey(origin, NoteKind.LOG, private.public_key().public_bytes_raw())

    def public(self) -> PublicKeys:
        """Return the active key's public half, and those of all that were retired."""
        retired = _retired(self._folder)
        return public_keys([self._current(retired), *retired])

    @property
    def held(self) -> frozenset[str]:
        """The thumbprints of all keys of the folder, with that of the next where one is made.

        Raises:
            IdentityMisconfigured: as ``open``, but for a key that signs.
        """
        files = [file for name in (_ACTIVE, _NEXT) if (file := self._folder / name).exists()]
        private = {OKPKey.import_key(load(file)).thumbprint() for file in files}
        return frozenset(private | {key.thumbprint for key in _retired(self._folder)})

    @property
    def signs(self) -> bool:
        """Whether a key of the folder signs."""
        return (self._folder / _ACTIVE).exists()

    def prepare(self) -> str:
        """Make the key that is to sign next, unless it is made already; its thumbprint.

        Raises:
            IdentityMisconfigured: the folder cannot be written.
        """
        return OKPKey.import_key(load_or_create(self._folder / _NEXT)).thumbprint()

    def rotate(self, now: datetime) -> None:
        """Retire the active key, and sign with the next.

        Raises:
            IdentityMisconfigured: the folder cannot be written.
        """
        with _alone(self._folder):
            self.prepare()
            current = self._current(_retired(self._folder))
            ends = int(now.timestamp()) + _OVERLAP_S
            _keep_public(self._folder, PublicKey(current.key, Period(current.period.begins, ends)))
            _replace(self._folder / _ACTIVE, self._folder / _NEXT)

    def add(self, keys: PublicKeys, now: datetime) -> None:
        """Keep public halves of keys that signed before; those that are here stay as they are.

        Raises:
            IdentityMisconfigured: the folder cannot be written.
        """
        with _alone(self._folder):
            here = self.held
            for key in keys.by_id.values():
                ends = key.period.ends or int(now.timestamp())
                if key.thumbprint not in here:
                    kept = PublicKey(key.key, Period(key.period.begins, ends))
                    _keep_public(self._folder, kept)

    def _current(self, retired: Iterable[PublicKey]) -> PublicKey:
        ends = [key.period.ends for key in retired if key.period.ends is not None]
        return public_half(self._active(), Period(max(ends) - 2 * _OVERLAP_S if ends else None))

    def _active(self) -> OKPKey:
        return OKPKey.import_key(load(self._folder / _ACTIVE))


def _state(file: Path) -> tuple[int, ...]:
    """Return what changes whenever the file does; nothing where it cannot be looked at."""
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns


def _retired(folder: Path) -> list[PublicKey]:
    try:
        files = sorted((folder / _RETIRED).glob("*.json"))
        return [key for file in files for key in read_jwks(file.read_bytes()).by_id.values()]
    except InvalidSignature as error:
        raise IdentityMisconfigured(
            "A retired signing key is damaged: put its file back from a backup."
        ) from error


def _keep_public(folder: Path, key: PublicKey) -> None:
    document = public_keys([key]).document()
    file = folder / _RETIRED / f"{key.thumbprint}.json"
    file.parent.mkdir(exist_ok=True)
    draft = file.with_suffix(".draft")
    _write(draft, json.dumps(document).encode(), mode=0o644)
    draft.replace(file)


def _replace(file: Path, successor: Path) -> None:
    old = file.with_suffix(".old")
    old.unlink(missing_ok=True)
    old.hardlink_to(file)
    successor.replace(file)  # whoever opens it meanwhile finds the one key or the other, whole
    _write(old, os.urandom(old.stat().st_size), mode=0o600)
    old.unlink()


def _write(file: Path, data: bytes, *, mode: int) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, mode)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())


def known_keys(folder: Path) -> PublicKeys | None:
    """Return the public keys of a folder that signs already; None where none does."""
    return Signer(folder).public() if (folder / _ACTIVE).exists() else None


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise IdentityMisconfigured(
            "The folder of the signing keys cannot be used: give it to this user."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
