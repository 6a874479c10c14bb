"""Verification of a JWS of a given type by a set of keys. Pure.

Rules:

1. a signed text is a JWS in compact form (RFC 7515 §7.1): three base64url segments in their one
   canonical spelling, 512 KiB at most;
2. its header has ``alg``, ``kid`` and ``typ`` and nothing else, each once: with ``jwk``, ``jku``,
   ``x5u`` or ``x5c`` the text would bring its own key, with ``crit`` or ``b64`` its own rules;
3. ``alg`` is EdDSA (RFC 8037), which every library reads, or Ed25519 (RFC 9864), as texts of
   version 0.1 have it; either way the key is one of Ed25519, so that both mean the same;
4. ``typ`` is the kind that the caller expects, so that one kind is never taken for another
   (RFC 8725 §3.11);
5. ``kid`` names one of the caller's keys by its RFC 7638 thumbprint, which we compute anew: nobody
   can file another key under a known name;
6. the signature holds, and what it covers is one JSON object;
7. the key was in use at the time that the object names: a checkpoint and an erasure's receipt are
   signed when they are made; a consent receipt is signed then or later, so that only a key that was
   retired before the act is refused. A catalogue names no time.

A set of keys (RFC 7517 §5) holds public Ed25519 keys, each once, and never a private half. A key
may have a period, ``nbf`` to ``exp`` in seconds since 1970, as OpenID Federation 1.0 §8.7.2 has
them for keys of the past; without one it counts at any time.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import inf
from typing import Any, cast

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from nabij_backend.errors import UserError

_ALGORITHM = "EdDSA"
_CURVE = "Ed25519"
_ALGORITHMS = [_ALGORITHM, _CURVE]
_REGISTRY = jws.JWSRegistry(algorithms=_ALGORITHMS)
# Both names mean the one curve: joserfc's own EdDSA also takes Ed448, and warns of that.
_REGISTRY.algorithms = dict.fromkeys(_ALGORITHMS, jws.JWSRegistry.algorithms[_CURVE])
_LARGEST_CHARACTERS = 512 * 1024
_PUBLIC_BYTES = 32


class JwsType(StrEnum):
    """What a signed text is: its ``typ``."""

    CONSENT_RECEIPT = "nabij-consent-receipt+jws"
    ERASURE_RECEIPT = "nabij-erasure-receipt+jws"
    CHECKPOINT = "nabij-checkpoint+jws"
    CATALOGUE = "nabij-catalogue+jws"


class InvalidSignature(UserError, ValueError):
    """The text is not what one of these keys signed; the message never repeats it."""


@dataclass(frozen=True, slots=True)
class Period:
    """When a key signs: from ``begins`` to ``ends``, in seconds since 1970; None: unbounded."""

    begins: int | None = None
    ends: int | None = None

    def members(self) -> dict[str, int]:
        """Return the period as members of a JWK."""
        both = {"nbf": self.begins, "exp": self.ends}
        return {name: each for name, each in both.items() if each is not None}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a key, and when it signs."""

    key: OKPKey
    period: Period = Period()

    @property
    def thumbprint(self) -> str:
        """The key's name (RFC 7638)."""
        return self.key.thumbprint()

    def jwk(self) -> dict[str, str | int]:
        """Return the key as a JWK (RFC 7517), without ``alg``: both of rule 3 are right for it."""
        public = cast("dict[str, str]", self.key.as_dict(private=False))
        named = {name: public[name] for name in ("kty", "crv", "x")}
        return {**named, "kid": self.thumbprint, "use": "sig", **self.period.members()}


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The keys that a signature may be of, by thumbprint."""

    by_id: Mapping[str, PublicKey] = field(repr=False)

    def document(self) -> dict[str, list[dict[str, str | int]]]:
        """Return the keys as a JWK set (RFC 7517), each with what it is for."""
        return {"keys": [key.jwk() for key in self.by_id.values()]}


def public_keys(keys: Iterable[PublicKey]) -> PublicKeys:
    """Return a set of these keys."""
    return PublicKeys({key.thumbprint: key for key in keys})


def public_half(key: OKPKey, period: Period = Period()) -> PublicKey:
    """Return the key without its private half."""
    public = cast("dict[str, str]", key.as_dict(private=False))
    return PublicKey(_import({name: public[name] for name in ("kty", "crv", "x")}), period)


def read_jwks(text: str | bytes) -> PublicKeys:
    """Return the keys of a JWK set, such as ``/.well-known/jwks.json`` answers.

    Raises:
        InvalidSignature: it is no set of public Ed25519 keys.
    """
    members = _object(text, "The key set is not JSON. Download /.well-known/jwks.json anew.")
    listed = members.get("keys")
    if not isinstance(listed, list) or not listed:
        raise InvalidSignature("The key set holds no keys. Download /.well-known/jwks.json anew.")
    keys = [_listed_key(each) for each in cast("list[object]", listed)]
    found = public_keys(keys)
    if len(found.by_id) != len(keys):
        raise InvalidSignature("The key set names a key twice.")
    return found


def signed_text(document: Mapping[str, Any], kind: str, key: OKPKey) -> str:
    """``document`` signed with ``key`` as a text of this kind."""
    header = {"alg": _ALGORITHM, "kid": key.thumbprint(), "typ": kind}
    payload = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return jws.serialize_compact(header, payload, key, registry=_REGISTRY)


def claims_to_be(text: str, kind: JwsType) -> bool:
    """Return whether the text names itself so; only ``verify`` tells whether it is.

    Raises:
        InvalidSignature: it is no signed text.
    """
    return _header(_segments(text)[0]).get("typ") == kind


def verify(text: str, kind: JwsType, keys: PublicKeys) -> dict[str, object]:
    """Return what the signed text says.

    Raises:
        InvalidSignature: a rule of the module's list is broken.
    """
    segments = _segments(text)
    key = _named_key(_header(segments[0]), kind, keys)
    try:
        signed = jws.deserialize_compact(text, key.key, registry=_REGISTRY)
    except (JoseError, ValueError) as error:
        raise InvalidSignature("The signature does not hold: the text was changed.") from error
    document = _object(signed.payload, "What was signed is not a JSON object.")
    _require_in_use(key.period, kind, document)
    return document


_MOMENTS = {
    JwsType.CONSENT_RECEIPT: "dct:created",
    JwsType.ERASURE_RECEIPT: "dct:date",
    JwsType.CHECKPOINT: "signed_at",
}


def _require_in_use(period: Period, kind: JwsType, document: Mapping[str, object]) -> None:
    if kind not in _MOMENTS or period == Period():
        return
    try:
        moment = datetime.fromisoformat(cast("str", document[_MOMENTS[kind]])).timestamp()
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidSignature("What was signed names no time.") from error
    begins = -inf if kind is JwsType.CONSENT_RECEIPT or period.begins is None else period.begins
    ends = inf if period.ends is None else period.ends
    if not begins <= moment <= ends:
        raise InvalidSignature(
            "The key was not in use at the time that the text names. Ask for the text again; where "
            "the answer is the same, do not trust it."
        )


def _segments(text: str) -> Sequence[bytes]:
    if len(text) > _LARGEST_CHARACTERS:
        raise InvalidSignature("A signed text is 512 KiB at most.")
    parts = text.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
        raise InvalidSignature("This is not a signed text: it has not three parts.")
    return [_decoded(part) for part in parts]


def _decoded(part: str) -> bytes:
    try:
        data = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidSignature("The signed text is damaged: it is not base64url.") from error
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != part:
        raise InvalidSignature("The signed text is damaged: it is not base64url.")
    return data


def _header(data: bytes) -> dict[str, object]:
    return _object(data, "The signed text is damaged: its header cannot be read.")


def _named_key(header: Mapping[str, object], kind: JwsType, keys: PublicKeys) -> PublicKey:
    if set(header) != {"alg", "kid", "typ"}:
        raise InvalidSignature("The header must have alg, kid and typ, and nothing else.")
    if header["alg"] not in _ALGORITHMS:
        raise InvalidSignature("The text must be signed with Ed25519.")
    if header["typ"] != kind:
        raise InvalidSignature(f"This is something else than {_WORDS[kind]}.")
    key = keys.by_id.get(str(header["kid"]))
    if key is None:
        raise InvalidSignature(
            "The text is signed with a key that is not in the key set. Download "
            "/.well-known/jwks.json anew; where the key is still missing, do not trust the text."
        )
    return key


_WORDS = {
    JwsType.CONSENT_RECEIPT: "a consent receipt",
    JwsType.ERASURE_RECEIPT: "an erasure receipt",
    JwsType.CHECKPOINT: "a checkpoint",
}


def _object(text: str | bytes, complaint: str) -> dict[str, object]:
    try:
        value = json.loads(text, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise InvalidSignature(complaint) from error
    if not isinstance(value, dict):
        raise InvalidSignature(complaint)
    return cast("dict[str, object]", value)


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("A member is named twice.")
    return members


def _listed_key(value: object) -> PublicKey:
    members = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    if (members.get("kty"), members.get("crv")) != ("OKP", "Ed25519"):
        raise InvalidSignature("The key set holds something else than Ed25519 keys.")
    if "d" in members:
        raise InvalidSignature("The key set holds a private key. Rotate it: it is no secret now.")
    public = members.get("x")
    if not isinstance(public, str) or len(_decoded(public)) != _PUBLIC_BYTES:
        raise InvalidSignature("The key set holds a damaged key.")
    period = Period(_seconds(members.get("nbf")), _seconds(members.get("exp")))
    key = PublicKey(_import({"kty": "OKP", "crv": "Ed25519", "x": public}), period)
    if members.get("kid", key.thumbprint) != key.thumbprint:
        raise InvalidSignature("The key set files a key under another one's name.")
    return key


def _seconds(value: object) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise InvalidSignature("The key set gives a key a period that is none.")
    return value


def _import(members: dict[str, str]) -> OKPKey:
    return OKPKey.import_key(cast("Any", members))
