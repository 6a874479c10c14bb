"""The real firebase-admin, unpatched, against a local stand-in for Google."""

import json
import logging
import socket
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import firebase_admin
import pytest

from nabij_backend.identity import (
    IdentityMisconfigured,
    IdentityUnavailable,
    InvalidToken,
    Outage,
    Rejection,
    SignIn,
)
from nabij_backend.identity.firebase import EMULATOR_VARIABLE, FirebaseIdentity
from nabij_backend.identity.firebase_sdk import HTTP_TIMEOUT_S
from tests.backend.identity.fake_google import (
    CERTIFICATES_PATH,
    Account,
    FakeGoogle,
    google_in_reach,
    pem_certificate,
    rsa_key,
)
from tests.backend.identity.forging import compact, hs256, rs256, segment, unsigned, without

PROJECT = "nabij-test"
ISSUER = f"https://securetoken.google.com/{PROJECT}"
SUBJECT = "uid-of-somebody"
HEADER = {"alg": "RS256", "kid": "key-of-the-day", "typ": "JWT"}

Claims = dict[str, object]
Opener = Callable[[str], FirebaseIdentity]


@pytest.fixture
def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    monkeypatch.delenv(EMULATOR_VARIABLE, raising=False)
    with google_in_reach(tmp_path, monkeypatch) as fake:
        yield fake


@pytest.fixture
def opened(google: FakeGoogle) -> Iterator[Opener]:
    """Open providers that talk to the fake, and close them afterwards."""
    del google
    providers: list[FirebaseIdentity] = []

    def open_for(project_id: str) -> FirebaseIdentity:
        providers.append(FirebaseIdentity(project_id))
        return providers[-1]

    yield open_for
    for provider in providers:
        provider.close()


@pytest.fixture
def identity(opened: Opener) -> FirebaseIdentity:
    return opened(PROJECT)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def claims(now: datetime) -> Claims:
    issued_at = int(now.timestamp()) - 60
    return {
        "iss": ISSUER,
        "aud": PROJECT,
        "sub": SUBJECT,
        "auth_time": issued_at,
        "iat": issued_at,
        "exp": issued_at + 3600,
    }


def rejection_of(identity: FirebaseIdentity, token: str, *, check_revoked: bool) -> Rejection:
    """Return why a token is refused, having checked that the error tells nothing of it."""
    with pytest.raises(InvalidToken) as caught:
        identity.verify(token, check_revoked=check_revoked, now=datetime.now(UTC))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert not any(part in repr(caught.value) for part in token.split(".") if part)
    return caught.value.rejection


def refusal(identity: FirebaseIdentity, token: str) -> Rejection:
    return rejection_of(identity, token, check_revoked=False)


def test_a_token_that_google_signed_is_accepted(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims, now: datetime
) -> None:
    assert identity.verify(google.sign(claims), now=now) == SignIn(ISSUER, SUBJECT)
    assert google.requests == [CERTIFICATES_PATH]


