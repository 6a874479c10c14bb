"""The statements about operators, and about their view of a customer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from nabij_backend import sql
from nabij_backend.db import Connection, SubjectSession
from nabij_backend.enums import OperatorAction, OperatorRefusal

_SQL = sql.load("operators")
ABOUT_A_CUSTOMER = ("devices", "grants", "requests", "objections", "choices")
STATUSES = "statuses"


async def add(connection: Connection, digest: bytes, *, operator_id: UUID, now: datetime) -> UUID:
    """Let this sign-in work as an operator; returns the pseudonym that it has or had."""
    rows = await _rows(connection, "add", digest=digest, operator_id=operator_id, now=now)
    return rows[0]["operator_id"]


async def remove(connection: Connection, digest: bytes, now: datetime) -> UUID | None:
    """Let this sign-in work no longer; None where it did not."""
    rows = await _rows(connection, "remove", digest=digest, now=now)
    return rows[0]["operator_id"] if rows else None


async def everybody(connection: Connection) -> list[dict[str, Any]]:
    """Return every operator there is or was: ``operator_id``, ``added_at``, ``removed_at``."""
    return await _rows(connection, "all")


async def working(connection: Connection, digest: bytes) -> UUID | None:
    """Return the operator whose sign-in this is."""
    rows = await _rows(connection, "working", digest=digest)
    return rows[0]["operator_id"] if rows else None


async def log(
    connection: Connection,
    operator_id: UUID,
    action: OperatorAction,
    *,
    entry_id: UUID,
    now: datetime,
) -> None:
    """Note what the operator does."""
    values = {"operator_id": operator_id, "action": action, "entry_id": entry_id, "now": now}
    await connection.execute(_SQL["log"], values)


async def log_refusal(  # noqa: PLR0913 - a column each
    connection: Connection,
    action: OperatorAction,
    reason: OperatorRefusal,
    *,
    operator_id: UUID | None,
    entry_id: UUID,
    now: datetime,
) -> None:
    """Note what was called for and not done."""
    values = {"operator_id": operator_id, "action": action, "entry_id": entry_id, "now": now}
    await connection.execute(_SQL["log_refusal"], {**values, "reason": reason})


async def refusals(connection: Connection, most: int) -> list[dict[str, Any]]:
    """Return refused calls, newest first: when, ``action``, ``reason``, ``operator_id``."""
    return await _rows(connection, "refusals", most=most)


async def become_operator(connection: Connection) -> None:
    """Go on with an operator's power, which sees which requests are due, and no customer."""
    await connection.execute(_SQL["become_operator"])


async def become_service(connection: Connection) -> None:
    """Go on with the service's power, which sees one customer at a time."""
    await connection.execute(_SQL["become_api"])


async def exists(session: SubjectSession) -> bool:
    """Return whether somebody has the session's pseudonym."""
    cursor = await session.connection.execute(_SQL["exists"], {"subject_id": session.subject_id})
    return cursor.rowcount == 1


async def about(session: SubjectSession, part: str) -> list[dict[str, Any]]:
    """Return one of ``ABOUT_A_CUSTOMER``, or the statuses."""
    return await _rows(session.connection, part, subject_id=session.subject_id)


async def acts(session: SubjectSession) -> list[dict[str, Any]]:
    """Return all acts about the customer's consent, oldest first."""
    return await _rows(session.connection, "acts", subject_id=session.subject_id)


async def _rows(connection: Connection, name: str, **values: object) -> list[dict[str, Any]]:
    return await (await connection.execute(_SQL[name], values)).fetchall()


async def add_mandate(  # noqa: PLR0913 - a column each
    session: SubjectSession,
    mandate_id: UUID,
    *,
    agent_id: UUID,
    document_digest: bytes,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Record that the agent may act for the session's customer."""
    values = {
        "subject_id": session.subject_id,
        "mandate_id": mandate_id,
        "agent_id": agent_id,
        "document_digest": document_digest,
        "expires_at": expires_at,
        "now": now,
    }
    await session.connection.execute(_SQL["add_mandate"], values)


async def end_mandate(session: SubjectSession, mandate_id: UUID, now: datetime) -> bool:
    """End the mandate; False where the customer has none such that counts."""
    values = {"subject_id": session.subject_id, "mandate_id": mandate_id, "now": now}
    return (await session.connection.execute(_SQL["end_mandate"], values)).rowcount == 1
