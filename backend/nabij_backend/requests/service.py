"""The register of requests.

Rules:

1. a request is about a customer who is known; for anybody else the answer is that nothing is known;
2. the answer is due four weeks after it came in: sooner than the month of GDPR, Article 12(3);
3. it is answered after the identity was checked (Article 12(6)); how is recorded, as one word, and
   never a copy of anything. Only one that its sender takes back ends without;
4. an answered request stays as it is.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from nabij_backend.db import SubjectSession
from nabij_backend.enums import IdentityCheck, RequestKind, RequestOutcome
from nabij_backend.errors import UserError
from nabij_backend.identity import SignIn
from nabij_backend.operators.service import Work
from nabij_backend.requests import repository

DUE_AFTER = timedelta(weeks=4)


class RequestError(UserError):
    """Something about a request must be mended first; the docstring says what."""


class NotReceivedYet(RequestError):
    """A request comes in today at the latest: check --received."""


class UnknownRequest(RequestError):
    """There is no request of this id: `nabij requests list` shows those that wait."""


class AlreadyAnswered(RequestError):
    """This request is answered, and stays as it is; register a new one."""


class IdentityNotChecked(RequestError):
    """Make sure first that the request comes from the customer: `nabij requests check`."""


async def add(
    work: Work, customer: SignIn | UUID, kind: RequestKind, *, received_at: datetime
) -> tuple[UUID, datetime]:
    """Register a request; returns its id, and when the answer is due.

    Raises:
        NotReceivedYet: it would come in later than now.
        UnknownCustomer: nobody is known by this.
    """
    if received_at > work.runtime.clock():
        raise NotReceivedYet
    request_id, due_at = work.runtime.new_id(), received_at + DUE_AFTER
    session = await work.of(customer)
    await repository.add(
        session, kind, request_id=request_id, received_at=received_at, due_at=due_at
    )
    return request_id, due_at


async def check(work: Work, request_id: UUID, how: IdentityCheck) -> None:
    """Record how the identity was checked.

    Raises:
        RequestError: there is no such request, or it is answered.
    """
    session, _ = await _waiting(work, request_id)
    await repository.check(session, request_id, how, work.runtime.clock())


async def answer(work: Work, request_id: UUID, outcome: RequestOutcome) -> None:
    """Record how the request ended.

    Raises:
        RequestError: there is no such request, it is answered, or nobody checked the identity.
    """
    session, state = await _waiting(work, request_id)
    if state.identity_check is None and outcome is not RequestOutcome.WITHDRAWN:
        raise IdentityNotChecked
    await repository.answer(session, request_id, outcome, work.runtime.clock())


async def waiting(work: Work) -> list[dict[str, Any]]:
    """Return all open requests, the most urgent first, and log the read for each customer."""
    rows = await repository.waiting(work.connection)
    for customer in {row["subject_id"] for row in rows}:
        await work.of(customer)
    return rows


async def _waiting(work: Work, request_id: UUID) -> tuple[SubjectSession, repository.RequestState]:
    subject_id = await repository.whose(work.connection, request_id)
    if subject_id is None:
        raise UnknownRequest
    session = await work.of(subject_id)
    state = await repository.state(session, request_id)
    if state is None:
        raise UnknownRequest
    if state.outcome is not None:
        raise AlreadyAnswered
    return session, state
