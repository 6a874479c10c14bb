"""Recording of mandates, from a written document.

Rules:

1. customer and agent are both known, and they are two people;
2. of the document only its SHA-256 is kept: it shows later that this was the one, and no more;
3. a mandate has an end, at most two years away; it can be ended at any time.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from nabij_backend.errors import UserError
from nabij_backend.identity import SignIn
from nabij_backend.operators import repository
from nabij_backend.operators.service import Work

LONGEST = timedelta(days=731)


class MandateError(UserError):
    """Something about a mandate must be mended first; the docstring says what."""


class NotForThatLong(MandateError):
    """A mandate ends after today, and within two years: check --until."""


class OwnAgent(MandateError):
    """Nobody needs a mandate to act for themselves: check --agent."""


class NoSuchMandate(MandateError):
    """This customer has no mandate of this id that still counts: see `nabij mandates list`."""


async def add(
    work: Work,
    customer: SignIn | UUID,
    agent: SignIn,
    *,
    document_digest: bytes,
    expires_at: datetime,
) -> UUID:
    """Record a mandate; returns the id that the agent sends with each call.

    Raises:
        MandateError: what is recorded cannot be a mandate.
        UnknownCustomer: customer or agent is not known.
    """
    now = work.runtime.clock()
    if not now < expires_at <= now + LONGEST:
        raise NotForThatLong
    agent_id = (await work.find(agent)).subject_id
    session = await work.of(customer)
    if agent_id == session.subject_id:
        raise OwnAgent
    mandate_id = work.runtime.new_id()
    await repository.add_mandate(
        session,
        mandate_id,
        agent_id=agent_id,
        document_digest=document_digest,
        expires_at=expires_at,
        now=now,
    )
    return mandate_id


async def all_of(work: Work, customer: SignIn | UUID) -> list[dict[str, Any]]:
    """Return every mandate that the customer gave, those that ended lately too."""
    return await repository.about(await work.of(customer), "mandates")


async def end(work: Work, customer: SignIn | UUID, mandate_id: UUID) -> None:
    """Let nobody act with this mandate any more.

    Raises:
        NoSuchMandate: it does not exist, or ended before.
    """
    session = await work.of(customer)
    if not await repository.end_mandate(session, mandate_id, work.runtime.clock()):
        raise NoSuchMandate
