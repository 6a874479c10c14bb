"""Objections to a purpose (GDPR, Article 21).

Rules:

1. an objection ends what was granted for its purpose, as a withdrawal, in the same transaction; and
   while it stands nobody can grant that purpose again (GDPR, Article 21(3));
2. lifting an objection gives nothing back: the customer is asked anew.
"""

from uuid import UUID

from nabij_backend.consents import ending
from nabij_backend.consents.objections import repository
from nabij_backend.consents.objections.schemas import Objection
from nabij_backend.consents.service import Moment
from nabij_backend.db import SubjectSession, take_turn
from nabij_backend.devices.service import Actor
from nabij_backend.enums import Objectionable
from nabij_consent import EventKind, Method, Purpose, Signal


async def objection(session: SubjectSession, purpose: Objectionable) -> Objection:
    """Return whether the person objects to the purpose."""
    return Objection(purpose=purpose, objected_at=await repository.objected_at(session, purpose))


async def object_to(
    session: SubjectSession,
    purpose: Objectionable,
    moment: Moment,
    *,
    event_id: UUID,
    actor: Actor,
) -> Objection:
    """Object from now on, and end what was granted for the purpose."""
    await take_turn(session)
    await repository.add(session, purpose, moment.now)
    await ending.end_for(
        session,
        kind=EventKind.WITHDRAWN,
        method=Method.APP,
        purpose=Purpose(purpose),
        signals=tuple(Signal),
        moment=moment,
        event_id=event_id,
        actor=actor,
    )
    return await objection(session, purpose)


async def lift_objection(session: SubjectSession, purpose: Objectionable) -> Objection:
    """Lift the objection."""
    await repository.remove(session, purpose)
    return Objection(purpose=purpose, objected_at=None)
