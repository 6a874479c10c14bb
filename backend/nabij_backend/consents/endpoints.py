"""``/v1/consents``."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status

from nabij_backend.caller.dependencies import (
    ForPerson,
    ForPersonChecked,
    Parts,
    PrivacyControl,
    SignedIn,
    TheParts,
)
from nabij_backend.consents import service
from nabij_backend.consents.dependencies import Withdrawing
from nabij_backend.consents.receipts import service as receipts
from nabij_backend.consents.schemas import Act, Consents, Receipted, Recorded, WithdrawalAct
from nabij_backend.db import SubjectSession
from nabij_backend.http import problems, responses
from nabij_backend.http.problems import ProblemType
from nabij_backend.http.representations import revalidated
from nabij_backend.http.responses import BY_MANDATE, HELD, SIGNED_IN, WITH_BODY, WITH_PARAMETERS
from nabij_backend.log.dependencies import TheNotary
from nabij_backend.log.notary import Notary
from nabij_backend.notices import service as notices
from nabij_backend.notices.schemas import ServedNotice
from nabij_consent import SALT_BYTES, Locale, whole_milliseconds

router = APIRouter(prefix="/v1/consents", tags=["consents"])

_ACT = (
    *SIGNED_IN,
    *BY_MANDATE,
    *WITH_BODY,
    ProblemType.NO_NOTICE,
    ProblemType.ID_REUSED,
    ProblemType.NOT_ASKED,
    ProblemType.ERASED,
)


@router.get(
    "",
    response_model=Consents,
    responses={
        **HELD,
        **responses.problems(*SIGNED_IN, *BY_MANDATE, *WITH_PARAMETERS, ProblemType.NO_NOTICE),
    },
)
async def effective_consents(parts: TheParts, request: Request, session: ForPerson) -> Response:
    """Return what this customer permits now: per signal, and with the reasons where not."""
    found = await service.consents(session, parts.clock())
    return revalidated(request, found.model_dump_json().encode(), "application/json")


@router.get(
    "/prompt",
    responses=responses.problems(
        *SIGNED_IN, *WITH_PARAMETERS, ProblemType.NO_NOTICE, ProblemType.NOTHING_TO_ASK
    ),
)
async def prompt(parts: TheParts, session: SignedIn, locale: Locale = Locale.NL) -> ServedNotice:
    """Return the notice for a prompt, which the customer did not open themselves.

    A no stands for 183 days, unless the notice changed materially. A page of settings shows
    `/v1/notice`, on any day.
    """
    return await service.prompt(session, locale, nonce=parts.new_id(), now=parts.clock())


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=Receipted,
    responses=responses.problems(
        *_ACT,
        ProblemType.NOTICE_SUPERSEDED,
        ProblemType.OBJECTED,
        ProblemType.NOT_BY_MANDATE,
    ),
)
async def answer_notice(  # noqa: PLR0913, PLR0917 - a parameter each
    parts: TheParts,
    notary: TheNotary,
    session: ForPersonChecked,
    act: Act,
    gpc: PrivacyControl,
    locale: Annotated[Locale, Query(description="Of the notice in a 409.")] = Locale.NL,
) -> Receipted | Response:
    """Allow, refuse or put off the signals that the notice asks for."""
    try:
        recorded = await service.answer(session, act, _moment(parts), gpc=gpc)
    except service.NotShown as error:
        current = await notices.serve(
            session, error.current, locale, nonce=parts.new_id(), now=parts.clock()
        )
        return problems.answer(
            ProblemType.NOTICE_SUPERSEDED, current=current.model_dump(mode="json")
        )
    return await _receipted(notary, session, recorded)


@router.post("/withdrawals", responses=responses.problems(*_ACT, ProblemType.NOTHING_KNOWN))
async def withdraw(
    parts: TheParts,
    notary: TheNotary,
    session: Withdrawing,
    act: WithdrawalAct,
    gpc: PrivacyControl,
) -> Receipted:
    """Take consent back: all of it, a purpose, or some signals. What it allowed is erased.

    A device that tells it later sends `If-Match: *`: of an account that was erased meanwhile
    nothing is recorded.
    """
    recorded = await service.withdraw(session, act, _moment(parts), gpc=gpc)
    return await _receipted(notary, session, recorded)


async def _receipted(notary: Notary, session: SubjectSession, recorded: Recorded) -> Receipted:
    receipt = await receipts.receipt(session, recorded.event_id, notary)
    return Receipted(**dict(recorded), receipt=receipt)


def _moment(parts: Parts) -> service.Moment:
    now = whole_milliseconds(parts.clock())
    return service.Moment(now=now, salt=parts.random_bytes(SALT_BYTES))
