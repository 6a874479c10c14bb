"""Taking reports, and telling what became of each."""

from datetime import datetime, timedelta
from uuid import UUID

from nabij_backend.db import SubjectSession
from nabij_backend.happenings import ReportJudged
from nabij_backend.problems import Problem, ProblemType
from nabij_backend.rights import service as rights
from nabij_backend.status import repository
from nabij_backend.status.schemas import Batch, RefusedReport, Verdicts
from nabij_consent import NEARBY_SOURCES
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
    verdicts = await repository.report(
        session, batch.reports, device_id=device_id, platform=batch.platform, now=now
    )
    if _ACCEPTED not in verdicts:
        await rights.require_known(session)
    session.tally.update(map(ReportJudged, verdicts))
    judged = list(zip((each.id for each in batch.reports), verdicts, strict=True))
    return Verdicts(
        accepted=tuple(each for each, verdict in judged if verdict == _ACCEPTED),
        refused=tuple(_refused(each, verdict) for each, verdict in judged if verdict != _ACCEPTED),
    )


async def squares(session: SubjectSession, now: datetime) -> tuple[Cell, ...]:
    """The squares that this person is known by now, the newest first.

    Raises:
        Problem: there is none, or no consent to use it.
    """
    cells = await repository.newest_squares(session, NEARBY_SOURCES, now)
    if not cells:
        raise Problem(ProblemType.NO_SQUARE)
    return cells


def _refused(report_id: UUID, verdict: str) -> RefusedReport:
    kind = _PROBLEM_OF_VERDICT[verdict]
    return RefusedReport(id=report_id, type=kind.uri, title=kind.title, status=kind.status)
