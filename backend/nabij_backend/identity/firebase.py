"""The Firebase identity provider: ID tokens that Google signed for one project.

Rules, in this order:

1. `FIREBASE_AUTH_EMULATOR_HOST` makes firebase-admin ask an emulator, whose tokens are unsigned.
   Only a `demo-` project, which cannot exist at Google, may start with it, on loopback at both
   ends; and a process in which the variable changes later answers nobody.
2. The header says exactly RS256 and names a key. Only the emulator's tokens are unsigned.
3. The claims are of this project and in date (`nabij_backend.identity.tokens`).
4. The account is one that its person can come back to: of the project itself, since the ids of two
   tenants may be the same, and not anonymous, since nobody could use the rights of an account that
   is lost with the device. Whether its e-mail address was verified does not matter: Nabij never
   learns the address.
5. Google's certificate of that key verifies the signature (`nabij_backend.identity.certificates`).
6. On request, Google knows the account, has not disabled it, and has not revoked the token.

Whatever has to be asked takes four seconds together, and an account has four calls under way at
most (`nabij_backend.google`).
"""

import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import cast

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from nabij_backend.firebase_app import CREDENTIALS_VARIABLE, named_credentials_are_usable
from nabij_backend.google import Calls, Outage, Tell
from nabij_backend.identity.certificates import Certificates
from nabij_backend.identity.errors import (
    IdentityMisconfigured,
    IdentityUnavailable,
    InvalidToken,
    TokenRejection,
)
from nabij_backend.identity.firebase_accounts import Accounts
from nabij_backend.identity.loopback import is_loopback
from nabij_backend.identity.sign_in import Revocation, SignIn
from nabij_backend.identity.signatures import VerifiedSignatures
from nabij_backend.identity.tokens import Expectation, UnverifiedToken, is_operator, read
from nabij_backend.shares import TooManyAtOnce

EMULATOR_VARIABLE = "FIREBASE_AUTH_EMULATOR_HOST"
ISSUER_PREFIX = "https://securetoken.google.com/"
ALGORITHM = "RS256"
CLOCK_SKEW = timedelta(seconds=10)
MAX_KEY_ID_LENGTH = 128


