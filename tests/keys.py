"""The keys of the tests' installation: the same in every test, so that databases know them."""

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from nabij_backend.identity.keys import installation_of

_SIGNING: Final = bytes(range(32))
IDENTITY_KEY: Final = "0123456789abcdef" * 2
FINGERPRINTS: Final = {
    "signing": OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(_SIGNING)).thumbprint(),
    "identity": installation_of(IDENTITY_KEY.encode()).hex(),
}


def give_keys(data_folder: Path) -> Path:
    """Put the keys where a service with local identity looks for them; returns the folder."""
    for name, seed in (("signing/active.key", _SIGNING), ("pseudonym.key", IDENTITY_KEY.encode())):
        file = data_folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)
            file.write_bytes(seed)
    return data_folder
