"""``/v1/devices``."""

from uuid import UUID

from fastapi import APIRouter

from nabij_backend.dependencies import SignedIn, TheParts
from nabij_backend.openapi import SIGNED_IN, WITH_BODY, problems
from nabij_backend.problems import ProblemType
from nabij_backend.status import service
from nabij_backend.status.schemas import Batch, Verdicts

router = APIRouter(prefix="/v1/devices", tags=["status"])


@router.put(
    "/{device_id}/status",
    responses=problems(
        *SIGNED_IN,
        *WITH_BODY,
        ProblemType.INVALID_CELL,
        ProblemType.OUTSIDE_GRID,
        ProblemType.FUTURE_HOUR,
        ProblemType.ERASED,
    ),
)
async def report_status(
    parts: TheParts, session: SignedIn, device_id: UUID, batch: Batch
) -> Verdicts:
    """Report what a device measured; each report is accepted, or refused with its reason."""
    return await service.report(session, device_id, batch, parts.clock())
