"""The service's signing keys in a folder: one signs, the retired ones only vouch.

``active.key`` holds the Ed25519 seed, ``retired/<thumbprint>.json`` the public half of each key
that signed before. Rotating keeps the public half before it makes the next key, so that nothing
that was ever signed loses its key; then the private half is overwritten and gone. Several processes
use one folder, and each looks at it whenever it signs: a rotated key is used at once.

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

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from nabij_backend import signed_notes as notes
from nabij_backend.identity import IdentityMisconfigured
from nabij_backend.identity.key_file import load_or_create
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
_RETIRED = "retired"
_OVERLAP_S = int(timedelta(minutes=10).total_seconds())


def signing_folder(settings: Settings) -> Path:
    """Where the keys are kept."""
    return settings.signing_keys or settings.data_folder / "signing"


class Signer:
    """Signs with the active key of a folder, and knows all keys whose signatures count."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def open(cls, folder: Path) -> "Signer":
        """Use the folder; its first key is made on first use.

        Raises:
            IdentityMisconfigured: the folder cannot be used; the message says what to do.
        """
        signer = cls(folder)
        signer.public()
        return signer

    @property
    def folder(self) -> Path:
        """Where the keys are."""
        return self._folder

    @property
    def active_id(self) -> str:
        """The thumbprint of the key that signs."""
        return self._active().thumbprint()

    def sign(self, document: Mapping[str, Any], *, typ: str) -> str:
        """``document`` as a compact JWS of a ``Kind``."""
        return signed_text(document, typ, self._active())

    def sign_note(self, head: TreeHead) -> str:
        """The log's signature line of the note of a head."""
        return notes.sign(head, load_or_create(self._folder / _ACTIVE))

    def note_key(self, origin: str) -> NoteKey:
        """What verifies the log's notes under this name."""
        private = load_or_create(self._folder / _ACTIVE)
        return NoteKey(origin, NoteKind.LOG, private.public_key().public_bytes_raw())

    def public(self) -> PublicKeys:
        """The active key's public half, and those of all that were retired."""
        retired = _retired(self._folder)
        return public_keys([self._current(retired), *retired])

    def rotate(self, now: datetime) -> None:
        """Retire the active key and make the next.

        Raises:
            IdentityMisconfigured: the folder cannot be written.
        """
        with _alone(self._folder):
            current = self._current(_retired(self._folder))
            ends = int(now.timestamp()) + _OVERLAP_S
            _keep_public(self._folder, PublicKey(current.key, Period(current.period.begins, ends)))
            _replace(self._folder / _ACTIVE)

    def _current(self, retired: Iterable[PublicKey]) -> PublicKey:
        ends = [key.period.ends for key in retired if key.period.ends is not None]
        return public_half(self._active(), Period(max(ends) - 2 * _OVERLAP_S if ends else None))

    def _active(self) -> OKPKey:
        return OKPKey.import_key(load_or_create(self._folder / _ACTIVE))


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


def _replace(file: Path) -> None:
    seed = Ed25519PrivateKey.generate().private_bytes_raw()
    draft, old = file.with_suffix(".draft"), file.with_suffix(".old")
    for left_over in (draft, old):
        left_over.unlink(missing_ok=True)
    _write(draft, seed, mode=0o600)
    old.hardlink_to(file)
    draft.replace(file)  # whoever opens it meanwhile finds the one key or the other, whole
    _write(old, os.urandom(len(seed)), mode=0o600)
    old.unlink()


def _write(file: Path, data: bytes, *, mode: int) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, mode)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())


def known_keys(folder: Path) -> PublicKeys | None:
    """The public keys of a folder that signs already; None where none does."""
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
