"""Texts signed by us, and all that others make of them."""

import base64
import json
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from nabij_backend.signing import (
    InvalidSignature,
    JwsType,
    PublicKeys,
    public_half,
    public_keys,
    read_jwks,
    signed_text,
    verify,
)

OURS = OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(bytes(32)))
ANOTHER = OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
KEYS = public_keys([public_half(OURS)])
DOCUMENT = {"number": 1, "text": "zeer geheim"}
TEXT = signed_text(DOCUMENT, JwsType.CHECKPOINT, OURS)
HEADER = {"alg": "EdDSA", "kid": OURS.thumbprint(), "typ": JwsType.CHECKPOINT.value}


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed_by_hand(
    header: Mapping[str, object] | bytes, payload: bytes = b"{}", seed: bytes = bytes(32)
) -> str:
    """A text with this header and a signature that holds; ours, where no seed is given."""
    written = header if isinstance(header, bytes) else json.dumps(header).encode()
    signed = f"{encoded(written)}.{encoded(payload)}"
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return f"{signed}.{encoded(private.sign(signed.encode()))}"


def test_what_was_signed_comes_back() -> None:
    assert verify(TEXT, JwsType.CHECKPOINT, KEYS) == DOCUMENT
    assert verify(signed_by_hand(HEADER), JwsType.CHECKPOINT, KEYS) == {}


def test_a_text_of_version_0_1_names_the_algorithm_by_its_curve() -> None:
    assert verify(signed_by_hand({**HEADER, "alg": "Ed25519"}), JwsType.CHECKPOINT, KEYS) == {}


@pytest.mark.filterwarnings("ignore:authlib.jose module is deprecated")
def test_other_libraries_read_what_we_sign() -> None:
    jose: Any = import_module("authlib.jose")
    (jwk,) = KEYS.document()["keys"]
    assert json.loads(jwt.PyJWS().decode(TEXT, jwt.PyJWK.from_dict(jwk))) == DOCUMENT
    key = jose.OKPKey.import_key(jwk)
    theirs = jose.JsonWebSignature(["EdDSA"]).deserialize_compact(TEXT, key)
    assert json.loads(theirs["payload"]) == DOCUMENT


@pytest.mark.parametrize(
    "extra",
    [
        {"jwk": OURS.as_dict(private=False)},
        {"jku": "https://example.org/jwks.json"},
        {"x5u": "https://example.org/key.pem"},
        {"x5c": ["MIIB"]},
        {"crit": ["exp"], "exp": 1},
        {"b64": False, "crit": ["b64"]},
        {"alg": "ES256"},
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": ["Ed25519"]},
        {"typ": "JWT"},
        {"typ": JwsType.CONSENT_RECEIPT.value},
        {"kid": "another"},
        {"kid": ANOTHER.thumbprint()},
        {"kid": None},
    ],
    ids=json.dumps,
)
def test_a_header_that_says_anything_else_is_refused_though_the_signature_holds(
    extra: dict[str, object],
) -> None:
    with pytest.raises(InvalidSignature):
        verify(signed_by_hand(HEADER | extra), JwsType.CHECKPOINT, KEYS)


@pytest.mark.parametrize("missing", HEADER)
def test_a_header_without_one_of_its_members_is_refused(missing: str) -> None:
    header = {name: value for name, value in HEADER.items() if name != missing}
    with pytest.raises(InvalidSignature):
        verify(signed_by_hand(header), JwsType.CHECKPOINT, KEYS)


def test_a_header_that_names_a_member_twice_is_refused() -> None:
    written = json.dumps(HEADER).encode()[:-1] + b', "typ": "nabij-checkpoint+jws"}'
    with pytest.raises(InvalidSignature):
        verify(signed_by_hand(written), JwsType.CHECKPOINT, KEYS)


