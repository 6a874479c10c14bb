"""A signature is verified once; everything else about a token whenever it comes."""

import asyncio
from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc import jws

from nabij_backend.identity import InvalidToken, LocalIdentity, TokenRejection
from nabij_backend.identity.signatures import VerifiedSignatures

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Forged(Exception):
    """What the verification below raises."""


class Verifying:
    """Counts what is verified."""

    def __init__(self, most: int = 2) -> None:
        self.signatures = VerifiedSignatures(most)
        self.asked: list[tuple[str, Hashable]] = []

    def verify(self, token: str, key: Hashable = "key", *, forged: bool = False) -> None:
        def look() -> None:
            self.asked.append((token, key))
            if forged:
                raise Forged

        self.signatures.verify(token, key, look)


def test_a_signature_is_verified_once_for_each_token_and_key() -> None:
    verifying = Verifying()
    for token, key in [("a", "key"), ("a", "key"), ("a", "next"), ("A", "key")]:
        verifying.verify(token, key)
    assert verifying.asked == [("a", "key"), ("a", "next"), ("A", "key")]


def test_what_was_refused_is_looked_at_again() -> None:
    verifying = Verifying()
    for _ in range(2):
        with pytest.raises(Forged):
            verifying.verify("a", forged=True)
    assert len(verifying.asked) == 2


def test_the_tokens_that_came_longest_ago_are_forgotten() -> None:
    verifying = Verifying(most=2)
    for token in "abacab":
        verifying.verify(token)
    assert [token for token, _ in verifying.asked] == ["a", "b", "c", "b"]


def test_nothing_of_a_token_is_kept() -> None:
    verifying = Verifying()
    verifying.verify("eyJhbGciOi.of-eva.signature")
    assert "eva" not in repr(vars(verifying.signatures))


def test_a_token_whose_signature_is_known_ends_when_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = LocalIdentity.open(tmp_path)
    token = identity.issue("eva", now=NOW, lifetime=timedelta(minutes=5))
    asyncio.run(identity.verify(token, now=NOW))
    monkeypatch.setattr(jws, "deserialize_compact", None)  # it would be called
    asyncio.run(identity.verify(token, now=NOW))
    with pytest.raises(InvalidToken) as refused:
        asyncio.run(identity.verify(token, now=NOW + timedelta(minutes=5)))
    assert refused.value.rejection is TokenRejection.EXPIRED
