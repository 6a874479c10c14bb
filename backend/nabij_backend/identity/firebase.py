"""The Firebase identity provider: ID tokens that Google signed for one project.

Rules, in this order:

1. `FIREBASE_AUTH_EMULATOR_HOST` makes firebase-admin accept anything, and it reads the variable
   at every call. Only a `demo-` project, which cannot exist at Google, may start with it; and a
   process in which it changes later answers nobody.
2. The header says exactly RS256 and names a key. Only the emulator's tokens are unsigned.
3. The claims are of this project and in date (`nabij_backend.identity.tokens`).
4. Google's certificate of that key verifies the signature.
5. On request, Google knows the account, has not disabled it, and has not revoked the token.
"""

import os
from datetime import datetime, timedelta

from nabij_backend.identity.errors import IdentityMisconfigured, InvalidToken, Rejection
from nabij_backend.identity.firebase_sdk import CLOCK_SKEW_S, FirebaseSdk
from nabij_backend.identity.sign_in import SignIn
from nabij_backend.identity.tokens import (
    Expectation,
    UnverifiedToken,
    is_operator,
    read,
)

EMULATOR_VARIABLE = "FIREBASE_AUTH_EMULATOR_HOST"
ISSUER_PREFIX = "https://securetoken.google.com/"
ALGORITHM = "RS256"
MAX_KEY_ID_LENGTH = 128


class FirebaseIdentity:
    """Verifies ID tokens of one Firebase project.

    Needs no credentials, except for `check_revoked`: then Application Default Credentials, for
    instance a service account file named by `GOOGLE_APPLICATION_CREDENTIALS`.

    Args:
        project_id: The Firebase project's id.

    Raises:
        IdentityMisconfigured: There is no project id, or the emulator's variable is set.
    """

    def __init__(self, project_id: str) -> None:
        if not project_id:
            raise IdentityMisconfigured("Set the Firebase project id.")
        self._emulated = _emulator_named()
        if self._emulated and not project_id.startswith("demo-"):
            raise IdentityMisconfigured(
                f"Unset {EMULATOR_VARIABLE}: with it every token is accepted, forged ones too."
            )
        issuer = ISSUER_PREFIX + project_id
        self._expectation = Expectation(issuer, project_id, timedelta(seconds=CLOCK_SKEW_S))
        self._sdk = FirebaseSdk(project_id)

    def verify(self, token: str, *, check_revoked: bool = False, now: datetime) -> SignIn:
        """Return who Google says is calling; see `IdentityProvider`."""
        if _emulator_named() != self._emulated:
            raise IdentityMisconfigured(
                f"Restart the server: {EMULATOR_VARIABLE} has changed since it started."
            )
        unverified = read(token)
        if not self._emulated:
            _check_header(unverified)
        subject = self._expectation.subject_of(unverified.claims, now)
        self._sdk.verify(token, check_revoked=check_revoked)
        return SignIn(self._expectation.issuer, subject, is_operator(unverified.claims))

    def close(self) -> None:
        """Give up the connections to Google."""
        self._sdk.close()


def _emulator_named() -> bool:
    return bool(os.environ.get(EMULATOR_VARIABLE))


def _check_header(token: UnverifiedToken) -> None:
    if token.header.get("alg") != ALGORITHM:
        raise InvalidToken(Rejection.ALGORITHM)
    key_id = token.header.get("kid")
    if not isinstance(key_id, str) or not 0 < len(key_id) <= MAX_KEY_ID_LENGTH:
        raise InvalidToken(Rejection.MALFORMED)
