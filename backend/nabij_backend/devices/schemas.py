"""Wire format of devices."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from nabij_backend.enums import Platform
from nabij_backend.http.schemas import LARGEST_INTEGER, Wire


class DeviceState(StrEnum):
    """What is known of a device since consent last ended for something."""

    STOPPED = "stopped"
    MAY_COLLECT = "may-collect"
    NOT_YET_REACHED = "not-yet-reached"


class Device(Wire):
    """A device of this customer, and whether it applied what was last ended."""

    id: UUID
    platform: Platform
    seen_on: Annotated[date, Field(description="The day of its last accepted report or grant.")]
    state: DeviceState


class Devices(Wire):
    """All devices of this customer."""

    devices: tuple[Device, ...]


class PushToken(Wire):
    """Where to wake the device; nothing about the customer is sent there."""

    push_token: Annotated[
        str,
        Field(
            min_length=20,
            max_length=4096,
            pattern=r"^[A-Za-z0-9_:-]+$",
            repr=False,
            description="A Firebase installation ID, or a registration token.",
        ),
    ]


class Acknowledgement(Wire):
    """The device has applied every act up to this one."""

    number: Annotated[int, Field(ge=1, le=LARGEST_INTEGER, description="Of an act.")]
