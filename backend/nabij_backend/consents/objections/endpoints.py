"""``/v1/me/objections``."""

from fastapi import APIRouter

from nabij_backend.caller.dependencies import (
    ForPerson,
    ForPersonChecked,
    PrivacyControl,
    TheParts,
)
from nabij_backend.consents.objections import service
from nabij_backend.consents.objections.schemas import Objecting, Objection
from nabij_backend.consents.service import Moment
from nabij_backend.devices.service import Actor
from nabij_backend.enums import Objectionable
from nabij_backend.http.problems import ProblemType
from nabij_backend.http.responses import (
    BY_MANDATE,
    SIGNED_IN,
    WITH_BODY,
    WITH_PARAMETERS,
    problems,
)
from nabij_consent import SALT_BYTES, whole_milliseconds

router = APIRouter(prefix="/v1/me/objections", tags=["rights"])

_READING = (*SIGNED_IN, *BY_MANDATE, *WITH_PARAMETERS)
_CHANGING = (*_READING, ProblemType.ERASED)


@router.get("/{purpose}", responses=problems(*_READING))
async def objection_to(session: ForPerson, purpose: Objectionable) -> Objection:
    """Return whether the customer objects to this purpose."""
    return await service.objection(session, purpose)


@router.put("/{purpose}", responses=problems(*_CHANGING, *WITH_BODY, ProblemType.NO_NOTICE))
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


@router.delete("/{purpose}", responses=problems(*_CHANGING))
async def lift_objection(session: ForPersonChecked, purpose: Objectionable) -> Objection:
    """Object no longer. Nothing is granted by this: ask the customer anew."""
    return await service.lift_objection(session, purpose)
