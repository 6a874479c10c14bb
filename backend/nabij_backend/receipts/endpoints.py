"""``/v1/receipts``."""

from uuid import UUID

from fastapi import APIRouter, Response

from nabij_backend.dependencies import SignedIn, TheParts
from nabij_backend.openapi import SIGNED_IN, WITH_PARAMETERS, problems
from nabij_backend.problems import ProblemType
from nabij_backend.receipts import service
from nabij_backend.receipts.schemas import OneReceipt

router = APIRouter(prefix="/v1/receipts", tags=["proof"])


@router.get("/{event_id}", responses=problems(*SIGNED_IN, *WITH_PARAMETERS, ProblemType.NO_RECEIPT))
async def receipt_of_act(
    parts: TheParts, session: SignedIn, event_id: UUID, response: Response
) -> OneReceipt:
    """The receipt of one of this customer's acts again, signed with the key of today."""
    response.headers["Cache-Control"] = "no-store"
    issuer = parts.settings.public_url
    return OneReceipt(receipt=await service.receipt(session, event_id, parts.signer, issuer=issuer))
