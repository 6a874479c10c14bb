"""``/v1/receipts``."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from nabij_backend.caller.dependencies import SignedIn, TheParts
from nabij_backend.consents.receipts import service
from nabij_backend.consents.receipts.schemas import OneReceipt, ReceiptedActs, Witnesses
from nabij_backend.http.problems import ProblemType
from nabij_backend.http.responses import SIGNED_IN, WITH_PARAMETERS, problems
from nabij_backend.http.schemas import LARGEST_INTEGER
from nabij_backend.log.dependencies import TheNotary

router = APIRouter(prefix="/v1/receipts", tags=["proof"])


@router.get("", responses=problems(*SIGNED_IN, *WITH_PARAMETERS))
async def acts_with_receipts(
    session: SignedIn,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_INTEGER, description="A number.")] = None,
) -> ReceiptedActs:
    """Return what this customer allowed, refused and took back; newest first."""
    return await service.acts(session, before)


@router.get("/{event_id}", responses=problems(*SIGNED_IN, *WITH_PARAMETERS, ProblemType.NO_RECEIPT))
async def receipt_of_act(
    parts: TheParts, notary: TheNotary, session: SignedIn, event_id: UUID
) -> OneReceipt:
    """Return the receipt of one of this customer's acts again, signed with the key of today."""
    seen = await service.witnesses(session, event_id, notary)
    return OneReceipt(
        receipt=await service.receipt(session, event_id, notary),
        witnesses=Witnesses(seen=seen, asked=len(parts.settings.witnesses)),
    )
