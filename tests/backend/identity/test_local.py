from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

from nabij_backend.identity import (
    IdentityMisconfigured,
    InvalidToken,
    LocalIdentity,
    Revocation,
    SignIn,
    TokenRejection,
    require_loopback,
)
from nabij_backend.identity.local import KEY_FILE
from tests.backend.identity.forging import compact, hs256, parts, segment, unsigned, without
from tests.backend.identity.verifying import verified

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
SECOND = int(NOW.timestamp())
HOUR = timedelta(hours=1)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
IDENTITY = LocalIdentity(KEY)
TOKEN = IDENTITY.issue("anna", now=NOW, lifetime=HOUR)
HEADER, CLAIMS = parts(TOKEN)

Claims = dict[str, object]


def refusal(token: str, now: datetime = NOW) -> TokenRejection:
    """Return why a token is refused, having checked that the error tells nothing of it."""
    with pytest.raises(InvalidToken) as caught:
        verified(IDENTITY, token, now=now)
    assert str(caught.value) == "Sign in again: this token is not accepted."
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value.rejection


def test_a_token_names_who_it_was_issued_to() -> None:
    assert verified(IDENTITY, TOKEN, now=NOW) == SignIn("nabij-local", "anna")
    assert verified(IDENTITY, TOKEN, revocation=Revocation.ASKED, now=NOW).subject == "anna"


def test_a_token_is_what_the_standards_say() -> None:
    assert (HEADER["alg"], HEADER["typ"]) == ("Ed25519", "JWT")
    assert CLAIMS == {
        "iss": "nabij-local",
        "aud": "nabij",
        "sub": "anna",
        "iat": SECOND,
        "exp": SECOND + 3600,
    }
    signed, _, signature = TOKEN.rpartition(".")
    assert signature == segment(KEY.sign(signed.encode()))


def test_a_token_ends_with_its_lifetime() -> None:
    assert verified(IDENTITY, TOKEN, now=NOW + HOUR - timedelta(seconds=1))
    assert refusal(TOKEN, NOW + HOUR) is TokenRejection.EXPIRED
    assert refusal(TOKEN, NOW - timedelta(seconds=1)) is TokenRejection.NOT_YET_VALID


@pytest.mark.parametrize(
    ("change", "rejection"),
    [
        ({"iss": "nabij-elsewhere"}, TokenRejection.ISSUER),
        ({"iss": None}, TokenRejection.ISSUER),
        ({"aud": "another-service"}, TokenRejection.AUDIENCE),
        ({"aud": ["nabij"]}, TokenRejection.AUDIENCE),
        ({"exp": SECOND}, TokenRejection.EXPIRED),
        ({"iat": SECOND + 1}, TokenRejection.NOT_YET_VALID),
        ({"nbf": SECOND + 1}, TokenRejection.NOT_YET_VALID),
        ({"exp": float("nan")}, TokenRejection.MALFORMED),
        ({"exp": float("inf")}, TokenRejection.MALFORMED),
        ({"exp": True}, TokenRejection.MALFORMED),
        ({"iat": "now"}, TokenRejection.MALFORMED),
        ({"nbf": None}, TokenRejection.MALFORMED),
        ({"sub": ""}, TokenRejection.MALFORMED),
        ({"sub": 7}, TokenRejection.MALFORMED),
        ({"sub": "\ud800"}, TokenRejection.MALFORMED),
        ({"sub": "a\0b"}, TokenRejection.MALFORMED),
    ],
)
def test_a_well_signed_token_with_a_wrong_claim_is_refused(
    change: Claims, rejection: TokenRejection
) -> None:
    assert refusal(compact(HEADER, CLAIMS | change, KEY.sign)) is rejection


@pytest.mark.parametrize(
    ("claim", "rejection"),
    [
        ("iss", TokenRejection.ISSUER),
        ("aud", TokenRejection.AUDIENCE),
        ("sub", TokenRejection.MALFORMED),
        ("iat", TokenRejection.MALFORMED),
        ("exp", TokenRejection.MALFORMED),
    ],
)
def test_a_well_signed_token_without_a_claim_is_refused(
    claim: str, rejection: TokenRejection
) -> None:
    assert refusal(compact(HEADER, without(CLAIMS, claim), KEY.sign)) is rejection


def test_a_not_before_that_has_passed_is_no_hindrance() -> None:
    token = compact(HEADER, CLAIMS | {"nbf": SECOND}, KEY.sign)
    assert verified(IDENTITY, token, now=NOW).subject == "anna"


def test_forged_tokens_are_refused() -> None:
    public_bytes = KEY.public_key().public_bytes_raw()
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    none = compact(HEADER | {"alg": "none"}, CLAIMS, unsigned)
    symmetric = compact(HEADER | {"alg": "HS256"}, CLAIMS, hs256(public_bytes))
    assert refusal(none) is TokenRejection.ALGORITHM
    assert refusal(symmetric) is TokenRejection.ALGORITHM
    assert refusal(compact(without(HEADER, "alg"), CLAIMS, KEY.sign)) is TokenRejection.ALGORITHM
    assert refusal(compact(HEADER, CLAIMS, stranger.sign)) is TokenRejection.SIGNATURE
    assert refusal(compact(HEADER, CLAIMS, hs256(public_bytes))) is TokenRejection.SIGNATURE
    assert refusal(compact(HEADER, CLAIMS, unsigned)) is TokenRejection.SIGNATURE


