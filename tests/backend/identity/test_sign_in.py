import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_backend.identity import IdentityMisconfigured, SignIn

KEY = bytes(range(32))
NAME = st.text(st.characters(codec="utf-8"))


def test_a_sign_in_shows_nobody() -> None:
    sign_in = SignIn("https://issuer.example", "anna@example.org")
    for shown in (repr(sign_in), str(sign_in), f"{sign_in}", repr([sign_in])):
        assert "anna" not in shown
        assert "issuer.example" not in shown


def test_the_digest_is_hmac_sha256_over_length_prefixed_names() -> None:
    expected = hmac.digest(KEY, b"\0\0\0\x06issuer\0\0\0\x04Zo\xc3\xab", "sha256")
    assert SignIn("issuer", "Zoë").digest(KEY) == expected


def test_another_key_gives_another_pseudonym() -> None:
    sign_in = SignIn("issuer", "anna")
    assert sign_in.digest(KEY) != sign_in.digest(KEY[::-1])


@given(NAME, NAME, st.integers(0, 20))
def test_moving_the_border_between_the_names_gives_another_pseudonym(
    issuer: str, subject: str, border: int
) -> None:
    both = issuer + subject
    moved = SignIn(both[:border], both[border:])
    original = SignIn(issuer, subject)
    assert (moved.digest(KEY) == original.digest(KEY)) is (moved == original)


@pytest.mark.parametrize("key", [b"", b"x" * 31])
def test_a_short_key_hides_nobody(key: bytes) -> None:
    with pytest.raises(IdentityMisconfigured, match="at least 32 random bytes"):
        SignIn("issuer", "anna").digest(key)
