"""``/v1/devices``."""

from uuid import UUID

from fastapi import APIRouter, status

from nabij_backend.caller.dependencies import FromApp, SignedIn, TheParts
from nabij_backend.devices import service
from nabij_backend.devices.schemas import Acknowledgement, Device, Devices, PushToken
from nabij_backend.http.problems import ProblemType
from nabij_backend.http.responses import SIGNED_IN, WITH_BODY, WITH_PARAMETERS, problems

router = APIRouter(prefix="/v1/devices", tags=["devices"])

_OF_ONE = (*SIGNED_IN, *WITH_PARAMETERS, ProblemType.NOT_FOUND)


@router.get("", responses=problems(*SIGNED_IN))
async def own_devices(parts: TheParts, session: SignedIn) -> Devices:
    """Your devices, and of each whether it applied what you last ended."""
    return Devices(devices=await service.devices(session, parts.clock()))


@router.delete(
    "/{device_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(*_OF_ONE),
)
async def remove_device(session: SignedIn, device_id: UUID) -> None:
    """Forget a device and erase what it reported.

    This ends no consent: while one lives, a device that reports anew is known anew.
    """
    await service.remove(session, device_id)


@router.put(
    "/{device_id}/acknowledgement",
    responses=problems(*_OF_ONE, *WITH_BODY, ProblemType.NO_SUCH_ACT),
)
async def acknowledge(
    parts: TheParts, session: SignedIn, device_id: UUID, acknowledgement: Acknowledgement
) -> Device:
    """Say that this device has applied every act up to a number. It never counts back."""
    return await service.acknowledge(session, device_id, acknowledgement.number, parts.clock())


@router.put(
    "/{device_id}/push-token",
    dependencies=[FromApp],
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(*_OF_ONE, *WITH_BODY, ProblemType.NOT_ATTESTED),
)
async def set_push_token(
    parts: TheParts, session: SignedIn, device_id: UUID, body: PushToken
) -> None:
    """Say where this device can be woken. Where nothing sends, the token is not kept."""
    token = body.push_token if parts.settings.wakes_devices else None
    await service.keep_push_token(session, device_id, token)


@router.delete(
    "/{device_id}/push-token",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(*_OF_ONE),
)
async def forget_push_token(session: SignedIn, device_id: UUID) -> None:
    """Let this device be woken no longer."""
    await service.keep_push_token(session, device_id, None)
