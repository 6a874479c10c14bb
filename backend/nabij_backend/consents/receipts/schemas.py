"""Wire format of receipts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from nabij_backend.http.schemas import Wire
from nabij_consent import EventKind, Method, Signal

SignedReceipt = Annotated[
    str,
    Field(description="A JWS over an ISO/IEC TS 27560 record in JSON-LD; `nabij verify` reads it."),
]


class ReceiptedAct(Wire):
    """An act that has a receipt."""

    event_id: UUID
    number: Annotated[int, Field(description="Of this act among the customer's, from 1.")]
    kind: EventKind
    purpose: Annotated[str | None, Field(description="None: of every purpose.")]
    signals: tuple[Signal, ...]
    notice_version: int
    method: Method
    recorded_at: datetime


class ReceiptedActs(Wire):
    """The customer's acts, newest first."""

    acts: tuple[ReceiptedAct, ...]
    before: Annotated[
        int | None, Field(description="Ask for the next page with this; None: that was all.")
    ]


class Witnesses(Wire):
    """Who besides the service has seen the log with this act in it."""

    seen: Annotated[int, Field(ge=0, description="How many witnesses cosigned such a head.")]
    asked: Annotated[int, Field(ge=0, description="How many the service shows its log to.")]


class OneReceipt(Wire):
    """The receipt of an act."""

    receipt: SignedReceipt
    witnesses: Witnesses
