"""``/.well-known/security.txt``: the contacts for security reports (RFC 9116)."""

from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import APIRouter, Response

from nabij_backend.caller.dependencies import TheParts
from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.settings import Settings

router = APIRouter(include_in_schema=False)

PATH: Final = "/.well-known/security.txt"
# RFC 9116, section 2.5.5, recommends less than a year.
_HOLDS_FOR: Final = timedelta(days=180)
_A_DAY: Final = "public, max-age=86400"


@router.get(PATH)
async def security_txt(parts: TheParts) -> Response:
    """Return the contacts; not found where the settings name none."""
    if not parts.settings.security_contacts:
        raise Problem(ProblemType.NOT_FOUND)
    text = _text(parts.settings, parts.clock())
    return Response(text, media_type="text/plain", headers={"Cache-Control": _A_DAY})


def _text(settings: Settings, now: datetime) -> str:
    expires = datetime.combine((now + _HOLDS_FOR).date(), datetime.min.time(), UTC)
    policy = () if settings.security_policy is None else (f"Policy: {settings.security_policy}",)
    lines = (
        *(f"Contact: {contact}" for contact in settings.security_contacts),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.public_url.rstrip('/')}{PATH}",
        *policy,
    )
    return "".join(f"{line}\r\n" for line in lines)