class FirebaseIdentity:
    """Verifies ID tokens of one Firebase project.

    Needs no credentials, except for asking about revocation: then Application Default Credentials,
    for instance a service account file named by `GOOGLE_APPLICATION_CREDENTIALS`.

    Args:
        project_id: The Firebase project's id.
        tell: Is told where Google does not answer.
        calls: The threads that ask Google.

    Raises:
        IdentityMisconfigured: There is no project id, the credentials named cannot be read, or the
            emulator's variable is set for a project that may exist or an address that others reach.
    """

    def __init__(self, project_id: str, *, tell: Tell, calls: Calls | None = None) -> None:
        if not project_id:
            raise IdentityMisconfigured("Set the Firebase project id.")
        self._emulator = _emulator()
        if self._emulator:
            _require_harmless(self._emulator, project_id)
        elif not named_credentials_are_usable():
            raise IdentityMisconfigured(
                f"{CREDENTIALS_VARIABLE} names no key file of a service account: correct it."
            )
        issuer = ISSUER_PREFIX + project_id
        self._expectation = Expectation(issuer, project_id, CLOCK_SKEW)
        self._tell = tell
        self._calls = calls or Calls()
        self._certificates = Certificates(self._calls, tell)
        self._accounts = Accounts(project_id)
        self._signatures = VerifiedSignatures()

    async def verify(
        self, token: str, *, revocation: Revocation = Revocation.NOT_ASKED, now: datetime
    ) -> SignIn:
        """Return the sign-in that Google vouches for; see `IdentityProvider`."""
        if _emulator() != self._emulator:
            raise IdentityMisconfigured(
                f"Restart the server: {EMULATOR_VARIABLE} has changed since it started."
            )
        unverified = read(token)
        claims = unverified.claims
        key_id = "" if self._emulator else _key_id(unverified)
        subject = self._expectation.subject_of(claims, now)
        _require_supported_account(claims)
        outage, signed = None, False
        try:
            async with self._calls.within():
                if not self._emulator:
                    fresh = revocation is Revocation.ASKED
                    key = await self._certificates.key(key_id, fresh=fresh, now=now)
                    self._signatures.verify(
                        token, key.public_numbers(), partial(_require_signed, token, key)
                    )
                signed = True
                if revocation is not Revocation.NOT_ASKED:
                    outage = await self._ask(subject, claims)
        except TimeoutError:
            outage = Outage.ACCOUNTS if signed else Outage.CERTIFICATES
            self._tell(outage)
        if outage is not None and (not signed or revocation is Revocation.ASKED):
            raise IdentityUnavailable(outage)
        issuer, operator = self._expectation.issuer, is_operator(claims)
        return SignIn(issuer, subject, operator, revocation_unknown=outage is not None)

    async def look(self, now: datetime) -> tuple[Outage, ...]:
        """Ask for all that will be needed; returns what is out of reach or of no use."""
        found = [await self._outage_of(self._accounts.require_readable)]
        if not self._emulator and not await self._certificates.renew(now):
            found.append(Outage.CERTIFICATES)
        return tuple(outage for outage in found if outage is not None)

    @property
    def emulated(self) -> bool:
        """Whether tokens are an emulator's, which anybody can make."""
        return bool(self._emulator)

    def close(self) -> None:
        """Give up the connections to Google. Blocks: call it in a thread."""
        self._accounts.close()

    async def _ask(self, subject: str, claims: Mapping[str, object]) -> Outage | None:
        """Ask whether the account's tokens still count; returns why that could not be asked."""
        issued_at = cast("int", claims["iat"])
        rejections: list[TokenRejection | None] = []
        try:
            outage = await self._outage_of(
                lambda: rejections.append(self._accounts.rejection(subject, issued_at)), of=subject
            )
        except TooManyAtOnce:  # no matter for operators
            return Outage.ACCOUNTS
        for rejection in rejections:
            if rejection is not None:
                raise InvalidToken(rejection)
        return outage

    async def _outage_of(self, ask: Callable[[], None], *, of: str | None = None) -> Outage | None:
        outage = Outage.ACCOUNTS
        try:
            await self._calls.call(ask, of=of)
        except TimeoutError:
            pass
        except IdentityUnavailable as error:
            outage = error.outage
        else:
            return None
        self._tell(outage)
        return outage


def _emulator() -> str:
    return os.environ.get(EMULATOR_VARIABLE, "")


def _require_harmless(emulator: str, project_id: str) -> None:
    if not project_id.startswith("demo-"):
        raise IdentityMisconfigured(
            f"Unset {EMULATOR_VARIABLE}: with it every token is accepted, forged ones too."
        )
    if not is_loopback(emulator.rpartition(":")[0].strip("[]")):
        raise IdentityMisconfigured(
            f"Let {EMULATOR_VARIABLE} name an emulator on this machine, such as 127.0.0.1:9099."
        )


def _key_id(token: UnverifiedToken) -> str:
    if token.header.get("alg") != ALGORITHM:
        raise InvalidToken(TokenRejection.ALGORITHM)
    key_id = token.header.get("kid")
    if not isinstance(key_id, str) or not 0 < len(key_id) <= MAX_KEY_ID_LENGTH:
        raise InvalidToken(TokenRejection.MALFORMED)
    return key_id


def _require_supported_account(claims: Mapping[str, object]) -> None:
    """Rule 4. Google puts what it says of an account into a claim of its own."""
    told = claims.get("firebase", {})
    if not isinstance(told, dict):
        raise InvalidToken(TokenRejection.MALFORMED)
    account = cast("dict[str, object]", told)
    if account.get("tenant") is not None:
        raise InvalidToken(TokenRejection.TENANT)
    if account.get("sign_in_provider") == "anonymous":
        raise InvalidToken(TokenRejection.ANONYMOUS)


def _require_signed(token: str, key: RSAPublicKey) -> None:
    rejection = None
    try:
        jws.deserialize_compact(token, RSAKey.import_key(key), [ALGORITHM])
    except JoseError:
        rejection = TokenRejection.SIGNATURE
    except RecursionError:
        # The library parses the header deeper in the stack than we did.
        rejection = TokenRejection.MALFORMED
    if rejection is not None:
        raise InvalidToken(rejection)
