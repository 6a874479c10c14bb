"""Google's certificates come, go and stay away: which tokens count meanwhile."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from nabij_backend.google import Calls, Outage
from nabij_backend.identity import IdentityUnavailable, InvalidToken
from nabij_backend.identity.certificates import AGAIN_AFTER, Certificates
from tests.backend.identity.fake_google import (
    KEY_ID,
    FakeGoogle,
    Refusal,
    pem_certificate,
    rsa_key,
)

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
NEXT = {"key-of-tomorrow": pem_certificate(rsa_key("tomorrow")).decode()}


class Kept:
    """Certificates, asked in one event loop, and what operators were told."""

    def __init__(self) -> None:
        self.told: list[Outage] = []
        self._certificates = Certificates(Calls(deadline_s=2), self.told.append)
        self._loop = asyncio.new_event_loop()

    def key(
        self, key_id: str = KEY_ID, *, fresh: bool = False, after: timedelta = timedelta()
    ) -> RSAPublicKey:
        async def ask() -> RSAPublicKey:
            try:
                return await self._certificates.key(key_id, fresh=fresh, now=NOW + after)
            finally:  # and what goes on in the background
                await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))

        return self._loop.run_until_complete(ask())

    def keys(self, *key_ids: str, after: timedelta = timedelta()) -> list[object]:
        async def ask() -> list[object]:
            asked = (self._certificates.key(each, fresh=True, now=NOW + after) for each in key_ids)
            return list(await asyncio.gather(*asked, return_exceptions=True))

        return self._loop.run_until_complete(ask())

    def close(self) -> None:
        self._loop.close()


@pytest.fixture
def kept(google: FakeGoogle) -> Iterator[Kept]:
    assert google
    certificates = Kept()
    yield certificates
    certificates.close()


def test_they_are_fetched_once_for_as_long_as_google_says(google: FakeGoogle, kept: Kept) -> None:
    google.max_age_s = 600
    for minutes in range(10):
        assert kept.key(fresh=True, after=timedelta(minutes=minutes))
    assert len(google.requests) == 1
    kept.key(fresh=True, after=timedelta(minutes=10))
    assert len(google.requests) == 2


def test_all_who_ask_at_once_wait_for_one_answer(google: FakeGoogle, kept: Kept) -> None:
    answers = kept.keys(*[KEY_ID] * 20)
    assert all(isinstance(each, RSAPublicKey) for each in answers)
    assert len(google.requests) == 1


def test_a_new_key_is_accepted_as_soon_as_google_publishes_it(
    google: FakeGoogle, kept: Kept
) -> None:
    kept.key()
    google.certificates = NEXT
    assert kept.key("key-of-tomorrow", after=AGAIN_AFTER)
    with pytest.raises(InvalidToken):
        kept.key(after=AGAIN_AFTER)


def test_unknown_keys_make_nobody_ask_google_without_end(google: FakeGoogle, kept: Kept) -> None:
    kept.key()
    for number in range(50):
        with pytest.raises(InvalidToken):
            kept.key(f"made-up-{number}", after=timedelta(seconds=number / 10))
    assert len(google.requests) == 1
    with pytest.raises(InvalidToken):
        kept.key("made-up", after=AGAIN_AFTER)
    assert len(google.requests) == 2


@pytest.mark.parametrize(
    "answer",
    [b"<html>Log in to this network</html>", {}, [], {KEY_ID: "none"}, {KEY_ID: 5}],
    ids=["html", "empty", "list", "no certificate", "number"],
)
def test_an_answer_without_keys_replaces_none(
    google: FakeGoogle, kept: Kept, answer: object
) -> None:
    kept.key()
    google.certificates = answer
    assert kept.key(after=2 * HOUR)
    assert kept.key(after=2 * HOUR)
    assert kept.told == [Outage.CERTIFICATES]
    with pytest.raises(IdentityUnavailable):
        kept.key(fresh=True, after=2 * HOUR)


def test_past_their_time_they_count_for_what_needs_no_fresh_ones(
    google: FakeGoogle, kept: Kept
) -> None:
    kept.key()
    google.away = True
    assert kept.key(after=2 * HOUR)
    with pytest.raises(IdentityUnavailable) as caught:
        kept.key(fresh=True, after=2 * HOUR)
    assert caught.value.outage is Outage.CERTIFICATES
    google.away = False
    assert kept.key(fresh=True, after=2 * HOUR + AGAIN_AFTER)


def test_whoever_needs_no_fresh_ones_does_not_wait_for_them(google: FakeGoogle, kept: Kept) -> None:
    kept.key()
    google.certificates = NEXT
    assert kept.key(after=2 * HOUR)  # fetched in the background
    with pytest.raises(InvalidToken):
        kept.key(after=2 * HOUR)


def test_none_counts_past_its_own_end(google: FakeGoogle, kept: Kept) -> None:
    kept.key()
    google.away = True
    assert kept.key(after=23 * HOUR)
    with pytest.raises(IdentityUnavailable):
        kept.key(after=25 * HOUR)


def test_in_an_outage_google_is_asked_every_five_seconds_and_nobody_waits_in_between(
    google: FakeGoogle, kept: Kept
) -> None:
    google.failures["gserviceaccount.com"] = Refusal(503, "UNAVAILABLE", retry_after_s=3600)
    for second in range(10):
        with pytest.raises(IdentityUnavailable):
            kept.key(after=timedelta(seconds=second))
    assert len(google.requests) == 2
    google.failures.clear()
    assert kept.key(after=timedelta(seconds=10))


def test_an_answer_that_never_ends_is_given_up(google: FakeGoogle, kept: Kept) -> None:
    google.byte_every_s = 0.1
    with pytest.raises(IdentityUnavailable):
        kept.key()
    assert kept.told == [Outage.CERTIFICATES]
