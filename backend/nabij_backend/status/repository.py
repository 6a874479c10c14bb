"""The statements about what devices report."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from nabij_backend import sql
from nabij_backend.db import SubjectSession
from nabij_backend.enums import Platform
from nabij_backend.status.schemas import GpsReport, Report
from nabij_consent import NetworkReport, Purpose, Signal

_SQL = sql.load("status")


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on each report, in order; and the current notice and the last act, 0: none."""

    verdicts: tuple[str, ...]
    notice_version: int
    as_of: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a device told last of a signal: ``cell`` of gps, ``connected`` of the networks."""

    device_id: UUID
    platform: Platform
    signal: Signal
    hour: datetime
    cell: str | None = field(repr=False)
    connected: bool | None

    @property
    def network(self) -> NetworkReport:
        """The same, of a network."""
        return NetworkReport(self.hour, self.connected is True)


async def report(
    session: SubjectSession,
    reports: tuple[Report, ...],
    *,
    device_id: UUID,
    platform: Platform,
    now: datetime,
) -> Judged:
    """Store what a live grant allows, and judge each of at least one report."""
    cursor = await session.connection.execute(
        _SQL["report"],
        {
            "subject_id": session.subject_id,
            "device_id": device_id,
            "platform": platform,
            "reports": Jsonb([_row(place, each) for place, each in enumerate(reports)]),
            "now": now,
        },
    )
    rows = await cursor.fetchall()
    verdicts = tuple([row["verdict"] for row in rows])
    return Judged(verdicts, rows[0]["notice_version"], rows[0]["as_of"])


async def told(session: SubjectSession, purpose: Purpose, now: datetime) -> tuple[Told, ...]:
    """Return what this person's devices told last and is permitted still, the newest first."""
    cursor = await session.connection.execute(
        _SQL["told"], {"subject_id": session.subject_id, "purpose": purpose.slug, "now": now}
    )
    return tuple([Told(**row) for row in await cursor.fetchall()])


def _row(place: int, each: Report) -> dict[str, Any]:
    if isinstance(each, GpsReport):
        state = {
            "resolution_m": each.cell.resolution_m,
            "northing_m": each.cell.northing_m,
            "easting_m": each.cell.easting_m,
        }
    else:
        state = each.model_dump(mode="json", exclude={"id", "purpose", "epoch", "hour", "signal"})
    return {
        "place": place,
        "purpose": each.purpose,
        "signal": each.signal,
        "epoch": each.epoch,
        "hour": each.hour.isoformat(),
        **state,
    }
