"""The statements about requests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncCursor
from psycopg.rows import DictRow

from nabij_backend import sql
from nabij_backend.db import Connection, SubjectSession
from nabij_backend.enums import IdentityCheck, RequestKind, RequestOutcome

_SQL = sql.load("requests")


@dataclass(frozen=True, slots=True)
class RequestState:
    """How far a request is."""

    identity_check: IdentityCheck | None
    outcome: RequestOutcome | None


@dataclass(frozen=True, slots=True)
class Pressing:
    """How many requests wait, and how many of them are due soon, or late already."""

    open: int
    due_within_7_days: int
    overdue: int


async def add(
    session: SubjectSession,
    kind: RequestKind,
    *,
    request_id: UUID,
    received_at: datetime,
    due_at: datetime,
) -> None:
    """Register a request of this person."""
    values = {"kind": kind, "received_at": received_at, "due_at": due_at}
    await _run(session, "add", request_id=request_id, **values)


async def whose(connection: Connection, request_id: UUID) -> UUID | None:
    """Whom the request is about; ``connection`` is an operator's."""
    cursor = await connection.execute(_SQL["whose"], {"request_id": request_id})
    row = await cursor.fetchone()
    return None if row is None else row["subject_id"]


async def state(session: SubjectSession, request_id: UUID) -> RequestState | None:
    """Return how far the request is; nobody else changes it until this transaction ends."""
    row = await (await _run(session, "state", request_id=request_id)).fetchone()
    if row is None:
        return None
    check, outcome = row["identity_check"], row["outcome"]
    return RequestState(check and IdentityCheck(check), outcome and RequestOutcome(outcome))


async def check(
    session: SubjectSession, request_id: UUID, identity_check: IdentityCheck, now: datetime
) -> None:
    """Record how it was made sure that the request comes from the person."""
    await _run(session, "check", request_id=request_id, identity_check=identity_check, now=now)


async def answer(
    session: SubjectSession, request_id: UUID, outcome: RequestOutcome, now: datetime
) -> None:
    """Record how the request ended."""
    await _run(session, "answer", request_id=request_id, outcome=outcome, now=now)


async def waiting(connection: Connection) -> list[dict[str, Any]]:
    """Return every request that is not answered, the most pressing first.

    ``connection`` an operator's.
    """
    return await (await connection.execute(_SQL["open"])).fetchall()


async def pressing(connection: Connection, now: datetime, soon: datetime) -> Pressing:
    """Return what is due, in numbers; ``connection`` is the worker's."""
    cursor = await connection.execute(_SQL["pressing"], {"now": now, "soon": soon})
    row = await cursor.fetchone()
    return Pressing(**(row or {"open": 0, "due_within_7_days": 0, "overdue": 0}))


async def _run(session: SubjectSession, name: str, **values: object) -> AsyncCursor[DictRow]:
    return await session.connection.execute(
        _SQL[name], {"subject_id": session.subject_id, **values}
    )
