"""``/v1/reports``: for whoever finds a vulnerability; nobody signs in."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, status

from nabij_backend.caller.dependencies import PublicConnection, TheParts
from nabij_backend.disclosure import service
from nabij_backend.disclosure.schemas import CODE_PATTERN, NewReport, ReportCode, ReportProgress
from nabij_backend.http.limits import household
from nabij_backend.http.problems import ProblemType
from nabij_backend.http.responses import WITH_BODY, WITH_PARAMETERS, problems

router = APIRouter(prefix="/v1/reports", tags=["disclosure"])


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=problems(*WITH_BODY, ProblemType.UNAVAILABLE),
)
async def report_vulnerability(
    parts: TheParts,
    connection: PublicConnection,
    request: Request,
    told: NewReport,
) -> ReportCode:
    """Report a vulnerability, in words. Who you are is not asked and not kept.

    Keep the code: it tells how far the report is, and nobody can make it anew.
    """
    if finder := household(request.scope):
        parts.limits.reports.require(finder)
    parts.limits.reports_in_all.require(None)
    return await service.report(connection, told, parts.random_bytes, parts.clock().date())


@router.get("/{code}", responses=problems(*WITH_PARAMETERS, ProblemType.NO_REPORT))
async def progress_of_report(
    connection: PublicConnection,
    code: Annotated[str, Path(pattern=CODE_PATTERN)],
) -> ReportProgress:
    """Return how far the report of this code is."""
    return await service.progress(connection, code)
