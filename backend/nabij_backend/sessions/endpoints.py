"""``/v1/session``: the page's sign-in, as a cookie that no script can read."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request, Response, status

from nabij_backend.caller.credentials import COOKIE, FromHeader, require_own_page
from nabij_backend.caller.dependencies import Parts, TheParts
from nabij_backend.http.problems import ProblemType
from nabij_backend.http.responses import SIGNED_IN, WITH_BODY, problems
from nabij_backend.identity import InvalidToken, Revocation, TokenRejection
from nabij_backend.identity.tokens import expires_at
from nabij_backend.sessions import service
from nabij_backend.sessions.schemas import Session, SigningIn

router = APIRouter(tags=["session"])

_PATH: Final = "/v1"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@router.get("/v1/session", responses=problems(ProblemType.NOT_FROM_HERE, ProblemType.UNAVAILABLE))
async def session(parts: TheParts, request: Request) -> Session:
    """Return whether the page is signed in, and how one signs in there."""
    require_own_page(request)
    token = request.cookies.get(COOKIE)
    return await service.session_of(token, parts.identity, parts.settings, parts.clock())


@router.post(
    "/v1/session",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(*SIGNED_IN),
)
async def sign_in(parts: TheParts, request: Request, header: FromHeader) -> Response:
    """Keep the header's token as the page's session cookie, for as long as the token lives."""
    if header is None:
        raise InvalidToken(TokenRejection.MALFORMED)
    require_own_page(request)
    token = header.credentials
    await parts.identity.verify(token, revocation=Revocation.ASKED, now=parts.clock())
    return _signed_in(parts, request, token)


@router.post(
    "/v1/session/local",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(*WITH_BODY, ProblemType.NOT_FROM_HERE, ProblemType.NO_LOCAL_SIGN_IN),
)
async def sign_in_as(parts: TheParts, request: Request, who: SigningIn) -> Response:
    """Be somebody who does not exist; with local identity only, on this machine only."""
    require_own_page(request)
    now = parts.clock()
    token = service.local_token(who.customer, parts.identity, parts.settings, now)
    return _signed_in(parts, request, token)


@router.delete(
    "/v1/session",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(ProblemType.NOT_FROM_HERE),
)
async def sign_out(parts: TheParts, request: Request) -> Response:
    """Take the cookie away."""
    require_own_page(request)
    return _with_cookie(parts, request, "", timedelta())


def _signed_in(parts: Parts, request: Request, token: str) -> Response:
    return _with_cookie(parts, request, token, expires_at(token) - parts.clock())


def _with_cookie(parts: Parts, request: Request, value: str, lifetime: timedelta) -> Response:
    response = Response(status_code=status.HTTP_204_NO_CONTENT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=int(lifetime.total_seconds()),
        path=_PATH,
        secure=not _is_of_this_machine(parts, request),
        httponly=True,
        samesite="strict",
    )
    return response


def _is_of_this_machine(parts: Parts, request: Request) -> bool:
    """Return whether the browser speaks plain HTTP to its own machine.

    A browser keeps no Secure cookie of plain HTTP.

    A proxy may ask this service under a name of loopback, for a browser that is elsewhere: so the
    public URL decides, too.
    """
    is_plain = parts.settings.public_url.startswith("http:") and request.url.scheme == "http"
    return is_plain and request.url.hostname in _LOOPBACK
