"""Objecting, choosing, and seeing who looked.

Rules:

1. an objection ends what was granted for its purpose, as a withdrawal, in the same transaction; and
   while it stands nobody can grant that purpose again (GDPR, Article 21(3));
2. lifting an objection gives nothing back: the customer is asked anew;
3. choices are replaced whole;
4. every read of a person's data is noted in the transaction that reads, so that nobody looks
   without a trace; a read by an agent was noted when the mandate was used.
"""

from datetime import datetime
from uuid import UUID

from nabij_backend.consents import ending
from nabij_backend.consents import repository as acts
from nabij_backend.consents.service import Moment
from nabij_backend.db import SubjectSession
from nabij_backend.devices.service import Actor
from nabij_backend.enums import Objectionable, Reader
from nabij_backend.problems import Problem, ProblemType
from nabij_backend.rights import repository
from nabij_backend.rights.schemas import Choices, Objection, Reads
from nabij_consent import EventKind, Method, Purpose, Signal

PAGE = 50


async def objection(session: SubjectSession, purpose: Objectionable) -> Objection:
    """Whether the person objects to the purpose."""
    return Objection(purpose=purpose, objected_at=await repository.objection(session, purpose))


async def object_to(
    session: SubjectSession,
    purpose: Objectionable,
    moment: Moment,
    *,
    event_id: UUID,
    actor: Actor,
) -> Objection:
    """Object from now on, and end what was granted for the purpose."""
    await acts.take_turn(session)
    await repository.add_objection(session, purpose, moment.now)
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
    """Object no longer."""
    await repository.remove_objection(session, purpose)
    return Objection(purpose=purpose, objected_at=None)


async def choices(session: SubjectSession) -> Choices:
    """The sources that the person picked."""
    return Choices(source_ids=await repository.choices(session))


async def choose(session: SubjectSession, wanted: Choices, now: datetime) -> Choices:
    """Pick these sources and no others; one that the catalogue has not is refused.

    It is looked for before anything is written: what is refused is in no heap, index or log. One
    that was picked may stay after it left the catalogue.
    """
    await acts.take_turn(session)
    await require_known(session)
    if await repository.has_unknown(session, wanted.source_ids):
        raise Problem(ProblemType.UNKNOWN_SOURCE)
    await repository.choose(session, wanted.source_ids, now)
    return await choices(session)


async def note_read(
    session: SubjectSession, reader: Reader, purpose: str, *, entry_id: UUID, now: datetime
) -> None:
    """Note a read for the person to see."""
    if session.mandate_id is None:
        await repository.add_read(session, reader, purpose, entry_id=entry_id, now=now)


async def reads(session: SubjectSession, before: UUID | None) -> Reads:
    """Who looked, newest first, a page at a time."""
    found = await repository.reads(session, before, PAGE + 1)
    page = found[:PAGE]
    return Reads(reads=page, before=page[-1].id if len(found) > PAGE else None)


async def require_known(session: SubjectSession) -> None:
    """Tell an account that was erased meanwhile from one that has nothing.

    Raises:
        Problem: it was erased.
    """
    if not await repository.is_known(session):
        raise Problem(ProblemType.ERASED)
