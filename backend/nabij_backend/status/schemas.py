"""What a device may report: a square, a state, an hour. No field can hold anything finer."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from nabij_backend.wire import CellCode, PurposeSlug, WholeHour, Wire
from nabij_backend.words import Platform, Radio
from nabij_consent import Signal

_LARGEST_BATCH = 100
_LARGEST_EPOCH = 2**63 - 1  # of a PostgreSQL bigint

_Level = Annotated[int, Field(ge=0, le=4, description="Strength, from none to full.")]


class _Report(Wire):
    id: Annotated[UUID, Field(description="Made by the sender, to match the answer.")]
    purpose: PurposeSlug
    epoch: Annotated[
        int,
        Field(ge=1, le=_LARGEST_EPOCH, description="Of the grant that it was collected under."),
    ]
    hour: Annotated[WholeHour, Field(description="When, cut to the hour.")]


class GpsReport(_Report):
    """The square that the phone is in."""

    signal: Literal[Signal.GPS]
    cell: CellCode


class GsmReport(_Report):
    """The state of the mobile network: nothing that says which network, or where."""

    signal: Literal[Signal.GSM]
    radio: Radio
    connected: bool
    roaming: bool
    level: _Level


class WifiReport(_Report):
    """The state of Wi-Fi: nothing that says which one."""

    signal: Literal[Signal.WIFI]
    connected: bool
    metered: bool
    level: _Level


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


class RefusedReport(Wire):
    """A report that was not stored, and the problem it met."""

    id: UUID
    type: str
    title: str
    status: int


class Verdicts(Wire):
    """What became of each report."""

    accepted: tuple[UUID, ...]
    refused: tuple[RefusedReport, ...]
