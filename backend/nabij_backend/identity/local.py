"""The local identity provider: tokens signed with a key in the data folder.

It has no accounts and no passwords. Whoever can read the key file can be anybody, so it serves
only a server that listens on loopback (`require_loopback`).
"""

import json
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from nabij_backend.google import Outage
from nabij_backend.identity.errors import IdentityMisconfigured, InvalidToken, TokenRejection
from nabij_backend.identity.key_file import load_or_create
from nabij_backend.identity.loopback import is_loopback
from nabij_backend.identity.sign_in import Revocation, SignIn
from nabij_backend.identity.signatures import VerifiedSignatures
from nabij_backend.identity.tokens import (
    OPERATOR_CLAIM,
    Expectation,
    is_operator,
    is_subject,
    read,
)

KEY_FILE = "identity.key"
ISSUER = "nabij-local"
AUDIENCE = "nabij"
# RFC 9864 names the curve where RFC 8037's "EdDSA" left it open, and deprecates the latter.
ALGORITHM = "Ed25519"

_EXPECTATION = Expectation(issuer=ISSUER, audience=AUDIENCE)


class LocalIdentity:
    """Issues and verifies Ed25519-signed tokens (RFC 8037, RFC 9864) of one data folder."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = OKPKey.import_key(key)
        self._header = {"typ": "JWT", "alg": ALGORITHM, "kid": self._key.thumbprint()}
        self._signatures = VerifiedSignatures()

    @classmethod
    def open(cls, data_folder: Path) -> "LocalIdentity":
        """Use the folder's key, made on first use; safe in several processes at once.

        Raises:
            IdentityMisconfigured: The key file cannot be used; the message says what to do.
        """
        return cls(load_or_create(data_folder / KEY_FILE))

    def issue(
        self, subject: str, *, now: datetime, lifetime: timedelta, operator: bool = False
    ) -> str:
        """Sign a token for anybody the caller names.

        Args:
            subject: 1 to 128 printable characters.
            now: The time of issue, timezone-aware; counted in whole seconds.
            lifetime: How long the token is accepted.
            operator: Whether to claim that this is one of the supplier's operators.

        Raises:
            ValueError: The subject is empty, too long or not printable.
        """
        if not is_subject(subject):
            raise ValueError("Use a subject of 1 to 128 printable characters.")
        issued_at = int(now.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": issued_at,
            "exp": issued_at + int(lifetime.total_seconds()),
            **({OPERATOR_CLAIM: True} if operator else {}),
        }
        return jws.serialize_compact(self._header, json.dumps(claims), self._key, [ALGORITHM])

    async def verify(
        self, token: str, *, revocation: Revocation = Revocation.NOT_ASKED, now: datetime
    ) -> SignIn:
        """Return the sign-in of a token of this data folder; see `IdentityProvider`."""
        del revocation  # There are no accounts: a token ends by expiring.
        unverified = read(token)
        if unverified.header.get("alg") != ALGORITHM:
            raise InvalidToken(TokenRejection.ALGORITHM)
        if unverified.header != self._header:
            raise InvalidToken(TokenRejection.SIGNATURE)
        self._signatures.verify(token, None, lambda: self._require_signed(token))
        subject = _EXPECTATION.subject_of(unverified.claims, now)
        return SignIn(ISSUER, subject, is_operator(unverified.claims))

    async def look(self, now: datetime) -> tuple[Outage, ...]:
        """Ask for nothing: nothing else is needed."""
        del now
        return ()

    def close(self) -> None:
        """Give up nothing: nothing is open."""

    def _require_signed(self, token: str) -> None:
        rejected = False
        try:
            jws.deserialize_compact(token, self._key, [ALGORITHM])
        except JoseError:
            rejected = True
        if rejected:
            raise InvalidToken(TokenRejection.SIGNATURE)


def require_loopback(host: str) -> None:
    """Refuse to trust local tokens on a server that others can reach.

    Args:
        host: The address to listen on, as given to the server.

    Raises:
        IdentityMisconfigured: It is neither `localhost` nor a loopback address.
    """
    if not is_loopback(host):
        raise IdentityMisconfigured(
            "Local identity is for loopback only: listen on 127.0.0.1, or configure Firebase."
        )
