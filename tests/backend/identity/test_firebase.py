"""The real firebase-admin, unpatched, against a local stand-in for Google."""

import asyncio
import json
import logging
import socket
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import firebase_admin
import pytest

from nabij_backend.google import DEADLINE_S, Calls, Outage
from nabij_backend.identity import (
    IdentityMisconfigured,
    IdentityUnavailable,
    InvalidToken,
    Revocation,
    SignIn,
    TokenRejection,
)
from nabij_backend.identity.firebase import EMULATOR_VARIABLE, FirebaseIdentity
from nabij_backend.identity.providers import open_provider
from nabij_backend.settings import Settings
from tests.backend.identity.fake_google import (
    CERTIFICATES_PATH,
    Account,
    FakeGoogle,
    Refusal,
    pem_certificate,
    rsa_key,
)
from tests.backend.identity.forging import compact, hs256, rs256, segment, unsigned, without
from tests.backend.identity.verifying import verified

PROJECT = "nabij-test"
ISSUER = f"https://securetoken.google.com/{PROJECT}"
SUBJECT = "uid-of-somebody"
HEADER = {"alg": "RS256", "kid": "key-of-the-day", "typ": "JWT"}

Claims = dict[str, object]
Opener = Callable[[str], FirebaseIdentity]


@pytest.fixture
def opened(google: FakeGoogle, told: list[Outage]) -> Iterator[Opener]:
    """Open providers that talk to the fake, and close them afterwards."""
    del google
    providers: list[FirebaseIdentity] = []

    def open_for(project_id: str) -> FirebaseIdentity:
        providers.append(FirebaseIdentity(project_id, tell=told.append))
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


def rejection_of(
    identity: FirebaseIdentity, token: str, *, revocation: Revocation = Revocation.NOT_ASKED
) -> TokenRejection:
    """Return why a token is refused, having checked that the error tells nothing of it."""
    with pytest.raises(InvalidToken) as caught:
        verified(identity, token, revocation=revocation, now=datetime.now(UTC))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert not any(part in repr(caught.value) for part in token.split(".") if part)
    return caught.value.rejection


def refusal(identity: FirebaseIdentity, token: str) -> TokenRejection:
    return rejection_of(identity, token)


def test_a_token_that_google_signed_is_accepted(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims, now: datetime
) -> None:
    assert verified(identity, google.sign(claims), now=now) == SignIn(ISSUER, SUBJECT)
    assert google.requests == [CERTIFICATES_PATH]


@pytest.mark.parametrize("claim", [True, False, "true", 1, None])
def test_only_a_claim_that_is_true_makes_an_operator(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims, now: datetime, claim: object
) -> None:
    sign_in = verified(identity, google.sign({**claims, "nabij_operator": claim}), now=now)
    assert sign_in.operator == (claim is True)


def test_plain_verification_needs_no_credentials(
    google: FakeGoogle,
    identity: FirebaseIdentity,
    claims: Claims,
    now: datetime,
) -> None:
    google.service_account.unlink()
    assert verified(identity, google.sign(claims), now=now).subject == SUBJECT
    with pytest.raises(IdentityUnavailable) as caught:
        verified(identity, google.sign(claims), revocation=Revocation.ASKED, now=now)
    assert caught.value.outage is Outage.CREDENTIALS


