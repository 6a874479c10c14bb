"""Judgement of reports, with a verdict for each."""

from datetime import datetime, timedelta
from uuid import UUID

from nabij_backend.caller.account import require_known
from nabij_backend.db import SubjectSession
from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.metric_events import ReportJudged
from nabij_backend.status import repository
from nabij_backend.status.repository import Told
from nabij_backend.status.schemas import (
    Batch,
    DeviceStatus,
    NetworkStatus,
    RefusedReport,
    Verdicts,
)
from nabij_consent import NEARBY_SOURCES, LastHeard, Signal
from nabij_geo import Cell

_CLOCK_SKEW = timedelta(minutes=5)
_ACCEPTED = "accepted"
_PROBLEM_OF_VERDICT = {
    kind.value.slug: kind
    for kind in (
        ProblemType.NO_CONSENT,
        ProblemType.STALE_EPOCH,
        ProblemType.EXPIRED,
        ProblemType.NOTICE_CHANGED,
        ProblemType.TOO_OLD,
    )
}


async def report(session: SubjectSession, device_id: UUID, batch: Batch, now: datetime) -> Verdicts:
    """Store the reports that a live grant allows, and refuse the others with their reasons.

    Raises:
        Problem: an hour that has not come yet, or the account was erased.
    """
    if any(each.hour > now + _CLOCK_SKEW for each in batch.reports):
        raise Problem(ProblemType.FUTURE_HOUR)
    judged = await repository.report(
        session, batch.reports, device_id=device_id, platform=batch.platform, now=now
    )
    if _ACCEPTED not in judged.verdicts:
        await require_known(session)
    session.tally.update(map(ReportJudged, judged.verdicts))
    pairs = list(zip((each.id for each in batch.reports), judged.verdicts, strict=True))
    return Verdicts(
        accepted=tuple(each for each, verdict in pairs if verdict == _ACCEPTED),
        refused=tuple(_refused(each, verdict) for each, verdict in pairs if verdict != _ACCEPTED),
        notice_version=judged.notice_version,
        as_of=judged.as_of,
    )


async def squares(session: SubjectSession, now: datetime) -> tuple[Cell, ...]:
    """Return the squares that this person is known by now, the newest first.

    Raises:
        Problem: there is none, or no consent to use it.
    """
    told = await repository.told(session, NEARBY_SOURCES, now)
    codes = dict.fromkeys(each.cell for each in told if each.cell is not None)
    if not codes:
        raise Problem(ProblemType.NO_SQUARE)
    return tuple(map(Cell.parse, codes))


async def statuses(session: SubjectSession, now: datetime) -> tuple[DeviceStatus, ...]:
    """Return when this person's devices were heard last, and why their squares are old."""
    by_device: dict[UUID, list[Told]] = {}
    for each in await repository.told(session, NEARBY_SOURCES, now):
        by_device.setdefault(each.device_id, []).append(each)
    return tuple([_status(told, now) for told in by_device.values()])


def _status(told: list[Told], now: datetime) -> DeviceStatus:
    of = {each.signal: each for each in told}
    gps, gsm, wifi = (of.get(each) for each in (Signal.GPS, Signal.GSM, Signal.WIFI))
    networks = gsm and gsm.network, wifi and wifi.network
    heard = None if gps is None else LastHeard(gps.hour, *networks)
    return DeviceStatus(
        id=told[0].device_id,
        platform=told[0].platform,
        heard=told[0].hour,
        square=gps and gps.hour,
        cell=None if gps is None or gps.cell is None else Cell.parse(gps.cell),
        gsm=gsm and NetworkStatus(hour=gsm.hour, connected=gsm.connected is True),
        wifi=wifi and NetworkStatus(hour=wifi.hour, connected=wifi.connected is True),
        freshness=None if heard is None else heard.freshness(now),
    )


def _refused(report_id: UUID, verdict: str) -> RefusedReport:
    kind = _PROBLEM_OF_VERDICT[verdict]
    return RefusedReport(id=report_id, type=kind.uri, title=kind.title, status=kind.status)
