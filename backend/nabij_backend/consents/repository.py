"""The statements about acts of consent and live grants."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from nabij_backend import sql
from nabij_backend.db import SubjectSession
from nabij_backend.notices import repository as notices
from nabij_consent import (
    ConsentEvent,
    EventKind,
    Evidence,
    Grant,
    LatestAct,
    Method,
    Notice,
    Purpose,
    RecordedEvent,
    Signal,
)

_SQL = sql.load("consents")


@dataclass(frozen=True, slots=True)
class Entry:
    """An act as it was recorded, with what makes its leaf and the notice that it is about."""

    recorded: RecordedEvent
    salt: bytes = field(repr=False)
    notice: Notice


async def find(session: SubjectSession, event_id: UUID) -> Entry | None:
    """Return the act that was recorded under this id."""
    row = await _row(session, "find", {"event_id": event_id})
    if row is None:
        return None
    return Entry(
        recorded_event(session.subject_id, row), row["salt"], notices.parsed(row["notice"])
    )


async def next_place(session: SubjectSession, notice_version: int) -> tuple[int, str]:
    """Return the number of this person's next act, from 1, and the digest of its notice."""
    row = _required(await _row(session, "next_place", {"notice_version": notice_version}))
    return row["number"], row["notice_digest"]


async def record(session: SubjectSession, recorded: RecordedEvent, salt: bytes) -> bytes:
    """Append the act, and hand its leaf to the log; returns the leaf's hash."""
    act, leaf_hash = recorded.act, recorded.leaf_hash(salt)
    parameters = {
        "subject_id": recorded.subject_id,
        "number": recorded.number,
        "event_id": act.event_id,
        "kind": act.kind,
        **_scope(act),
        "notice_version": act.notice_version,
        "nonce": recorded.nonce,
        "device_id": recorded.device_id,
        "method": recorded.method,
        "mandate_id": recorded.mandate_id,
        "gpc": recorded.gpc,
        "revocation_unknown": recorded.revocation_unknown,
        "occurred_at": act.occurred_at,
        "recorded_at": recorded.recorded_at,
        "salt": salt,
        "leaf_hash": leaf_hash,
    }
    await session.connection.execute(_SQL["record"], parameters)
    return leaf_hash


async def live_signals(
    session: SubjectSession,
    purpose: Purpose | None,
    signals: Sequence[Signal],
    *,
    over_at: datetime | None,
) -> tuple[Signal, ...]:
    """Return those of ``signals`` that a grant lives for, of this purpose (None: of any).

    With ``over_at``: only where the grant's time is over then.
    """
    cursor = await session.connection.execute(
        _SQL["live_signals"],
        {
            "subject_id": session.subject_id,
            "purpose": None if purpose is None else purpose.slug,
            "signals": [signal.value for signal in signals],
            "over_at": over_at,
        },
    )
    return tuple(Signal(row["signal"]) for row in await cursor.fetchall())


async def acts_before(
    session: SubjectSession, number: int | None, most: int
) -> list[RecordedEvent]:
    """Return the newest acts of this person before ``number``; None: the newest of all."""
    parameters = {"subject_id": session.subject_id, "number": number, "most": most}
    cursor = await session.connection.execute(_SQL["acts_before"], parameters)
    return [recorded_event(session.subject_id, row) for row in await cursor.fetchall()]


async def last_number(session: SubjectSession) -> int:
    """Return the number of this person's last act; 0 before the first."""
    return _required(await _row(session, "last_number", {}))["number"]


async def count_covered(session: SubjectSession, event: ConsentEvent) -> dict[str, int]:
    """Return how many status rows the act's signals and purpose cover now, by table."""
    return _required(await _row(session, "count_covered", _scope(event)))


async def end_grants(session: SubjectSession, event: ConsentEvent) -> None:
    """Delete the grants that the act is about, and with them what they allowed."""
    parameters = {"subject_id": session.subject_id, **_scope(event)}
    await session.connection.execute(_SQL["end_grants"], parameters)


