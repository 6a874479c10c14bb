"""The statements about devices."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncCursor
from psycopg.rows import DictRow

from nabij_backend import sql
from nabij_backend.db import SubjectSession
from nabij_backend.enums import Platform

_SQL = sql.load("devices")


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device as it is stored.

    Attributes:
        reached: whether every act that ended something, made elsewhere since the device appeared,
            was acknowledged.
    """

    device_id: UUID
    platform: Platform
    seen_on: date
    reached: bool


async def devices(session: SubjectSession) -> list[KnownDevice]:
    """Return every device of this person, the one that was seen last first."""
    rows = await (await _run(session, "devices", {})).fetchall()
    return [
        KnownDevice(row["device_id"], Platform(row["platform"]), row["seen_on"], row["reached"])
        for row in rows
    ]


async def is_anything_permitted(session: SubjectSession, now: datetime) -> bool:
    """Return whether any grant of this person counts now."""
    row = await (await _run(session, "is_anything_permitted", {"now": now})).fetchone()
    return bool(row and row["permitted"])


async def know(
    session: SubjectSession, device_id: UUID, platform: Platform, *, number: int, now: datetime
) -> None:
    """Remember the device on which a grant of this number was made."""
    named = {"device_id": device_id, "platform": platform, "number": number, "now": now}
    await _run(session, "know", named)


async def wake_others(
    session: SubjectSession, device_id: UUID | None, *, message_id: UUID, now: datetime
) -> None:
    """Queue a message to every device that can be woken, besides the one that acted."""
    named = {"device_id": device_id, "message_id": message_id, "now": now}
    await _run(session, "wake_others", named)


async def remove(session: SubjectSession, device_id: UUID) -> bool:
    """Delete the device and all that points at it; False where there is no such device."""
    return (await _run(session, "remove", {"device_id": device_id})).rowcount == 1


async def is_act(session: SubjectSession, number: int) -> bool:
    """Return whether this person has made so many acts."""
    row = await (await _run(session, "is_act", {"number": number})).fetchone()
    return row is not None


async def acknowledge(session: SubjectSession, device_id: UUID, number: int, now: datetime) -> None:
    """Note what the device has applied, unless it said so much before."""
    await _run(session, "acknowledge", {"device_id": device_id, "number": number, "now": now})


async def set_push_token(session: SubjectSession, device_id: UUID, token: str | None) -> bool:
    """Replace the device's push token; False where there is no such device."""
    named = {"device_id": device_id, "push_token": token}
    return (await _run(session, "set_push_token", named)).rowcount == 1


async def _run(
    session: SubjectSession, name: str, parameters: dict[str, Any]
) -> AsyncCursor[DictRow]:
    named = {"subject_id": session.subject_id, **parameters}
    return await session.connection.execute(_SQL[name], named)
