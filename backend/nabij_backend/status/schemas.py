"""Wire format of reports: a square, a state, an hour. No field holds anything finer."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool

from nabij_backend.enums import Platform
from nabij_backend.http.schemas import (
    LARGEST_INTEGER,
    ActNumber,
    CellCode,
    PurposeSlug,
    WholeHour,
    Wire,
)
from nabij_consent import Freshness, Signal

_LARGEST_BATCH = 100


class _Report(Wire):
    id: Annotated[UUID, Field(description="Made by the sender, to match the answer.")]
    purpose: PurposeSlug
    epoch: Annotated[
        int,
        Field(ge=1, le=LARGEST_INTEGER, description="Of the grant that it was collected under."),
    ]
    hour: Annotated[WholeHour, Field(description="When, cut to the hour.")]


class GpsReport(_Report):
    """The square that the phone is in."""

    signal: Literal[Signal.GPS]
    cell: CellCode


class GsmReport(_Report):
    """Whether a mobile network serves the phone: nothing that says which one, or where."""

    signal: Literal[Signal.GSM]
    connected: StrictBool


class WifiReport(_Report):
    """Whether the phone is on Wi-Fi: nothing that says which one."""

    signal: Literal[Signal.WIFI]
    connected: StrictBool


Report = Annotated[GpsReport | GsmReport | WifiReport, Field(discriminator="signal")]


class Batch(Wire):
    """What one device has to tell."""

    platform: Platform
    reports: Annotated[tuple[Report, ...], Field(min_length=1, max_length=_LARGEST_BATCH)]


class OwnCell(Wire):
    """The square that a customer is known by.

    `others` are those of their other devices, the newest first; left out where there are none.
    """

    cell: CellCode
    others: tuple[CellCode, ...] = ()


class NetworkStatus(Wire):
    """Whether a network served a device, and in which hour it said so."""

    hour: WholeHour
    connected: bool


class DeviceStatus(Wire):
    """When a device was heard last, and why its square is old."""

    id: UUID
    platform: Platform
    heard: Annotated[WholeHour, Field(description="The newest of the hours below.")]
    square: Annotated[WholeHour | None, Field(description="When it told its square.")]
    cell: Annotated[CellCode | None, Field(description="The square that it told.")]
    gsm: NetworkStatus | None
    wifi: NetworkStatus | None
    freshness: Annotated[
        Freshness | None, Field(description="What the age of the square comes from.")
    ]


class OwnStatus(Wire):
    """The customer's devices that are permitted to tell anything and did, the newest first."""

    devices: tuple[DeviceStatus, ...]


class RefusedReport(Wire):
    """A report that was not stored, and the problem it met."""

    id: UUID
    type: str
    title: str
    status: int


class Verdicts(Wire):
    """What became of each report, and whether what the device knows of consent still holds.

    It does where a report was accepted and both numbers are those of its last `/v1/consents`.
    """

    accepted: tuple[UUID, ...]
    refused: tuple[RefusedReport, ...]
    notice_version: Annotated[int, Field(description="Of the current notice; 0: none.")]
    as_of: ActNumber
