"""Whose token this is, as a mark that tells nobody who it is."""

import base64
import hashlib
import hmac
import json
from typing import cast
from uuid import UUID

_PARTS = 3


def mark_of(token: str, device_id: UUID) -> str | None:
    """Return a mark of the person whom a JWT (RFC 7519) names.

    None where it is no JWT or names none.

    The signature is not looked at: the service does that. The mark only tells one person who signed
    in here from the next, and means nothing on another device.
    """
    claims = _claims(token)
    issuer, subject = claims.get("iss"), claims.get("sub")
    if not isinstance(subject, str):
        return None
    person = json.dumps([issuer, subject])
    return hmac.new(device_id.bytes, person.encode(), hashlib.sha256).hexdigest()


def _claims(token: str) -> dict[str, object]:
    parts = token.split(".")
    if len(parts) != _PARTS:
        return {}
    try:
        claims: object = json.loads(base64.urlsafe_b64decode(parts[1] + "=="))
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, object]", claims) if isinstance(claims, dict) else {}