def test_another_folders_token_is_refused() -> None:
    another = LocalIdentity(Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert refusal(another.issue("anna", now=NOW, lifetime=HOUR)) is TokenRejection.SIGNATURE


@pytest.mark.parametrize(
    "header",
    [
        HEADER | {"kid": "another"},
        HEADER | {"jwk": {"kty": "OKP"}},
        HEADER | {"b64": False},
        without(HEADER, "kid"),
    ],
)
def test_a_header_of_somebody_elses_making_is_refused(header: Claims) -> None:
    assert refusal(compact(header, CLAIMS, KEY.sign)) is TokenRejection.SIGNATURE


NO_TOKENS = {
    "empty": "",
    "a dot": ".",
    "two dots": "..",
    "words": "no token",
    "cut in the signature": TOKEN[:-1],
    "cut before the signature": TOKEN.rpartition(".")[0],
    "four segments": TOKEN + ".",
    "padded": TOKEN + "=",
    "with a newline": TOKEN + "\n",
    "with a space": " " + TOKEN,
    "with its scheme": f"Bearer {TOKEN}",
    "with an accent": TOKEN.replace(".", "é.", 1),
    "with a surrogate": TOKEN.replace(".", "\ud800.", 1),
    "long": TOKEN + "A" * 8192,
    "huge": "A" * 10_000_000,
    "header a list": compact(["alg"], CLAIMS, KEY.sign),
    "header a text": compact("alg", CLAIMS, KEY.sign),
    "claims a list": compact(HEADER, [], KEY.sign),
    "critical extension": compact(HEADER | {"crit": ["exp"]}, CLAIMS, KEY.sign),
    "critical nonsense": compact(HEADER | {"crit": 5}, CLAIMS, KEY.sign),
    "header cut": f"{segment(b'{')}.{segment(b'{}')}.",
    "header deep": f"{segment(b'[' * 6000)}.{segment(b'{}')}.",
    "header not UTF-8": f"{segment(bytes([255]))}.{segment(b'{}')}.",
}


@pytest.mark.parametrize("token", NO_TOKENS.values(), ids=NO_TOKENS)
def test_what_is_no_token_is_malformed(token: str) -> None:
    assert refusal(token) is TokenRejection.MALFORMED


def test_half_a_signature_is_refused() -> None:
    assert refusal(TOKEN[:-43]) is TokenRejection.SIGNATURE


@given(st.text())
@example("\udcff.\udcff.\udcff")
def test_no_text_is_accepted_or_breaks_the_check(text: str) -> None:
    refusal(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def changes_of(original: Claims) -> st.SearchStrategy[Claims]:
    """Replace some members by anything."""
    changes = st.dictionaries(st.sampled_from([*original, "nbf"]), JSON)
    return changes.map(lambda change: original | change)


@given(header=JSON | changes_of(HEADER), claims=JSON | changes_of(CLAIMS), signature=st.binary())
def test_no_json_is_accepted_or_breaks_the_check(
    header: object, claims: object, signature: bytes
) -> None:
    refusal(compact(header, claims, lambda _: signature))


@given(changes_of(without(CLAIMS, "exp")))
def test_signed_claims_of_any_kind_never_break_the_check(claims: Claims) -> None:
    refusal(compact(HEADER, claims, KEY.sign))


@given(st.integers(0, len(TOKEN) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_changed_character_ends_a_token(index: int, character: str) -> None:
    changed = TOKEN[:index] + character + TOKEN[index + 1 :]
    if changed == TOKEN:
        assert verified(IDENTITY, changed, now=NOW)
    else:
        refusal(changed)


@pytest.mark.parametrize("subject", ["", "x" * 129, "a\nb", "\ud800"])
def test_no_token_is_issued_to_nobody(subject: str) -> None:
    with pytest.raises(ValueError, match="printable") as caught:
        IDENTITY.issue(subject, now=NOW, lifetime=HOUR)
    assert not subject or subject not in str(caught.value)


@given(st.text(min_size=1, max_size=128).filter(str.isprintable))
def test_everybody_else_gets_the_token_they_are_known_by(subject: str) -> None:
    token = IDENTITY.issue(subject, now=NOW, lifetime=HOUR)
    assert verified(IDENTITY, token, now=NOW).subject == subject


def test_a_folder_keeps_its_key(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "when-missing"
    token = LocalIdentity.open(folder).issue("anna", now=NOW, lifetime=HOUR)
    assert verified(LocalIdentity.open(folder), token, now=NOW).subject == "anna"
    assert [file.name for file in folder.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_local_identity_serves_loopback(host: str) -> None:
    require_loopback(host)


EVERYWHERE = "0.0.0.0"  # noqa: S104 - refused, not listened on


@pytest.mark.parametrize(
    "host",
    [EVERYWHERE, "::", "", "192.168.1.7", "8.8.8.8", "fe80::1", "localhost.example", "0", "127.1"],
)
def test_local_identity_serves_nobody_else(host: str) -> None:
    with pytest.raises(IdentityMisconfigured) as caught:
        require_loopback(host)
    assert str(caught.value) == (
        "Local identity is for loopback only: listen on 127.0.0.1, or configure Firebase."
    )


def test_errors_of_every_cause_read_the_same() -> None:
    assert len({repr(InvalidToken(rejection)) for rejection in TokenRejection}) == 1
