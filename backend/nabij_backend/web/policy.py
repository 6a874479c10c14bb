"""Security headers of the page.

Everything comes from this service, with two exceptions that an operator switches on: Google's
sign-in, and PDOK's map.
"""

from collections.abc import Sequence
from typing import Final

from nabij_backend.settings import Settings

_GOOGLE: Final = "https://identitytoolkit.googleapis.com"
_PDOK: Final = "https://service.pdok.nl"
_NOBODY: Final = "'none'"


def security_headers(settings: Settings, embedders: Sequence[str] = ()) -> dict[str, str]:
    """Return the headers of a page.

    ``embedders``: the origins whose pages may show it in a frame.
    """
    return {
        "Content-Security-Policy": _content_policy(settings, embedders),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
        "Referrer-Policy": "no-referrer",
    }


def _content_policy(settings: Settings, embedders: Sequence[str]) -> str:
    signs_in = settings.identity == "firebase" and settings.firebase_api_key is not None
    connect = ["'self'", *([_GOOGLE] if signs_in else [])]
    images = ["'self'", "data:", "blob:"]
    if settings.dutch_map:
        connect.append(_PDOK)
        images.append(_PDOK)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "worker-src 'self'",
            "style-src 'self'",
            f"connect-src {' '.join(connect)}",
            f"img-src {' '.join(images)}",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {' '.join(embedders or (_NOBODY,))}",
        )
    )
