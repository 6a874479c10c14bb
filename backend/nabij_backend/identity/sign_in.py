"""A sign-in, and the contract of identity providers."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from nabij_backend.google import Outage
from nabij_backend.identity.errors import IdentityMisconfigured

MIN_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class SignIn:
    """A verified sign-in: the issuer's name for a person.

    Attributes:
        issuer: Who vouches, the token's `iss`.
        subject: The person's id there, the token's `sub`; 1 to 128 printable characters.
        operator: Whether the issuer says that this is one of the supplier's operators.
        revocation_unknown: Whether it could not be asked if the token was revoked.
    """

    issuer: str
    subject: str
    operator: bool = False
    revocation_unknown: bool = False

    def __repr__(self) -> str:
        """Show that it is a sign-in and not whose."""
        return "SignIn(hidden)"

    def digest(self, key: bytes) -> bytes:
        """Return the pseudonym under which the database knows this sign-in.

        HMAC-SHA256 (RFC 2104) over issuer and subject in UTF-8, each preceded by its length in
        bytes as 4 bytes big-endian, so that no two sign-ins share an input. Who has the tables
        but not the key can neither name the person nor test a guess.

        Args:
            key: The deployment's secret, at least 32 bytes. With another key everybody is a
                stranger.

        Returns:
            32 bytes.

        Raises:
            IdentityMisconfigured: The key is too short.
        """
        if len(key) < MIN_KEY_BYTES:
            raise IdentityMisconfigured(
                f"The identity key is too short: use at least {MIN_KEY_BYTES} random bytes."
            )
        return hmac.digest(key, _length_prefixed(self.issuer, self.subject), "sha256")


class Revocation(Enum):
    """Whether the issuer is asked if a token was withdrawn, or its account disabled, since."""

    NOT_ASKED = "not-asked"
    ASKED = "asked"
    ASKED_IF_POSSIBLE = "asked-if-possible"
    """Asked; where nobody answers, the token counts all the same, and the sign-in says so."""


class IdentityProvider(Protocol):
    """Anything that tells from a bearer token who is calling."""

    async def verify(
        self, token: str, *, revocation: Revocation = Revocation.NOT_ASKED, now: datetime
    ) -> SignIn:
        """Return the sign-in that a token proves.

        Args:
            token: The bearer token as received.
            revocation: Asked for granting, export, erasure and operator calls; if possible for
                withdrawals, which nobody's outage may stop.
            now: The current time, timezone-aware.

        Raises:
            InvalidToken: The token is not accepted.
            IdentityUnavailable: Nobody can tell right now.
            IdentityMisconfigured: Answering would be unsafe until the operator acts.
        """
        ...

    async def look(self, now: datetime) -> tuple[Outage, ...]:
        """Ask for all that will be needed; returns what is out of reach or of no use."""
        ...

    def close(self) -> None:
        """Give up what is open. Blocks: call it in a thread."""
        ...


def _length_prefixed(*texts: str) -> bytes:
    encoded = (text.encode() for text in texts)
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
