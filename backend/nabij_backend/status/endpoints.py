"""``/v1/devices/{device_id}/status``, ``/v1/me/cell``, ``/v1/me/status``."""

from uuid import UUID

from fastapi import APIRouter

from nabij_backend.caller.dependencies import FromApp, SignedIn, TheParts
from nabij_backend.http.problems import ProblemType
from nabij_backend.http.responses import SIGNED_IN, WITH_BODY, problems
from nabij_backend.status import service
from nabij_backend.status.schemas import Batch, OwnCell, OwnStatus, Verdicts

router = APIRouter(prefix="/v1", tags=["status"])


@router.put(
    "/devices/{device_id}/status",
    dependencies=[FromApp],
    responses=problems(
        *SIGNED_IN,
        ProblemType.NOT_ATTESTED,
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


@router.get(
    "/me/cell",
    response_model_exclude_defaults=True,
    responses=problems(*SIGNED_IN, ProblemType.NO_SQUARE, ProblemType.ERASED),
)
async def own_cell(parts: TheParts, session: SignedIn) -> OwnCell:
    """Return the squares that this customer's devices told last, for a new device to repeat.

    The customer's own look is nobody else's, so it is not in the log of who looked.
    """
    cell, *others = await service.squares(session, parts.clock())
    return OwnCell(cell=cell, others=tuple(others))


@router.get("/me/status", responses=problems(*SIGNED_IN))
async def own_status(parts: TheParts, session: SignedIn) -> OwnStatus:
    """Return when the customer's devices were heard last, and why their squares are old.

    Like `/v1/me/cell`, it is the customer's own look.
    """
    return OwnStatus(devices=await service.statuses(session, parts.clock()))
