"""The secret that turns sign-ins into pseudonyms."""

from nabij_backend.identity.errors import IdentityMisconfigured
from nabij_backend.identity.key_file import load_or_create
from nabij_backend.settings import Settings

PSEUDONYM_KEY_FILE = "pseudonym.key"


def identity_key(settings: Settings) -> bytes:
    """The key of the setting; with local identity one is made in the data folder instead.

    Raises:
        IdentityMisconfigured: none is set for a deployment, where losing a file would make
            everybody a stranger.
    """
    if settings.identity_key is not None:
        return settings.identity_key.get_secret_value().encode()
    if settings.identity != "local":
        raise IdentityMisconfigured(
            "Set NABIJ_IDENTITY_KEY, for instance to what `openssl rand -hex 32` prints."
        )
    return load_or_create(settings.data_folder / PSEUDONYM_KEY_FILE).private_bytes_raw()