def test_plain_verification_needs_no_credentials(
    google: FakeGoogle,
    identity: FirebaseIdentity,
    claims: Claims,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere")
    assert identity.verify(google.sign(claims), now=now).subject == SUBJECT
    with pytest.raises(IdentityUnavailable) as caught:
        identity.verify(google.sign(claims), check_revoked=True, now=now)
    assert caught.value.outage is Outage.CREDENTIALS


@pytest.mark.parametrize(
    ("change", "rejection"),
    [
        ({"aud": "another-project"}, Rejection.AUDIENCE),
        ({"aud": [PROJECT]}, Rejection.AUDIENCE),
        ({"iss": "https://securetoken.google.com/another-project"}, Rejection.ISSUER),
        ({"iss": f"https://session.firebase.google.com/{PROJECT}"}, Rejection.ISSUER),
        ({"sub": ""}, Rejection.MALFORMED),
        ({"sub": "x" * 129}, Rejection.MALFORMED),
        ({"exp": "tomorrow"}, Rejection.MALFORMED),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(
    google: FakeGoogle,
    identity: FirebaseIdentity,
    claims: Claims,
    change: Claims,
    rejection: Rejection,
) -> None:
    assert refusal(identity, google.sign(claims | change)) is rejection
    assert google.requests == []


def test_a_token_out_of_date_is_refused(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims, now: datetime
) -> None:
    second = int(now.timestamp())
    expired = google.sign(claims | {"exp": second - 20})
    early = google.sign(claims | {"iat": second + 30})
    assert refusal(identity, expired) is Rejection.EXPIRED
    assert refusal(identity, early) is Rejection.NOT_YET_VALID


def test_clocks_may_differ_by_ten_seconds(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims, now: datetime
) -> None:
    second = int(now.timestamp())
    assert identity.verify(google.sign(claims | {"exp": second - 5}), now=now)
    assert identity.verify(google.sign(claims | {"iat": second + 8}), now=now)


def test_the_time_given_decides(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims, now: datetime
) -> None:
    token = google.sign(claims)
    with pytest.raises(InvalidToken):
        identity.verify(token, now=now + timedelta(hours=2))


def test_forged_tokens_are_refused(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims
) -> None:
    certificate = pem_certificate(rsa_key("tokens"))
    none = compact(HEADER | {"alg": "none"}, claims, unsigned)
    symmetric = compact(HEADER | {"alg": "HS256"}, claims, hs256(certificate))
    stranger = compact(HEADER, claims, rs256(rsa_key("stranger")))
    stripped = compact(HEADER, claims, unsigned)
    assert refusal(identity, none) is Rejection.ALGORITHM
    assert refusal(identity, symmetric) is Rejection.ALGORITHM
    assert refusal(identity, stranger) is Rejection.SIGNATURE
    assert refusal(identity, stripped) is Rejection.SIGNATURE
    assert refusal(identity, google.sign(claims, alg="rs256")) is Rejection.ALGORITHM


def test_a_token_must_name_a_key_that_google_publishes(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims
) -> None:
    missing = compact(without(HEADER, "kid"), claims, rs256(rsa_key("tokens")))
    assert refusal(identity, missing) is Rejection.MALFORMED
    assert refusal(identity, google.sign(claims, kid="")) is Rejection.MALFORMED
    assert refusal(identity, google.sign(claims, kid=["key-of-the-day"])) is Rejection.MALFORMED
    assert refusal(identity, google.sign(claims, kid="x" * 129)) is Rejection.MALFORMED
    assert refusal(identity, google.sign(claims, kid="yesterday")) is Rejection.SIGNATURE


def test_deep_nesting_exhausts_no_parser(identity: FirebaseIdentity, claims: Claims) -> None:
    assert refusal(identity, compact(HEADER, claims, unsigned)) is Rejection.SIGNATURE
    limit = sys.getrecursionlimit()
    refusals = {refusal(identity, nested(claims, depth)) for depth in range(limit // 2, limit, 2)}
    assert refusals <= {Rejection.SIGNATURE, Rejection.MALFORMED}


def nested(claims: Claims, depth: int) -> str:
    """Return an unsigned token whose claims hold a list in a list in a list."""
    start = json.dumps(claims).removesuffix("}")
    deep = f'{start}, "deep": {"[" * depth}{"]" * depth}' + "}"
    return f"{segment(json.dumps(HEADER).encode())}.{segment(deep.encode())}."


def test_a_revoked_token_is_refused_when_asked(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims, now: datetime
) -> None:
    google.accounts[SUBJECT] = Account(SUBJECT, valid_since=now)
    token = google.sign(claims)
    assert identity.verify(token, now=now).subject == SUBJECT
    assert rejection_of(identity, token, check_revoked=True) is Rejection.REVOKED


def test_an_account_in_order_passes_the_revocation_check(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims, now: datetime
) -> None:
    google.accounts[SUBJECT] = Account(SUBJECT)
    signed_in = identity.verify(google.sign(claims), check_revoked=True, now=now)
    assert signed_in == SignIn(ISSUER, SUBJECT)
    assert f"/v1/projects/{PROJECT}/accounts:lookup" in google.requests


def test_a_disabled_or_deleted_account_is_refused_when_asked(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims
) -> None:
    token = google.sign(claims)
    assert rejection_of(identity, token, check_revoked=True) is Rejection.UNKNOWN_ACCOUNT
    google.accounts[SUBJECT] = Account(SUBJECT, disabled=True)
    assert rejection_of(identity, token, check_revoked=True) is Rejection.DISABLED


@pytest.fixture
def cut_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Let the way to Google end at a port that refuses connections."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{bound.getsockname()[1]}"
        yield lambda: monkeypatch.setenv("HTTPS_PROXY", closed)


def outage_of(identity: FirebaseIdentity, token: str, *, check_revoked: bool = False) -> Outage:
    with pytest.raises(IdentityUnavailable) as caught:
        identity.verify(token, check_revoked=check_revoked, now=datetime.now(UTC))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value.outage


def test_without_certificates_nobody_can_tell(
    google: FakeGoogle,
    identity: FirebaseIdentity,
    claims: Claims,
    cut_off: Callable[[], None],
) -> None:
    cut_off()
    assert outage_of(identity, google.sign(claims)) is Outage.CERTIFICATES
    assert outage_of(identity, google.sign(claims), check_revoked=True) is Outage.CERTIFICATES


def test_a_silent_google_is_given_up_within_seconds(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims
) -> None:
    google.answering.clear()
    started = time.monotonic()
    assert outage_of(identity, google.sign(claims)) is Outage.CERTIFICATES
    assert time.monotonic() - started < 2 * HTTP_TIMEOUT_S


def test_certificates_at_hand_outlast_google(
    google: FakeGoogle,
    identity: FirebaseIdentity,
    claims: Claims,
    now: datetime,
    cut_off: Callable[[], None],
) -> None:
    identity.verify(google.sign(claims), now=now)
    cut_off()
    again = google.sign(claims | {"sub": "somebody-else"})
    assert identity.verify(again, now=now).subject == "somebody-else"
    assert refusal(identity, compact(HEADER, claims, unsigned)) is Rejection.SIGNATURE


@pytest.mark.parametrize("answer", [b"<html>Log in to this network</html>", b"{", b"\xff"])
def test_certificates_that_are_none_are_an_outage_not_a_bad_token(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims, answer: bytes
) -> None:
    google.certificates = answer
    assert outage_of(identity, google.sign(claims)) is Outage.CERTIFICATES
    google.certificates = {HEADER["kid"]: "no certificate"}
    assert outage_of(identity, google.sign(claims)) is Outage.CERTIFICATES


def test_accounts_out_of_reach_are_an_outage_not_a_bad_token(
    google: FakeGoogle,
    identity: FirebaseIdentity,
    claims: Claims,
    now: datetime,
    cut_off: Callable[[], None],
) -> None:
    google.accounts[SUBJECT] = Account(SUBJECT)
    identity.verify(google.sign(claims), check_revoked=True, now=now)
    cut_off()
    assert outage_of(identity, google.sign(claims), check_revoked=True) is Outage.ACCOUNTS


def test_an_account_that_makes_no_sense_is_an_outage(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims
) -> None:
    google.accounts[SUBJECT] = Account("")
    assert outage_of(identity, google.sign(claims), check_revoked=True) is Outage.ACCOUNTS


def test_a_missing_trust_store_is_an_outage(
    google: FakeGoogle,
    identity: FirebaseIdentity,
    claims: Claims,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    assert outage_of(identity, google.sign(claims))


def test_nothing_logged_tells_the_token_or_the_person(
    google: FakeGoogle,
    identity: FirebaseIdentity,
    claims: Claims,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    token = google.sign(claims)
    rejection_of(identity, token, check_revoked=True)
    refusal(identity, compact(HEADER, claims, unsigned))
    assert CERTIFICATES_PATH in caplog.text
    assert SUBJECT not in caplog.text
    assert not any(part in caplog.text for part in token.split("."))


def test_a_real_project_does_not_start_beside_an_emulator(
    google: FakeGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    del google
    monkeypatch.setenv(EMULATOR_VARIABLE, "127.0.0.1:9099")
    with pytest.raises(IdentityMisconfigured, match=f"Unset {EMULATOR_VARIABLE}"):
        FirebaseIdentity(PROJECT)


def test_an_emulator_named_later_changes_nothing(
    google: FakeGoogle,
    identity: FirebaseIdentity,
    claims: Claims,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forged = compact({"alg": "none", "kid": ""}, claims, unsigned)
    identity.verify(google.sign(claims), now=now)
    monkeypatch.setenv(EMULATOR_VARIABLE, "127.0.0.1:9099")
    for token in (forged, google.sign(claims), compact(HEADER, claims, unsigned)):
        with pytest.raises(IdentityMisconfigured, match="Restart the server"):
            identity.verify(token, now=now)
    monkeypatch.delenv(EMULATOR_VARIABLE)
    assert refusal(identity, forged) is Rejection.ALGORITHM


def test_a_demo_project_may_use_the_emulator_it_started_with(
    google: FakeGoogle,
    opened: Opener,
    claims: Claims,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del google
    monkeypatch.setenv(EMULATOR_VARIABLE, "127.0.0.1:9099")
    identity = opened("demo-nabij")
    demo = claims | {"iss": "https://securetoken.google.com/demo-nabij", "aud": "demo-nabij"}
    unsigned_token = compact({"alg": "none", "typ": "JWT"}, demo, unsigned)
    assert identity.verify(unsigned_token, now=now).subject == SUBJECT
    foreign = compact({"alg": "none", "typ": "JWT"}, claims, unsigned)
    assert refusal(identity, foreign) is Rejection.ISSUER
    monkeypatch.delenv(EMULATOR_VARIABLE)
    with pytest.raises(IdentityMisconfigured):
        identity.verify(unsigned_token, now=now)


def test_a_demo_project_without_an_emulator_checks_signatures(
    opened: Opener, claims: Claims
) -> None:
    identity = opened("demo-nabij")
    token = compact({"alg": "none", "typ": "JWT"}, claims, unsigned)
    assert refusal(identity, token) is Rejection.ALGORITHM


def test_a_project_id_is_required() -> None:
    with pytest.raises(IdentityMisconfigured, match="project id"):
        FirebaseIdentity("")


def test_the_default_firebase_app_is_left_to_others(identity: FirebaseIdentity) -> None:
    assert identity
    with pytest.raises(ValueError, match="default Firebase app does not exist"):
        firebase_admin.get_app()
