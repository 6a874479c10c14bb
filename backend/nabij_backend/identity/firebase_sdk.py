"""The part of firebase-admin that Nabij uses, typed, with its errors translated.

firebase-admin ships no types, so what is used of it is written down here as protocols, and
nothing else imports it. Its messages quote tokens and accounts: errors raised here are raised
outside the `except` block, so that no traceback carries the original.
"""

import itertools
from typing import Protocol, cast

import firebase_admin
from firebase_admin import auth as firebase_auth
from firebase_admin import credentials as firebase_credentials
from firebase_admin import exceptions as firebase_exceptions
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, RefreshError

from nabij_backend.identity.errors import (
    IdentityError,
    IdentityUnavailable,
    InvalidToken,
    Outage,
    Rejection,
)

CLOCK_SKEW_S = 10
HTTP_TIMEOUT_S = 3


class _App(Protocol):
    """A named connection to one Firebase project."""

    @property
    def name(self) -> str: ...


class _Admin(Protocol):
    def initialize_app(self, credential: object, options: dict[str, object], name: str) -> _App: ...

    def delete_app(self, app: _App) -> None: ...


class _Auth(Protocol):
    InvalidIdTokenError: type[Exception]
    ExpiredIdTokenError: type[Exception]
    RevokedIdTokenError: type[Exception]
    UserDisabledError: type[Exception]
    UserNotFoundError: type[Exception]
    CertificateFetchError: type[Exception]

    def verify_id_token(
        self, id_token: str, app: _App, *, check_revoked: bool, clock_skew_seconds: int
    ) -> dict[str, object]: ...


class _Caused(Protocol):
    @property
    def cause(self) -> Exception | None: ...


class _Credentials(Protocol):
    def ApplicationDefault(self) -> object: ...  # noqa: N802 - the library names it so


class _Exceptions(Protocol):
    FirebaseError: type[Exception]


_ADMIN = cast("_Admin", firebase_admin)
_AUTH = cast("_Auth", firebase_auth)
_CREDENTIALS = cast("_Credentials", firebase_credentials)
_FIREBASE_ERROR = cast("_Exceptions", firebase_exceptions).FirebaseError
_SERIAL = itertools.count(1)

# First match wins: the library derives the expired and the revoked error from the invalid one.
_REJECTIONS = (
    (_AUTH.ExpiredIdTokenError, Rejection.EXPIRED),
    (_AUTH.RevokedIdTokenError, Rejection.REVOKED),
    (_AUTH.UserDisabledError, Rejection.DISABLED),
    (_AUTH.UserNotFoundError, Rejection.UNKNOWN_ACCOUNT),
    (_AUTH.InvalidIdTokenError, Rejection.SIGNATURE),
)


class FirebaseSdk:
    """One Firebase project, reached through two named apps of our own.

    Checking a signature needs only Google's public certificates, so that app has no credentials
    and works without any. Asking for an account needs the operator's (Application Default
    Credentials), looked up when first needed.
    """

    def __init__(self, project_id: str) -> None:
        options: dict[str, object] = {"projectId": project_id, "httpTimeout": HTTP_TIMEOUT_S}
        number = next(_SERIAL)
        self._signatures = _ADMIN.initialize_app(
            AnonymousCredentials(), options, f"nabij-signatures-{number}"
        )
        self._accounts = _ADMIN.initialize_app(
            _CREDENTIALS.ApplicationDefault(), options, f"nabij-accounts-{number}"
        )

    def verify(self, token: str, *, check_revoked: bool) -> None:
        """Return if Google vouches for a well-formed token.

        Raises:
            InvalidToken: Google did not sign it, or it or its account is no longer valid.
            IdentityUnavailable: Google cannot be reached, or our credentials do not suffice.
        """
        failure = self._failure(token, check_revoked=check_revoked)
        if failure is not None:
            raise failure

    def close(self) -> None:
        """Give up the apps and their connections."""
        _ADMIN.delete_app(self._signatures)
        _ADMIN.delete_app(self._accounts)

    def _failure(self, token: str, *, check_revoked: bool) -> IdentityError | None:
        try:
            _AUTH.verify_id_token(
                token,
                self._accounts if check_revoked else self._signatures,
                check_revoked=check_revoked,
                clock_skew_seconds=CLOCK_SKEW_S,
            )
        except (_FIREBASE_ERROR, GoogleAuthError, OSError, ValueError) as error:
            return _translate(error)
        except RecursionError:
            # The library parses the token deeper in the stack than we did.
            return InvalidToken(Rejection.MALFORMED)
        return None


def _translate(error: Exception) -> IdentityError:
    if _certificates_failed(error):
        return IdentityUnavailable(Outage.CERTIFICATES)
    for kind, rejection in _REJECTIONS:
        if isinstance(error, kind):
            return InvalidToken(rejection)
    if isinstance(error, DefaultCredentialsError | RefreshError):
        return IdentityUnavailable(Outage.CREDENTIALS)
    return IdentityUnavailable(Outage.ACCOUNTS)


def _certificates_failed(error: Exception) -> bool:
    if not isinstance(error, _AUTH.InvalidIdTokenError):
        return isinstance(error, _AUTH.CertificateFetchError)
    # The library also calls a token invalid when the certificates do not parse. For a token
    # known to be well-formed, google-auth has errors of its own; any other is about them.
    return not isinstance(cast("_Caused", error).cause, GoogleAuthError | None)
