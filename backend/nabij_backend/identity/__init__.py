"""Identity: sign-ins, their pseudonyms, and the providers that verify tokens.

`LocalIdentity` serves the embedded default. `nabij_backend.identity.firebase.FirebaseIdentity`
serves a deployment; it is imported from there, because firebase-admin takes a second to load.
"""

from nabij_backend.identity.errors import (
    IdentityError,
    IdentityMisconfigured,
    IdentityUnavailable,
    InvalidToken,
    MissingKey,
    TokenRejection,
)
from nabij_backend.identity.local import LocalIdentity, require_loopback
from nabij_backend.identity.sign_in import IdentityProvider, Revocation, SignIn

__all__ = [
    "IdentityError",
    "IdentityMisconfigured",
    "IdentityProvider",
    "IdentityUnavailable",
    "InvalidToken",
    "LocalIdentity",
    "MissingKey",
    "Revocation",
    "SignIn",
    "TokenRejection",
    "require_loopback",
]
