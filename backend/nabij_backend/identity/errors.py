"""Errors of token verification.

    IdentityError
    ├── InvalidToken           401: the caller signs in again
    ├── IdentityUnavailable    503: nobody can tell right now, the caller tries again
    └── IdentityMisconfigured  the operator acts: refuses to start; 503 when met at a call
        └── MissingKey

No error here carries a token, a claim or another exception, because the texts of the libraries
underneath quote the token. Each has one message for everyone outside; the cause is an enum for
tests and metrics.
"""

from enum import StrEnum

from nabij_backend.errors import UserError
from nabij_backend.google import Outage


class TokenRejection(StrEnum):
    """Why a token was not accepted. Never part of an answer: it would guide a forger."""

    MALFORMED = "malformed"
    ALGORITHM = "algorithm"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    REVOKED = "revoked"
    DISABLED = "disabled"
    UNKNOWN_ACCOUNT = "unknown-account"
    TENANT = "tenant"
    ANONYMOUS = "anonymous"


class IdentityError(UserError):
    """The caller's identity could not be established."""


class InvalidToken(IdentityError):
    """Sign in again: this token is not accepted."""

    def __init__(self, rejection: TokenRejection) -> None:
        super().__init__()
        self.rejection = rejection


class IdentityUnavailable(IdentityError):
    """Sign-in cannot be checked right now: try again in a minute."""

    def __init__(self, outage: Outage) -> None:
        super().__init__()
        self.outage = outage


class IdentityMisconfigured(IdentityError):
    """The operator must change a setting; the message says which and how."""


class MissingKey(IdentityMisconfigured):
    """A key is not where it should be, and nothing makes another in its place."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is missing. Put it back from a backup, or copy it from another host; where "
            "there were never any keys, run `nabij keys init`."
        )
