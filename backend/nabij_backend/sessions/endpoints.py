"""``/v1/session``: the page's sign-in, as a cookie that no script can read."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request, Response, status

from nabij_backend.credentials import COOKIE, FromHeader, require_own_page
from nabij_backend.dependencies import Parts, TheParts
from nabij_backend.identity import InvalidToken, Rejection, Revocation
from nabij_backend.identity.tokens import expires_at
from nabij_backend.openapi import SIGNED_IN, WITH_BODY, problems
from nabij_backend.problems import ProblemType
from nabij_backend.sessions import service
from nabij_backend.sessions.schemas import Session, SigningIn

router = APIRouter(tags=["session"])

_PATH: Final = "/v1"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@router.get("/v1/session", responses=problems(ProblemType.NOT_FROM_HERE, ProblemType.UNAVAILABLE))
async def session(parts: TheParts, request: Request, response: Response) -> Session:
    """Whether the page is signed in, and how one signs in there."""
    require_own_page(request)
    response.headers["Cache-Control"] = "no-store"
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
        raise InvalidToken(Rejection.MALFORMED)
    require_own_page(request)
    token = header.credentials
    await parts.identity.verify(token, revocation=Revocation.ASKED, now=parts.clock())
    return _with_cookie(parts, request, token)


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
    return _with_cookie(parts, request, token)


@router.delete(
    "/v1/session",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(ProblemType.NOT_FROM_HERE),
)
async def sign_out(request: Request) -> Response:
    """Take the cookie away."""
    require_own_page(request)
    response = Response(status_code=status.HTTP_204_NO_CONTENT)
    _set(response, request, "", timedelta())
    return response


def _with_cookie(parts: Parts, request: Request, token: str) -> Response:
    response = Response(status_code=status.HTTP_204_NO_CONTENT)
    _set(response, request, token, expires_at(token) - parts.clock())
    return response


def _set(response: Response, request: Request, value: str, lifetime: timedelta) -> None:
    # Browsers keep no Secure cookie of plain HTTP, which only this machine speaks to itself.
    plain = request.url.scheme == "http" and request.url.hostname in _LOOPBACK
    response.headers["Cache-Control"] = "no-store"
    response.set_cookie(
        COOKIE,
        value,
        max_age=int(lifetime.total_seconds()),
        path=_PATH,
        secure=not plain,
        httponly=True,
        samesite="strict",
    )