async def give_grant(
    session: SubjectSession, grant: Grant, *, number: int, retention_days: int
) -> None:
    """Make the grant of an act live, and end the one before it where its terms were others.

    What it allows is kept for ``retention_days`` after the device reported last.
    """
    parameters = {
        "subject_id": session.subject_id,
        "purpose": grant.purpose.slug,
        "signal": grant.signal,
        "epoch": grant.epoch,
        "number": number,
        "resolution_m": grant.resolution_m,
        "retention_days": retention_days,
        "notice_version": grant.notice_version,
        "now": grant.granted_at,
        "expires_at": grant.expires_at,
    }
    await session.connection.execute(_SQL["end_other_terms"], parameters)
    await session.connection.execute(_SQL["give_grant"], parameters)


async def evidence(
    session: SubjectSession, notice: Notice, now: datetime
) -> list[tuple[Evidence, LatestAct | None]]:
    """Return all that decides about each signal that the notice asks for, in its order."""
    asked = [(purpose, terms.signal) for purpose, terms in notice.asks()]
    cursor = await session.connection.execute(
        _SQL["evidence"],
        {
            "subject_id": session.subject_id,
            "purposes": [purpose.slug for purpose, _ in asked],
            "signals": [signal.value for _, signal in asked],
        },
    )
    return [(_evidence(row, notice, now), _latest_act(row)) for row in await cursor.fetchall()]


def _latest_act(row: dict[str, Any]) -> LatestAct | None:
    if row["latest"] is None:
        return None
    return LatestAct(EventKind(row["latest"]), row["latest_notice"], row["latest_at"])


def _evidence(row: dict[str, Any], notice: Notice, now: datetime) -> Evidence:
    purpose, signal = Purpose(row["purpose"]), Signal(row["signal"])
    return Evidence(
        purpose=purpose,
        signal=signal,
        notice=notice,
        latest=None if row["latest"] is None else EventKind(row["latest"]),
        grant=None if row["epoch"] is None else _grant(row, purpose, signal),
        now=now,
    )


def _grant(row: dict[str, Any], purpose: Purpose, signal: Signal) -> Grant:
    return Grant(
        purpose=purpose,
        signal=signal,
        epoch=row["epoch"],
        resolution_m=row["resolution_m"],
        notice_version=row["notice_version"],
        granted_at=row["granted_at"],
        expires_at=row["expires_at"],
    )


def recorded_event(subject_id: UUID, row: dict[str, Any]) -> RecordedEvent:
    """Return the act that a row of ``consent_event``, joined with its notice's digest, holds."""
    return RecordedEvent(
        subject_id=subject_id,
        number=row["number"],
        act=_event(row),
        notice_digest=row["notice_digest"],
        nonce=row["nonce"],
        device_id=row["device_id"],
        method=Method(row["method"]),
        mandate_id=row["mandate_id"],
        recorded_at=row["recorded_at"],
        gpc=row["gpc"],
        revocation_unknown=row["revocation_unknown"],
    )


def _event(row: dict[str, Any]) -> ConsentEvent:
    return ConsentEvent(
        event_id=row["event_id"],
        kind=EventKind(row["kind"]),
        purpose=None if row["purpose"] is None else Purpose(row["purpose"]),
        signals=tuple(Signal(signal) for signal in row["signals"]),
        notice_version=row["notice_version"],
        occurred_at=row["occurred_at"],
    )


def _scope(event: ConsentEvent) -> dict[str, str | Sequence[str] | None]:
    return {
        "purpose": None if event.purpose is None else event.purpose.slug,
        "signals": [signal.value for signal in event.signals],
    }


async def _row(
    session: SubjectSession, name: str, parameters: dict[str, Any]
) -> dict[str, Any] | None:
    named = {"subject_id": session.subject_id, **parameters}
    return await (await session.connection.execute(_SQL[name], named)).fetchone()


def _required(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise RuntimeError("A statement that always answers one row answered none.")
    return row
