"""The certificates of the keys that Google signs ID tokens with.

Rules:

1. they are fetched when there are none, when a token names a key that is not among them, and when
   the time is over for which Google lets them be kept; at most every five seconds, once for all who
   wait;
2. an answer without a readable certificate replaces nothing;
3. past that time one still counts for what needs no fresh ones, while others are fetched, and no
   longer than it says itself (``notAfter``).

Source: https://firebase.google.com/docs/auth/admin/verify-id-tokens#verify_id_tokens_using_a_third-party_jwt_library
"""

import asyncio
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Protocol, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request

from nabij_backend.google import HTTP_TIMEOUT_S, Calls, Outage, Tell
from nabij_backend.identity.errors import IdentityUnavailable, InvalidToken, TokenRejection

URL = "https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com"
AGAIN_AFTER = timedelta(seconds=5)
_KEPT_FOR = timedelta(hours=1)
_KEPT_AT_MOST = timedelta(days=1)
_MAX_AGE = re.compile(r"max-age=([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class _Key:
    public: RSAPublicKey
    not_after: datetime


@dataclass(frozen=True, slots=True)
class _Fetched:
    keys: Mapping[str, _Key]
    kept_for: timedelta


class Certificates:
    """What Google publishes, as it was fetched last. Of one event loop at a time."""

    def __init__(self, calls: Calls, tell: Tell) -> None:
        self._calls = calls
        self._tell = tell
        self._keys: Mapping[str, _Key] = {}
        self._fresh_until: datetime | None = None
        self._asked_at: datetime | None = None
        self._answered = False
        self._fetching: asyncio.Task[None] | None = None

    async def key(self, key_id: str, *, fresh: bool, now: datetime) -> RSAPublicKey:
        """Return the public key of this id.

        ``fresh``: of certificates that Google lets be kept now.

        Raises:
            InvalidToken: Google publishes no such key.
            IdentityUnavailable: nobody can tell now.
        """
        kept = self._kept(key_id, now)
        if kept is not None and (self._is_fresh(now) or not fresh):
            if not self._is_fresh(now):
                self._begin_fetching(now)
            return kept
        if not await self.renew(now):
            raise IdentityUnavailable(Outage.CERTIFICATES)
        kept = self._kept(key_id, now)
        if kept is None:
            raise InvalidToken(TokenRejection.SIGNATURE)
        return kept

    async def renew(self, now: datetime) -> bool:
        """Fetch them, unless that was done just now; whether Google answered."""
        fetching = self._begin_fetching(now)
        if fetching is not None:
            await asyncio.shield(fetching)
        return self._answered

    def _kept(self, key_id: str, now: datetime) -> RSAPublicKey | None:
        key = self._keys.get(key_id)
        return key.public if key is not None and now < key.not_after else None

    def _is_fresh(self, now: datetime) -> bool:
        return self._fresh_until is not None and now < self._fresh_until

    def _begin_fetching(self, now: datetime) -> asyncio.Task[None] | None:
        """Return the fetching that is under way or begins; None: the last one was just now."""
        if self._fetching is not None and not self._fetching.done():
            return self._fetching
        if self._asked_at is not None and abs(now - self._asked_at) < AGAIN_AFTER:
            return None
        self._asked_at = now
        self._fetching = asyncio.create_task(self._fetch(now))
        return self._fetching

    async def _fetch(self, now: datetime) -> None:
        self._answered = False
        with suppress(TimeoutError, GoogleAuthError, OSError, ValueError, RecursionError):
            fetched = await self._calls.call(_fetch)
            self._keys, self._fresh_until = fetched.keys, now + fetched.kept_for
            self._answered = True
        if not self._answered:
            self._tell(Outage.CERTIFICATES)


class _Answer(Protocol):
    """What google-auth returns; it says no types of it."""

    status: int
    headers: Mapping[str, str]
    data: bytes


def _fetch() -> _Fetched:
    """Ask Google.

    Raises:
        GoogleAuthError: there is no answer.
        OSError: the trust store cannot be read.
        ValueError: the answer holds no certificate.
    """
    answer = cast("_Answer", Request()(URL, timeout=HTTP_TIMEOUT_S))
    if answer.status != HTTPStatus.OK:
        raise ValueError
    document: object = json.loads(answer.data)
    pairs = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    keys = {key_id: key for key_id, text in pairs.items() if (key := _read(text)) is not None}
    if not keys:
        raise ValueError
    return _Fetched(keys, _kept_for(answer.headers.get("Cache-Control", "")))


def _read(text: object) -> _Key | None:
    with suppress(ValueError):
        certificate = x509.load_pem_x509_certificate(str(text).encode())
        public = certificate.public_key()
        if isinstance(public, RSAPublicKey):
            return _Key(public, certificate.not_valid_after_utc)
    return None


def _kept_for(cache_control: str) -> timedelta:
    found = _MAX_AGE.search(cache_control)
    return min(timedelta(seconds=int(found[1])), _KEPT_AT_MOST) if found else _KEPT_FOR
