"""The problems that the service answers with (RFC 9457).

``ProblemType`` is the one table; ``Problem`` is raised, and ``answer_with_problems`` answers. No
answer repeats what came in: not a value, and not the name of a field that we do not know.
"""

import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from nabij_backend.db import UnknownPerson
from nabij_backend.errors import NotAdmitted, UserError
from nabij_backend.identity import (
    IdentityMisconfigured,
    IdentityUnavailable,
    InvalidToken,
    MissingKey,
)
from nabij_backend.shares import TooMany, TooManyAtOnce
from nabij_backend.telemetry import log
from nabij_geo import InvalidCell, OutsideGrid

MEDIA_TYPE = "application/problem+json"
_RETRY_AFTER_S = "5"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A row of the table.

    Attributes:
        slug: the last part of its address.
        status: of the answer.
        title: what is wrong and what to do about it.
        errors: whatever of these is raised is answered so.
        faults: of pydantic; a request with one of these is answered so.
        headers: of the answer, by name.
    """

    slug: str
    status: int
    title: str
    errors: tuple[type[Exception], ...] = ()
    faults: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


class ProblemType(Enum):
    """Every problem that the service answers with."""

    INVALID_JSON = _Kind(
        "invalid-json",
        400,
        "The body is not JSON. Send one JSON object.",
        faults=("json_invalid",),
    )
    NOT_SIGNED_IN = _Kind(
        "not-signed-in",
        401,
        "Sign in and send the token as a bearer token.",
        errors=(InvalidToken,),
        headers=(("WWW-Authenticate", "Bearer"),),
    )
    NO_CONSENT = _Kind("no-consent", 403, "The customer has not agreed to this. Ask first.")
    NO_MANDATE = _Kind(
        "no-mandate", 403, "There is no such mandate, or it has ended. Have a new one recorded."
    )
    NOT_BY_MANDATE = _Kind(
        "not-by-mandate", 403, "Nobody does this for somebody else. Leave the mandate out."
    )
    NOT_FROM_HERE = _Kind(
        "not-from-here",
        403,
        "Only the service's own page uses its cookie. Send the token as a bearer token.",
    )
    NOT_ATTESTED = _Kind(
        "not-attested",
        403,
        "Only the supplier's own apps do this. Send a Firebase App Check token.",
    )
    EXPIRED = _Kind("consent-expired", 403, "The consent has expired. Ask the customer again.")
    NOT_FOUND = _Kind("not-found", 404, "There is nothing at this address.")
    NOTHING_KNOWN = _Kind(
        "nothing-known",
        404,
        "Nothing is known of this sign-in: there is nothing to end or erase.",
        errors=(UnknownPerson,),
    )
    NOT_IN_LOG = _Kind("not-in-log", 404, "The log has not come so far. Ask again in two seconds.")
    NO_RECEIPT = _Kind("no-receipt", 404, "No act of this customer has this id.")
    NO_REPORT = _Kind("no-report", 404, "No report has this code; settled ones go after a year.")
    NO_SQUARE = _Kind("no-square", 404, "No square of this customer is known. Ask for a place.")
    NO_LOCAL_SIGN_IN = _Kind(
        "no-local-sign-in", 404, "There is no such made-up customer. Read the session again."
    )
    WRONG_METHOD = _Kind("wrong-method", 405, "This address does not take this method.")
    TOO_SLOW = _Kind(
        "too-slow",
        408,
        "The body did not arrive in time. Send it again.",
        headers=(("Connection", "close"),),
    )
    NO_NOTICE = _Kind("no-notice", 409, "No notice is published, so nobody can answer one.")
    NOTICE_SUPERSEDED = _Kind(
        "notice-superseded", 409, "Show the customer the current notice, then ask again."
    )
    NOTICE_CHANGED = _Kind("notice-changed", 409, "The notice has changed. Ask again.")
    NOTHING_TO_ASK = _Kind(
        "nothing-to-ask",
        409,
        "The customer answered: a no stands for 183 days. Show the notice in settings only.",
    )
    STALE_EPOCH = _Kind("stale-epoch", 409, "The grant has changed. Read the consents again.")
    ID_REUSED = _Kind("id-reused", 409, "This id was used for another act. Make a new id.")
    OBJECTED = _Kind(
        "objected", 409, "The customer objects to this purpose. They can lift the objection."
    )
    NO_PAGE = _Kind("no-page", 404, "The page is not built. Run `make setup`, then start again.")
    OTHER_CATALOGUE = _Kind(
        "other-catalogue", 410, "The catalogue has changed. Go on at the address in `instead`."
    )
    ERASED = _Kind("erased", 410, "This account was erased. Sign in again to start afresh.")
    TOO_LARGE = _Kind("too-large", 413, "The body is too large. Send smaller batches.")
    WRONG_MEDIA_TYPE = _Kind("wrong-media-type", 415, "Send application/json.")
    OTHER_HOST = _Kind(
        "other-host", 421, "The service does not answer under this name. Use its own address."
    )
    INVALID_REQUEST = _Kind("invalid-request", 422, "The request does not fit its description.")
    UNKNOWN_FIELD = _Kind(
        "unknown-field",
        422,
        "The request has a field that does not exist. Leave it out.",
        faults=("extra_forbidden",),
    )
    INVALID_CELL = _Kind(
        "invalid-cell",
        422,
        "This is no cell code of the European grid.",
        errors=(InvalidCell,),
        faults=("invalid_cell",),
    )
    OUTSIDE_GRID = _Kind(
        "outside-grid",
        422,
        "The cell lies outside the European grid.",
        errors=(OutsideGrid,),
        faults=("outside_grid",),
    )
    FUTURE_HOUR = _Kind("future-hour", 422, "The hour has not come yet. Check the clock.")
    TOO_OLD = _Kind("too-old", 422, "This is older than what is kept. Read the sensor again.")
    NO_SUCH_ACT = _Kind("no-such-act", 422, "No act has this number. Read the consents again.")
    NOT_ASKED = _Kind("not-asked", 422, "The notice does not ask for this. Read the notice.")
    UNKNOWN_SOURCE = _Kind(
        "unknown-source", 422, "The catalogue has no such source. Read the sources again."
    )
    TOO_FAR = _Kind(
        "too-far",
        422,
        "The k-th source is more than 200 km from this cell. Ask for fewer, or take the catalogue.",
    )
    TOO_MANY = _Kind(
        "too-many",
        422,
        "More than 2,000 sources can be among the nearest. Ask for a smaller cell or fewer sources,"
        " or take the catalogue.",
    )
    TOO_MANY_REQUESTS = _Kind(
        "too-many-requests",
        429,
        "Too many requests at once. Come back after `Retry-After` seconds.",
    )
    INTERNAL = _Kind("internal", 500, "Something broke here. It was recorded; try again later.")
    UNAVAILABLE = _Kind(
        "unavailable",
        503,
        "Nothing was stored. Try again in a moment.",
        errors=(
            IdentityUnavailable,
            IdentityMisconfigured,
            PoolTimeout,
            # Which of the two it is, one request cannot tell: this customer's share, or the pool.
            TooManyAtOnce,
            psycopg.OperationalError,
            psycopg.errors.IdleInTransactionSessionTimeout,
            # A replica that was not promoted yet, or a primary that an operator made read-only.
            psycopg.errors.ReadOnlySqlTransaction,
        ),
        headers=(("Retry-After", _RETRY_AFTER_S),),
    )

    @property
    def uri(self) -> str:
        """The type as RFC 9457 §3.1.1 wants it, relative to the service."""
        return f"/problems/{self.value.slug}"

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.value.status

    @property
    def title(self) -> str:
        """What is wrong and what to do about it."""
        return self.value.title


class Problem(UserError):
    """The request cannot be done; the answer says which problem it met, and where to go instead."""

    def __init__(self, kind: ProblemType, *, instead: str | None = None) -> None:
        super().__init__(kind.title)
        self.kind = kind
        self.instead = instead


_OF_NOW = "of_now"
_NEEDS_THE_PERSON = "_subject_id_fkey"

_KIND_OF_STATUS: Mapping[int, ProblemType] = {
    400: ProblemType.INVALID_JSON,  # a body that FastAPI cannot read
    404: ProblemType.NOT_FOUND,
    405: ProblemType.WRONG_METHOD,
}

_KIND_OF_FAULT = {fault: kind for kind in ProblemType for fault in kind.value.faults}


def answer(kind: ProblemType, **members: object) -> JSONResponse:
    """Return the problem document for ``kind``, with extension members."""
    document = {"type": kind.uri, "title": kind.title, "status": kind.status, **members}
    return JSONResponse(document, kind.status, dict(kind.value.headers), MEDIA_TYPE)


def too_many(retry_after_s: float) -> JSONResponse:
    """Return the answer 429, with the seconds to wait."""
    response = answer(ProblemType.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(math.ceil(retry_after_s))
    return response


def answer_with_problems(app: FastAPI) -> None:
    """Make ``app`` answer every known error with its problem."""
    for kind in ProblemType:
        for error_type in kind.value.errors:
            app.add_exception_handler(error_type, _always(kind))
    app.add_exception_handler(Exception, _always(ProblemType.INTERNAL))
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(NotAdmitted, _not_admitted)
    app.add_exception_handler(MissingKey, _missing_key)
    app.add_exception_handler(TooMany, _too_many)
    app.add_exception_handler(psycopg.errors.ForeignKeyViolation, _missing)
    app.add_exception_handler(psycopg.errors.CheckViolation, _of_another_time)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)


def _always(kind: ProblemType) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handler(_request: Request, _error: Exception) -> Response:
        return answer(kind)

    return handler


async def _problem(_request: Request, error: Exception) -> Response:
    met = cast("Problem", error)
    return answer(met.kind, **({} if met.instead is None else {"instead": met.instead}))


async def _not_admitted(_request: Request, error: Exception) -> Response:
    log.error(cast("NotAdmitted", error).event, advice=str(error))
    return answer(ProblemType.UNAVAILABLE)


async def _missing_key(_request: Request, error: Exception) -> Response:
    log.error("wrong keys", advice=str(error))
    return answer(ProblemType.UNAVAILABLE)


async def _too_many(_request: Request, error: Exception) -> Response:
    return too_many(cast("TooMany", error).retry_after_s)


async def _missing(_request: Request, error: Exception) -> Response:
    constraint = cast("psycopg.Error", error).diag.constraint_name or ""
    if constraint.endswith(_NEEDS_THE_PERSON):
        return answer(ProblemType.ERASED)
    raise error


async def _of_another_time(_request: Request, error: Exception) -> Response:
    if cast("psycopg.Error", error).diag.constraint_name == _OF_NOW:
        log.error("clock refused", advice="Set the clock of this host, or that of the database.")
        return answer(ProblemType.UNAVAILABLE)
    raise error


async def _http(request: Request, error: Exception) -> Response:
    met = cast("HTTPException", error)
    kind = _KIND_OF_STATUS.get(met.status_code, ProblemType.INVALID_REQUEST)
    response = answer(kind)
    if kind is ProblemType.WRONG_METHOD:
        response.headers["Allow"] = ", ".join(_allowed(request))
    return response


def _allowed(request: Request) -> list[str]:
    """Return every method of this address, which may stand in several routes (RFC 9110 §10.2.1)."""
    methods: set[str] = set()
    app = cast("FastAPI", request.app)
    for route in app.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


async def _invalid(_request: Request, error: Exception) -> Response:
    faults = [_fault(each) for each in cast("RequestValidationError", error).errors()]
    kinds = (_KIND_OF_FAULT.get(str(fault["type"])) for fault in faults)
    kind = next((kind for kind in kinds if kind), ProblemType.INVALID_REQUEST)
    return answer(kind, errors=faults)


def _fault(error: Mapping[str, Any]) -> dict[str, object]:
    """Return where a fault is and of what type; never what was sent there."""
    location = list(error["loc"])
    if error["type"] == "extra_forbidden":
        location.pop()  # the name of a field that only the sender knows
    return {"loc": location, "type": error["type"]}
