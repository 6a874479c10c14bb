"""Claims of a JSON Web Token (RFC 7519) that need no key.

Rules, for every provider:

1. Three base64url segments, at most 8192 characters; header and claims are JSON objects.
2. No critical header extensions: none is understood (RFC 7515, section 4.1.11).
3. `iss` and `aud` are exactly the expected strings.
4. `iat` and `exp` are whole seconds and surround now; so does `nbf` when present.
5. `sub` is 1 to 128 printable characters.

They decide nothing alone: a token that passes has not been authenticated yet.
"""

import base64
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from nabij_backend.identity.errors import InvalidToken, TokenRejection

MAX_TOKEN_LENGTH = 8192
OPERATOR_CLAIM = "nabij_operator"
MAX_SUBJECT_LENGTH = 128

_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")


@dataclass(frozen=True, slots=True, repr=False)
class UnverifiedToken:
    """A well-formed token that nobody has vouched for yet; its contents stay out of `repr`."""

    header: Mapping[str, object]
    claims: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a provider demands of a token's claims.

    Attributes:
        issuer: The only accepted `iss`.
        audience: The only accepted `aud`.
        clock_skew: How far the issuer's clock may differ from ours.
    """

    issuer: str
    audience: str
    clock_skew: timedelta = timedelta()

    def subject_of(self, claims: Mapping[str, object], now: datetime) -> str:
        """Return the subject of claims that meet this expectation at `now`.

        Raises:
            InvalidToken: A claim is missing, or not what is expected.
        """
        if claims.get("iss") != self.issuer:
            raise InvalidToken(TokenRejection.ISSUER)
        if claims.get("aud") != self.audience:
            raise InvalidToken(TokenRejection.AUDIENCE)
        self._check_period(claims, now)
        subject = claims.get("sub")
        if not isinstance(subject, str) or not is_subject(subject):
            raise InvalidToken(TokenRejection.MALFORMED)
        return subject

    def _check_period(self, claims: Mapping[str, object], now: datetime) -> None:
        issued_at, expires_at = _seconds(claims.get("iat")), _seconds(claims.get("exp"))
        valid_from = max(issued_at, _seconds(claims.get("nbf", issued_at)))
        skew_s = self.clock_skew.total_seconds()
        if expires_at <= now.timestamp() - skew_s:
            raise InvalidToken(TokenRejection.EXPIRED)
        if valid_from > now.timestamp() + skew_s:
            raise InvalidToken(TokenRejection.NOT_YET_VALID)


def read(token: str) -> UnverifiedToken:
    """Take a token apart by rules 1 and 2.

    Raises:
        InvalidToken: It is malformed.
    """
    segments = _COMPACT.fullmatch(token) if len(token) <= MAX_TOKEN_LENGTH else None
    if segments is None:
        raise InvalidToken(TokenRejection.MALFORMED)
    header, claims, signature = segments.groups()
    _decode(signature)
    unverified = UnverifiedToken(_json_object(header), _json_object(claims))
    if "crit" in unverified.header:
        raise InvalidToken(TokenRejection.MALFORMED)
    return unverified


def is_operator(claims: Mapping[str, object]) -> bool:
    """Tell whether the claims say that this is an operator: `true`, and nothing like it."""
    return claims.get(OPERATOR_CLAIM) is True


def expires_at(token: str) -> datetime:
    """Return when a token ends that a provider has accepted."""
    return datetime.fromtimestamp(_seconds(read(token).claims.get("exp")), UTC)


def is_subject(text: str) -> bool:
    """Tell whether a text can be a token's subject, by rule 5."""
    return 0 < len(text) <= MAX_SUBJECT_LENGTH and text.isprintable()


def _json_object(segment: str) -> Mapping[str, object]:
    value = _parse(_decode(segment))
    if not isinstance(value, dict):
        raise InvalidToken(TokenRejection.MALFORMED)
    return cast("dict[str, object]", value)


def _decode(segment: str) -> bytes:
    # A length of 4n + 1 is the one thing the pattern lets through that is not base64url.
    if len(segment) % 4 == 1:
        raise InvalidToken(TokenRejection.MALFORMED)
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def _parse(text: bytes) -> object:
    # Suppressed, not chained: the parser's error quotes what it read.
    with suppress(ValueError, RecursionError):
        return cast("object", json.loads(text.decode()))
    raise InvalidToken(TokenRejection.MALFORMED)


def _seconds(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidToken(TokenRejection.MALFORMED)
    return value
