"""The secret that turns sign-ins into pseudonyms."""

import hmac
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nabij_backend.identity.errors import IdentityMisconfigured
from nabij_backend.identity.key_file import load, load_or_create
from nabij_backend.settings import Settings

PSEUDONYM_KEY_FILE = "pseudonym.key"
INSTALLATION_BYTES = 16
_INSTALLATION_LABEL = b"nabij installation"


def identity_key(settings: Settings) -> bytes:
    """Return the key of the setting; with local identity that of a file in the data folder instead.

    Raises:
        MissingKey: there is no such file.
        IdentityMisconfigured: none is set for a deployment, where losing a file would make
            everybody a stranger.
    """
    return _identity_key(settings, load)


def made_identity_key(settings: Settings) -> bytes:
    """Return the same, after making the file of local identity where there is none."""
    return _identity_key(settings, load_or_create)


def installation_of(key: bytes) -> bytes:
    """Return a fingerprint of the identity key: 16 bytes, HMAC-SHA-256 (RFC 2104)."""
    return hmac.digest(key, _INSTALLATION_LABEL, "sha256")[:INSTALLATION_BYTES]


def _identity_key(settings: Settings, file_key: Callable[[Path], Ed25519PrivateKey]) -> bytes:
    if settings.identity_key is not None:
        return settings.identity_key.get_secret_value().encode()
    if settings.identity != "local":
        raise IdentityMisconfigured(
            "Set NABIJ_IDENTITY_KEY, for instance to what `openssl rand -hex 32` prints."
        )
    return file_key(settings.data_folder / PSEUDONYM_KEY_FILE).private_bytes_raw()
