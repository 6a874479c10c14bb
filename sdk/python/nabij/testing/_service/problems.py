"""What the service in memory answers when it does not do what was asked: RFC 9457 problems."""

from collections.abc import Mapping
from typing import Final

import httpx2

STATUS: Final[Mapping[str, int]] = {
    "invalid-json": 400,
    "not-signed-in": 401,
    "no-consent": 403,
    "consent-expired": 403,
    "not-found": 404,
    "no-square": 404,
    "nothing-known": 404,
    "wrong-method": 405,
    "no-notice": 409,
    "notice-superseded": 409,
    "nothing-to-ask": 409,
    "notice-changed": 409,
    "stale-epoch": 409,
    "id-reused": 409,
    "other-catalogue": 410,
    "wrong-media-type": 415,
    "invalid-request": 422,
    "unknown-field": 422,
    "invalid-cell": 422,
    "outside-grid": 422,
    "future-hour": 422,
    "too-old": 422,
    "no-such-act": 422,
    "not-asked": 422,
    "too-many-requests": 429,
    "internal": 500,
    "unavailable": 503,
}
"""The HTTP status of each problem, by its slug."""

_OF_A_PARAMETER: Final = "invalid-request"
_CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}


class Refusal(Exception):
    """The service does not do what was asked; ``members`` go with the problem."""

    def __init__(self, slug: str, **members: object) -> None:
        super().__init__(f"The service refuses: {slug}.")
        self.slug = slug
        self.members = members


def problem(slug: str) -> dict[str, object]:
    """Return the document that says which problem it is, and nothing of what came in."""
    title = f"{slug.replace('-', ' ').capitalize()}."
    return {"type": f"/problems/{slug}", "title": title, "status": STATUS[slug]}


def faults(slug: str) -> dict[str, object]:
    """Return where the request does not fit, which a service in memory leaves open."""
    return {"errors": [{"loc": ["request"], "type": slug}]}


def refused(
    slug: str,
    members: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx2.Response:
    """Return the answer that carries it."""
    found = faults(slug) if slug == _OF_A_PARAMETER else {}
    challenge = _CHALLENGE if slug == "not-signed-in" else {}
    return httpx2.Response(
        STATUS[slug],
        json={**problem(slug), **found, **(members or {})},
        headers={
            "Content-Type": "application/problem+json",
            **challenge,
            **(headers or {}),
        },
    )