@pytest.mark.parametrize(
    ("change", "rejection"),
    [
        ({"aud": "another-project"}, TokenRejection.AUDIENCE),
        ({"aud": [PROJECT]}, TokenRejection.AUDIENCE),
        ({"iss": "https://securetoken.google.com/another-project"}, TokenRejection.ISSUER),
        ({"iss": f"https://session.firebase.google.com/{PROJECT}"}, TokenRejection.ISSUER),
        ({"sub": ""}, TokenRejection.MALFORMED),
        ({"sub": "x" * 129}, TokenRejection.MALFORMED),
        ({"exp": "tomorrow"}, TokenRejection.MALFORMED),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(
    google: FakeGoogle,
    identity: FirebaseIdentity,
    claims: Claims,
    change: Claims,
    rejection: TokenRejection,
) -> None:
    assert refusal(identity, google.sign(claims | change)) is rejection
    assert google.requests == []


def test_a_token_out_of_date_is_refused(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims, now: datetime
) -> None:
    second = int(now.timestamp())
    expired = google.sign(claims | {"exp": second - 20})
    early = google.sign(claims | {"iat": second + 30})
    assert refusal(identity, expired) is TokenRejection.EXPIRED
    assert refusal(identity, early) is TokenRejection.NOT_YET_VALID


def test_clocks_may_differ_by_ten_seconds(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims, now: datetime
) -> None:
    second = int(now.timestamp())
    assert verified(identity, google.sign(claims | {"exp": second - 5}), now=now)
    assert verified(identity, google.sign(claims | {"iat": second + 8}), now=now)


def test_the_time_given_decides(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims, now: datetime
) -> None:
    token = google.sign(claims)
    with pytest.raises(InvalidToken):
        verified(identity, token, now=now + timedelta(hours=2))


def test_forged_tokens_are_refused(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims
) -> None:
    certificate = pem_certificate(rsa_key("tokens"))
    none = compact(HEADER | {"alg": "none"}, claims, unsigned)
    symmetric = compact(HEADER | {"alg": "HS256"}, claims, hs256(certificate))
    stranger = compact(HEADER, claims, rs256(rsa_key("stranger")))
    stripped = compact(HEADER, claims, unsigned)
    assert refusal(identity, none) is TokenRejection.ALGORITHM
    assert refusal(identity, symmetric) is TokenRejection.ALGORITHM
    assert refusal(identity, stranger) is TokenRejection.SIGNATURE
    assert refusal(identity, stripped) is TokenRejection.SIGNATURE
    assert refusal(identity, google.sign(claims, alg="rs256")) is TokenRejection.ALGORITHM


def test_a_token_must_name_a_key_that_google_publishes(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims
) -> None:
    missing = compact(without(HEADER, "kid"), claims, rs256(rsa_key("tokens")))
    assert refusal(identity, missing) is TokenRejection.MALFORMED
    assert refusal(identity, google.sign(claims, kid="")) is TokenRejection.MALFORMED
    assert (
        refusal(identity, google.sign(claims, kid=["key-of-the-day"])) is TokenRejection.MALFORMED
    )
    assert refusal(identity, google.sign(claims, kid="x" * 129)) is TokenRejection.MALFORMED
    assert refusal(identity, google.sign(claims, kid="yesterday")) is TokenRejection.SIGNATURE


def test_deep_nesting_exhausts_no_parser(identity: FirebaseIdentity, claims: Claims) -> None:
    assert refusal(identity, compact(HEADER, claims, unsigned)) is TokenRejection.SIGNATURE
    limit = sys.getrecursionlimit()
    refusals = {refusal(identity, nested(claims, depth)) for depth in range(limit // 2, limit, 2)}
    assert refusals <= {TokenRejection.SIGNATURE, TokenRejection.MALFORMED}


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
    assert verified(identity, token, now=now).subject == SUBJECT
    assert rejection_of(identity, token, revocation=Revocation.ASKED) is TokenRejection.REVOKED


def test_an_account_in_order_passes_the_revocation_check(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims, now: datetime
) -> None:
    google.accounts[SUBJECT] = Account(SUBJECT)
    signed_in = verified(identity, google.sign(claims), revocation=Revocation.ASKED, now=now)
    assert signed_in == SignIn(ISSUER, SUBJECT)
    assert f"/v1/projects/{PROJECT}/accounts:lookup" in google.requests


def test_a_disabled_or_deleted_account_is_refused_when_asked(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims
) -> None:
    token = google.sign(claims)
    assert (
        rejection_of(identity, token, revocation=Revocation.ASKED) is TokenRejection.UNKNOWN_ACCOUNT
    )
    google.accounts[SUBJECT] = Account(SUBJECT, disabled=True)
    assert rejection_of(identity, token, revocation=Revocation.ASKED) is TokenRejection.DISABLED


@pytest.fixture
def cut_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Let the way to Google end at a port that refuses connections."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{bound.getsockname()[1]}"
        yield lambda: monkeypatch.setenv("HTTPS_PROXY", closed)


def outage_of(
    identity: FirebaseIdentity, token: str, *, revocation: Revocation = Revocation.NOT_ASKED
) -> Outage:
    with pytest.raises(IdentityUnavailable) as caught:
        verified(identity, token, revocation=revocation, now=datetime.now(UTC))
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
    assert (
        outage_of(identity, google.sign(claims), revocation=Revocation.ASKED) is Outage.CERTIFICATES
    )


def test_a_silent_google_is_given_up_within_seconds(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims
) -> None:
    google.answering.clear()
    started = time.monotonic()
    assert outage_of(identity, google.sign(claims)) is Outage.CERTIFICATES
    assert time.monotonic() - started < 2 * DEADLINE_S


def test_slow_certificates_and_a_silent_account_take_one_deadline_together(
    google: FakeGoogle, claims: Claims, now: datetime, told: list[Outage]
) -> None:
    identity = FirebaseIdentity(PROJECT, tell=told.append, calls=Calls(deadline_s=3))
    google.slow_s = {"gserviceaccount.com": 2, ":lookup": 60}
    started = time.monotonic()
    possible = Revocation.ASKED_IF_POSSIBLE
    signed_in = verified(identity, google.sign(claims), revocation=possible, now=now)
    assert time.monotonic() - started < 4.5  # and not five
    assert signed_in.revocation_unknown
    assert told == [Outage.ACCOUNTS]


def test_an_account_has_its_share_of_the_calls(google: FakeGoogle, claims: Claims) -> None:
    identity = FirebaseIdentity(PROJECT, tell=print, calls=Calls(deadline_s=2))
    token, now = google.sign(claims), datetime.now(UTC)
    verified(identity, token, now=now)
    google.slow_s = {":lookup": 60}

    async def ask_without_end() -> list[SignIn]:
        possible = Revocation.ASKED_IF_POSSIBLE
        asked = (identity.verify(token, revocation=possible, now=now) for _ in range(12))
        return list(await asyncio.gather(*asked))

    assert all(each.revocation_unknown for each in asyncio.run(ask_without_end()))
    assert len([path for path in google.requests if path.endswith(":lookup")]) == 4


def test_certificates_at_hand_outlast_google(
    google: FakeGoogle,
    identity: FirebaseIdentity,
    claims: Claims,
    now: datetime,
    cut_off: Callable[[], None],
) -> None:
    verified(identity, google.sign(claims), now=now)
    cut_off()
    again = google.sign(claims | {"sub": "somebody-else"})
    assert verified(identity, again, now=now).subject == "somebody-else"
    assert refusal(identity, compact(HEADER, claims, unsigned)) is TokenRejection.SIGNATURE


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
    verified(identity, google.sign(claims), revocation=Revocation.ASKED, now=now)
    cut_off()
    assert outage_of(identity, google.sign(claims), revocation=Revocation.ASKED) is Outage.ACCOUNTS


def test_an_account_that_makes_no_sense_is_an_outage(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims
) -> None:
    google.accounts[SUBJECT] = Account("")
    assert outage_of(identity, google.sign(claims), revocation=Revocation.ASKED) is Outage.ACCOUNTS


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
    rejection_of(identity, token, revocation=Revocation.ASKED)
    refusal(identity, compact(HEADER, claims, unsigned))
    assert CERTIFICATES_PATH in caplog.text
    assert SUBJECT not in caplog.text
    assert not any(part in caplog.text for part in token.split("."))


@pytest.mark.parametrize(
    ("told_of_account", "rejection"),
    [
        ({"sign_in_provider": "password", "tenant": "customers-abc12"}, TokenRejection.TENANT),
        ({"sign_in_provider": "anonymous"}, TokenRejection.ANONYMOUS),
        ("password", TokenRejection.MALFORMED),
    ],
)
def test_only_an_account_that_its_person_can_come_back_to_counts(
    google: FakeGoogle,
    identity: FirebaseIdentity,
    claims: Claims,
    told_of_account: object,
    rejection: TokenRejection,
) -> None:
    token = google.sign(claims | {"firebase": told_of_account})
    assert refusal(identity, token) is rejection


@pytest.mark.parametrize("provider", ["password", "google.com", "phone", "custom"])
def test_an_address_that_nobody_verified_does_not_matter(
    google: FakeGoogle, identity: FirebaseIdentity, claims: Claims, now: datetime, provider: str
) -> None:
    account = {"email_verified": False, "firebase": {"sign_in_provider": provider}}
    assert verified(identity, google.sign(claims | account), now=now).subject == SUBJECT


@pytest.mark.parametrize(
    ("failure", "outage"),
    [
        (("/token", Refusal(400, "invalid_grant")), Outage.CREDENTIALS),
        ((":lookup", Refusal(401, "UNAUTHENTICATED")), Outage.CREDENTIALS),
        ((":lookup", Refusal(403, "PERMISSION_DENIED")), Outage.CREDENTIALS),
        ((":lookup", Refusal(404, "CONFIGURATION_NOT_FOUND")), Outage.PROJECT),
        ((":lookup", Refusal(429, "RESOURCE_EXHAUSTED", retry_after_s=3600)), Outage.ACCOUNTS),
        ((":lookup", Refusal(500, "INTERNAL")), Outage.ACCOUNTS),
        (("gserviceaccount.com", Refusal(503, "UNAVAILABLE")), Outage.CERTIFICATES),
    ],
)
def test_looking_tells_what_is_wrong(
    google: FakeGoogle,
    identity: FirebaseIdentity,
    told: list[Outage],
    failure: tuple[str, Refusal],
    outage: Outage,
) -> None:
    google.failures = dict([failure])
    assert asyncio.run(identity.look(datetime.now(UTC))) == (outage,)
    assert told == [outage]


def test_looking_finds_nothing_where_nothing_is_wrong(
    identity: FirebaseIdentity, told: list[Outage], now: datetime
) -> None:
    assert asyncio.run(identity.look(now)) == ()
    assert told == []


@pytest.mark.parametrize("text", ["", "{}", "not json"])
def test_credentials_that_cannot_be_read_are_found_at_start(google: FakeGoogle, text: str) -> None:
    google.service_account.write_text(text)
    with pytest.raises(IdentityMisconfigured, match="GOOGLE_APPLICATION_CREDENTIALS"):
        FirebaseIdentity(PROJECT, tell=print)
    google.service_account.unlink()
    with pytest.raises(IdentityMisconfigured, match="GOOGLE_APPLICATION_CREDENTIALS"):
        FirebaseIdentity(PROJECT, tell=print)


@pytest.mark.parametrize(
    "address", ["0.0.0.0:9099", "emulator.example:9099", "10.0.0.5:9099", "9099"]
)
def test_an_emulator_is_one_of_this_machine(
    google: FakeGoogle, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    assert google
    monkeypatch.setenv(EMULATOR_VARIABLE, address)
    with pytest.raises(IdentityMisconfigured, match="on this machine"):
        FirebaseIdentity("demo-nabij", tell=print)


def test_with_an_emulator_the_service_listens_on_loopback_alone(
    google: FakeGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert google
    monkeypatch.setenv(EMULATOR_VARIABLE, "[::1]:9099")
    settings = Settings(identity="firebase", firebase_project="demo-nabij", host="0.0.0.0")  # noqa: S104 - refused
    with pytest.raises(IdentityMisconfigured, match="listen on 127"):
        open_provider(settings, print)
    open_provider(settings.model_copy(update={"host": "127.0.0.1"}), print).close()


def test_a_real_project_does_not_start_beside_an_emulator(
    google: FakeGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    del google
    monkeypatch.setenv(EMULATOR_VARIABLE, "127.0.0.1:9099")
    with pytest.raises(IdentityMisconfigured, match=f"Unset {EMULATOR_VARIABLE}"):
        FirebaseIdentity(PROJECT, tell=print)


def test_an_emulator_named_later_changes_nothing(
    google: FakeGoogle,
    identity: FirebaseIdentity,
    claims: Claims,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forged = compact({"alg": "none", "kid": ""}, claims, unsigned)
    verified(identity, google.sign(claims), now=now)
    monkeypatch.setenv(EMULATOR_VARIABLE, "127.0.0.1:9099")
    for token in (forged, google.sign(claims), compact(HEADER, claims, unsigned)):
        with pytest.raises(IdentityMisconfigured, match="Restart the server"):
            verified(identity, token, now=now)
    monkeypatch.delenv(EMULATOR_VARIABLE)
    assert refusal(identity, forged) is TokenRejection.ALGORITHM


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
    assert verified(identity, unsigned_token, now=now).subject == SUBJECT
    foreign = compact({"alg": "none", "typ": "JWT"}, claims, unsigned)
    assert refusal(identity, foreign) is TokenRejection.ISSUER
    monkeypatch.delenv(EMULATOR_VARIABLE)
    with pytest.raises(IdentityMisconfigured):
        verified(identity, unsigned_token, now=now)


def test_a_demo_project_without_an_emulator_checks_signatures(
    opened: Opener, claims: Claims
) -> None:
    identity = opened("demo-nabij")
    token = compact({"alg": "none", "typ": "JWT"}, claims, unsigned)
    assert refusal(identity, token) is TokenRejection.ALGORITHM


def test_a_project_id_is_required() -> None:
    with pytest.raises(IdentityMisconfigured, match="project id"):
        FirebaseIdentity("", tell=print)


def test_the_default_firebase_app_is_left_to_others(identity: FirebaseIdentity) -> None:
    assert identity
    with pytest.raises(ValueError, match="default Firebase app does not exist"):
        firebase_admin.get_app()
