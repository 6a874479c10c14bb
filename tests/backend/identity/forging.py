"""Tokens put together by hand, honest and forged, independent of the libraries under test."""

import base64
import hmac
import json
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

Signer = Callable[[bytes], bytes]


def compact(header: object, claims: object, sign: Signer) -> str:
    """Return the JWS compact serialization (RFC 7515) of any header and claims."""
    signed = f"{segment(json.dumps(header).encode())}.{segment(json.dumps(claims).encode())}"
    return f"{signed}.{segment(sign(signed.encode()))}"


def segment(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def parts(token: str) -> tuple[dict[str, object], dict[str, object]]:
    """Return the header and the claims of a token without looking at its signature."""
    header, claims, _ = token.split(".")
    return _json(header), _json(claims)


def unsigned(_: bytes) -> bytes:
    return b""


def hs256(secret: bytes) -> Signer:
    return lambda data: hmac.digest(secret, data, "sha256")


def rs256(key: RSAPrivateKey) -> Signer:
    return lambda data: key.sign(data, PKCS1v15(), hashes.SHA256())


def without(mapping: Mapping[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in mapping.items() if key != name}


def _json(text: str) -> dict[str, object]:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