def test_signed_again_by_somebody_else_it_is_refused_under_either_name() -> None:
    theirs = signed_text(DOCUMENT, JwsType.CHECKPOINT, ANOTHER)
    under_our_name = signed_by_hand(HEADER, seed=bytes([1] * 32))
    for forged in (theirs, under_our_name):
        with pytest.raises(InvalidSignature):
            verify(forged, JwsType.CHECKPOINT, KEYS)


def test_our_public_key_is_no_shared_secret() -> None:
    public = OURS.as_dict(private=False)["x"]
    secret = OctKey.import_key(str(public))
    forged = jws.serialize_compact(HEADER | {"alg": "HS256"}, "{}", secret, ["HS256"])
    with pytest.raises(InvalidSignature, match="Ed25519"):
        verify(forged, JwsType.CHECKPOINT, KEYS)


@given(place=st.integers(0, len(TEXT) - 1), letter=st.sampled_from("Aa9_-.="))
def test_no_character_can_be_changed(place: int, letter: str) -> None:
    changed = TEXT[:place] + letter + TEXT[place + 1 :]
    if changed != TEXT:
        with pytest.raises(InvalidSignature):
            verify(changed, JwsType.CHECKPOINT, KEYS)


@given(length=st.integers(0, len(TEXT) - 1))
def test_cut_off_it_is_refused(length: int) -> None:
    with pytest.raises(InvalidSignature):
        verify(TEXT[:length], JwsType.CHECKPOINT, KEYS)


@given(st.text())
def test_any_text_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidSignature) as refusal:
        verify(text, JwsType.CHECKPOINT, KEYS)
    assert len(text) < 9 or text not in str(refusal.value)


@pytest.mark.parametrize(
    "payload", [b"[]", b"1", b"not json", b"\xff", b'{"a": 1, "a": 2}', b"[" * 9_000]
)
def test_what_was_signed_must_be_one_object(payload: bytes) -> None:
    with pytest.raises(InvalidSignature, match="object"):
        verify(signed_by_hand(HEADER, payload), JwsType.CHECKPOINT, KEYS)


def test_a_text_of_unreasonable_length_is_not_looked_at() -> None:
    with pytest.raises(InvalidSignature, match="512 KiB"):
        verify(TEXT + "A" * 600_000, JwsType.CHECKPOINT, KEYS)


def test_the_key_set_is_read_as_it_is_written() -> None:
    both = public_keys([public_half(OURS), public_half(ANOTHER)])
    read = read_jwks(json.dumps(both.document()))
    assert list(read.by_id) == [OURS.thumbprint(), ANOTHER.thumbprint()]
    assert verify(TEXT, JwsType.CHECKPOINT, read) == DOCUMENT
    assert '"d"' not in json.dumps(both.document())


def listed(change: Callable[[dict[str, Any]], object]) -> str:
    """Our key set with its one key changed."""
    document = KEYS.document()
    change(document["keys"][0])
    return json.dumps(document)


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        "{}",
        '{"keys": []}',
        '{"keys": [1]}',
        json.dumps({"keys": KEYS.document()["keys"] * 2}),
        listed(lambda key: key.update(kid=ANOTHER.thumbprint())),
        listed(lambda key: key.update(kty="RSA")),
        listed(lambda key: key.update(crv="X25519")),
        listed(lambda key: key.update(x="AAAA")),
        listed(lambda key: key.update(x=None)),
        listed(lambda key: key.update(d=key["x"])),
        listed(lambda key: key.update(nbf=-1)),
        listed(lambda key: key.update(exp="never")),
        listed(lambda key: key.update(exp=True)),
    ],
)
def test_a_key_set_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidSignature):
        read_jwks(text)


def test_another_key_cannot_be_filed_under_our_name() -> None:
    their_public = ANOTHER.as_dict(private=False)["x"]
    with pytest.raises(InvalidSignature, match="another one's name"):
        read_jwks(listed(lambda key: key.update(x=their_public)))


def test_nothing_of_a_key_is_shown() -> None:
    assert repr(PublicKeys({OURS.thumbprint(): public_half(OURS)})) == "PublicKeys()"
