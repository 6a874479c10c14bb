"""``/v1/me``: choices, and the access log."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from nabij_backend.caller.dependencies import ForPerson, TheParts
from nabij_backend.http.problems import ProblemType
from nabij_backend.http.responses import BY_MANDATE, SIGNED_IN, WITH_BODY, WITH_PARAMETERS, problems
from nabij_backend.rights import service
from nabij_backend.rights.schemas import Choices, Reads

router = APIRouter(prefix="/v1/me", tags=["rights"])

_READING = (*SIGNED_IN, *BY_MANDATE, *WITH_PARAMETERS)
_CHANGING = (*_READING, ProblemType.ERASED)


@router.get("/choices", responses=problems(*_READING))
async def choices(session: ForPerson) -> Choices:
    """Return the sources that the customer picked."""
    return await service.choices(session)


@router.put("/choices", responses=problems(*_CHANGING, *WITH_BODY, ProblemType.UNKNOWN_SOURCE))
async def choose(parts: TheParts, session: ForPerson, wanted: Choices) -> Choices:
    """Pick these sources, and no others."""
    return await service.choose(session, wanted, parts.clock())


@router.get("/access-log", responses=problems(*_READING))
async def who_looked(
    session: ForPerson,
    before: Annotated[UUID | None, Query(description="As the page before says.")] = None,
) -> Reads:
    """Return the access log of the customer's data, newest first."""
    return await service.reads(session, before)
