"""Wire format of acts of consent."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from nabij_backend.consents.receipts.schemas import SignedReceipt
from nabij_backend.devices.schemas import Device
from nabij_backend.enums import Platform
from nabij_backend.http.schemas import ActNumber, ClaimedMoment, PurposeSlug, Wire
from nabij_consent import EventKind, Reason, Signal


def _each_once(signals: tuple[Signal, ...]) -> tuple[Signal, ...]:
    if len(set(signals)) != len(signals):
        raise PydanticCustomError("signal_twice", "a signal is named once")
    return signals


_Signals = Annotated[
    tuple[Signal, ...],
    Field(min_length=1, max_length=len(Signal), json_schema_extra={"uniqueItems": True}),
    AfterValidator(_each_once),
]
_ActId = Annotated[
    UUID, Field(description="Made once by the sender; a repeated act is recorded once.")
]


class Act(Wire):
    """What the customer answered when the notice was shown."""

    id: _ActId
    kind: Literal[EventKind.GRANTED, EventKind.REFUSED, EventKind.DEFERRED]
    purpose: PurposeSlug
    signals: _Signals
    notice_version: Annotated[int, Field(ge=1)]
    nonce: Annotated[
        UUID | None, Field(description="Of the notice as shown; a grant needs it.")
    ] = None
    device_id: UUID
    platform: Annotated[
        Platform | Literal["browser"],
        Field(description="Of the device. A `browser` collects nothing: it is no device."),
    ] = Platform.OTHER
    occurred_at: ClaimedMoment


class WithdrawalAct(Wire):
    """What the customer takes back: everything, or one purpose, or some signals."""

    id: _ActId
    purpose: Annotated[PurposeSlug | None, Field(description="None: of every purpose.")] = None
    signals: Annotated[_Signals, Field(description="All of them where none is named.")] = tuple(
        Signal
    )
    device_id: UUID
    occurred_at: ClaimedMoment


class Permission(Wire):
    """Whether a signal may be collected now, and why not."""

    purpose: PurposeSlug
    signal: Signal
    allowed: bool
    reasons: tuple[Reason, ...]
    latest: EventKind | None
    epoch: int | None
    resolution_m: int | None
    granted_at: datetime | None
    expires_at: datetime | None


class Consents(Wire):
    """What this customer permits now."""

    notice_version: int
    as_of: ActNumber
    permissions: tuple[Permission, ...]


class Erased(Wire):
    """How many rows went with the grants, by table."""

    gps_status: int = 0
    gsm_status: int = 0
    wifi_status: int = 0


class Recorded(Consents):
    """The act is recorded and has taken effect."""

    event_id: UUID
    number: Annotated[int, Field(description="Of this act among the customer's, from 1.")]
    recorded_at: datetime
    erased: Erased
    devices: Annotated[
        tuple[Device, ...], Field(description="Which have applied what was ended, as of now.")
    ]


class Receipted(Recorded):
    """The same with its proof."""

    receipt: SignedReceipt
