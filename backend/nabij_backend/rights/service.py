"""Choices, and the access log.

Rules:

1. choices are replaced whole;
2. each access was logged in the transaction that read (``caller.access_log``).
"""

from datetime import datetime
from uuid import UUID

from nabij_backend.caller.account import require_known
from nabij_backend.db import SubjectSession, take_turn
from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.rights import repository
from nabij_backend.rights.schemas import Choices, Reads

PAGE = 50


async def choices(session: SubjectSession) -> Choices:
    """Return the sources that the person picked."""
    return Choices(source_ids=await repository.choices(session))


async def choose(session: SubjectSession, wanted: Choices, now: datetime) -> Choices:
    """Pick these sources and no others; one that the catalogue has not is refused.

    It is looked for before anything is written: what is refused is in no heap, index or log. One
    that was picked may stay after it left the catalogue.

    Raises:
        Problem: a source is unknown, or the account was erased.
    """
    await take_turn(session)
    await require_known(session)
    if await repository.has_unknown(session, wanted.source_ids):
        raise Problem(ProblemType.UNKNOWN_SOURCE)
    await repository.choose(session, wanted.source_ids, now)
    return await choices(session)


async def reads(session: SubjectSession, before: UUID | None) -> Reads:
    """Return a page of the access log, newest first."""
    found = await repository.reads(session, before, PAGE + 1)
    page = found[:PAGE]
    return Reads(reads=page, before=page[-1].id if len(found) > PAGE else None)
