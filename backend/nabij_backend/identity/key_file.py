"""A signing key in a file: 32 bytes, the Ed25519 seed (RFC 8032), readable by its owner alone."""

import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nabij_backend.identity.errors import IdentityMisconfigured, MissingKey

_ANYBODY_ELSE = 0o077


def load(path: Path) -> Ed25519PrivateKey:
    """Return the key in the file.

    Raises:
        MissingKey: There is no such file.
        IdentityMisconfigured: The file cannot be read, is damaged, or others can read it.
    """
    try:
        return _load(path)
    except FileNotFoundError as error:
        raise MissingKey(path.name) from error
    except OSError as error:
        raise IdentityMisconfigured(
            f"{path.name} cannot be read: give this user its folder."
        ) from error


def load_or_create(path: Path) -> Ed25519PrivateKey:
    """Return the key in the file, after making the file if there is none.

    Several processes may do this at once: all get the same key.

    Raises:
        IdentityMisconfigured: The file cannot be read or made, is damaged, or others can read it.
    """
    try:
        if not path.exists():
            _create(path)
        return _load(path)
    except OSError as error:
        raise IdentityMisconfigured(
            f"{path.name} cannot be read or made: give this user the data folder."
        ) from error


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft_name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    draft = Path(draft_name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw())
            file.flush()
            os.fsync(file.fileno())
        _publish(draft, path)
    finally:
        draft.unlink()


def _publish(draft: Path, path: Path) -> None:
    # A hard link appears whole or not at all and never replaces: the first process wins.
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return


def _load(path: Path) -> Ed25519PrivateKey:
    if path.stat().st_mode & _ANYBODY_ELSE:
        raise IdentityMisconfigured(f"Others can use {path.name}: run chmod 600 on it.")
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except ValueError as error:
        raise IdentityMisconfigured(
            f"{path.name} is damaged: put it back from a backup."
        ) from error
