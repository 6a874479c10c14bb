"""Credentials of a request: a token in the header, or in the page's session cookie.

Rules:

1. The ``Authorization`` header wins: who sends it means it, whatever its scheme.
2. The cookie counts only where our own page asks. A browser that says where a request comes from
   (``Sec-Fetch-Site``, W3C Fetch Metadata) must say ``same-origin``; for reading, an address that
   somebody typed will do.
3. Whatever changes something needs that word, or an ``Origin`` with the host that was asked.

The cookie holds the token itself and is verified like the header: a session is nothing that the
service keeps.
"""

from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.identity import InvalidToken, TokenRejection

COOKIE = "nabij_session"
_READING = frozenset({"GET", "HEAD"})

_bearer = HTTPBearer(auto_error=False, description="A Firebase ID token, or a local one.")
_cookie = APIKeyCookie(
    name=COOKIE, auto_error=False, description="The same token, for the service's own page."
)

FromHeader: TypeAlias = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
"""The token of the header, and of nowhere else."""


async def _any(
    request: Request, header: FromHeader, cookie: Annotated[str | None, Depends(_cookie)]
) -> HTTPAuthorizationCredentials | None:
    if header is not None or cookie is None:
        return header
    if "Authorization" in request.headers:
        raise InvalidToken(TokenRejection.MALFORMED)
    require_own_page(request)
    return HTTPAuthorizationCredentials(scheme="Bearer", credentials=cookie)


AnyCredentials: TypeAlias = Annotated[HTTPAuthorizationCredentials | None, Depends(_any)]
"""The token of the header, else of the cookie."""


def require_own_page(request: Request) -> None:
    """Let through what our own page asks, by rules 2 and 3.

    Raises:
        Problem: it may be another site's page that asks.
    """
    reading = request.method in _READING
    site = request.headers.get("Sec-Fetch-Site")
    if site is None:
        allowed = reading or _is_own_origin(request)
    else:
        allowed = site == "same-origin" or (reading and site == "none")
    if not allowed:
        raise Problem(ProblemType.NOT_FROM_HERE)


def _is_own_origin(request: Request) -> bool:
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("Host")
