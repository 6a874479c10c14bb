"""``/v1/me``: objections, choices, and who looked."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from nabij_backend.consents.service import Moment
from nabij_backend.dependencies import ForPerson, ForPersonChecked, PrivacyControl, TheParts
from nabij_backend.devices.service import Actor
from nabij_backend.enums import Objectionable
from nabij_backend.openapi import BY_MANDATE, SIGNED_IN, WITH_BODY, WITH_PARAMETERS, problems
from nabij_backend.problems import ProblemType
from nabij_backend.rights import service
from nabij_backend.rights.schemas import Choices, Objecting, Objection, Reads
from nabij_consent import SALT_BYTES, whole_milliseconds

router = APIRouter(prefix="/v1/me", tags=["rights"])

_READING = (*SIGNED_IN, *BY_MANDATE, *WITH_PARAMETERS)
_CHANGING = (*_READING, ProblemType.ERASED)


@router.get("/objections/{purpose}", responses=problems(*_READING))
async def objection_to(session: ForPerson, purpose: Objectionable) -> Objection:
    """Whether the customer objects to this purpose."""
    return await service.objection(session, purpose)


@router.put(
    "/objections/{purpose}", responses=problems(*_CHANGING, *WITH_BODY, ProblemType.NO_NOTICE)
)
async def object_to(
    parts: TheParts,
    session: ForPersonChecked,
    purpose: Objectionable,
    act: Objecting,
    gpc: PrivacyControl,
) -> Objection:
    """Object to a purpose: what was granted for it ends, and it cannot be granted meanwhile."""
    now = whole_milliseconds(parts.clock())
    moment = Moment(now=now, salt=parts.random_bytes(SALT_BYTES))
    return await service.object_to(
        session, purpose, moment, event_id=parts.new_id(), actor=Actor(act.device_id, gpc=gpc)
    )


@router.delete("/objections/{purpose}", responses=problems(*_CHANGING))
async def lift_objection(session: ForPersonChecked, purpose: Objectionable) -> Objection:
    """Object no longer. Nothing is granted by this: ask the customer anew."""
    return await service.lift_objection(session, purpose)


@router.get("/choices", responses=problems(*_READING))
async def choices(session: ForPerson) -> Choices:
    """The sources that the customer picked."""
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
    """Who looked at the customer's data, when and what for; newest first."""
    return await service.reads(session, before)
