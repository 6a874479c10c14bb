"""Devices of a person, and the state that is known of each.

Rules:

1. a device is known from a grant that it made, or from a report that was accepted, and not before;
   a browser is none, whatever was granted there;
2. a device starts where it appeared: what ended before, it never collected;
3. an act other than a grant reaches the device that made it in its app, and every device that
   acknowledged its number or a later one; an acknowledgement never goes back;
4. a device that any such act has not reached is *not yet reached*: it may go on until it hears of
   it, and what it reports meanwhile is refused;
5. a device that all of them reached has *stopped* where nothing is permitted to anybody now, and
   else *may collect* what still is;
6. a push token is kept only where something sends to it;
7. a person has at most eight devices, which PostgreSQL sees to: with a ninth, the one that was
   heard of longest ago goes, and with it what it told.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nabij_backend.db import SubjectSession, take_turn
from nabij_backend.devices import repository
from nabij_backend.devices.repository import KnownDevice
from nabij_backend.devices.schemas import Device, DeviceState
from nabij_backend.enums import Platform
from nabij_backend.http.problems import Problem, ProblemType
from nabij_consent import ConsentEvent, EventKind


@dataclass(frozen=True, slots=True)
class Actor:
    """Where an act was made.

    Attributes:
        device_id: of the device; of a browser, a random number that nobody keeps.
        platform: of the device; None: of a browser, which collects nothing and is no device.
        gpc: whether a browser asked not to be tracked (Global Privacy Control).
    """

    device_id: UUID
    platform: Platform | None = Platform.OTHER
    gpc: bool = False


def state_of(device: KnownDevice, *, anything_permitted: bool) -> DeviceState:
    """Return what may be said of the device, by rules 4 and 5."""
    if not device.reached:
        return DeviceState.NOT_YET_REACHED
    return DeviceState.MAY_COLLECT if anything_permitted else DeviceState.STOPPED


async def devices(session: SubjectSession, now: datetime) -> tuple[Device, ...]:
    """Return every device of this person, the one that was seen last first."""
    permitted = await repository.is_anything_permitted(session, now)
    return tuple(
        Device(
            id=each.device_id,
            platform=each.platform,
            seen_on=each.seen_on,
            state=state_of(each, anything_permitted=permitted),
        )
        for each in await repository.devices(session)
    )


async def device(session: SubjectSession, device_id: UUID, now: datetime) -> Device:
    """Return one device of this person.

    Raises:
        Problem: there is none of this id.
    """
    found = next((each for each in await devices(session, now) if each.id == device_id), None)
    if found is None:
        raise Problem(ProblemType.NOT_FOUND)
    return found


async def spread(
    session: SubjectSession, event: ConsentEvent, number: int, actor: Actor | None, now: datetime
) -> None:
    """Know the device that granted, and let the others be woken, in the act's transaction.

    ``actor`` is None where no device acted: then all are woken.
    """
    if actor is not None and actor.platform is not None and event.kind is EventKind.GRANTED:
        await repository.know(session, actor.device_id, actor.platform, number=number, now=now)
    acted = None if actor is None else actor.device_id
    await repository.wake_others(session, acted, message_id=event.event_id, now=now)


async def remove(session: SubjectSession, device_id: UUID) -> None:
    """Forget the device, and erase what it reported. It is known again once it reports anew.

    Raises:
        Problem: there is no such device.
    """
    await take_turn(session)
    if not await repository.remove(session, device_id):
        raise Problem(ProblemType.NOT_FOUND)


async def acknowledge(
    session: SubjectSession, device_id: UUID, number: int, now: datetime
) -> Device:
    """Take the device's word that it applied every act up to ``number``.

    Raises:
        Problem: there is no such device, or no such act.
    """
    found = await device(session, device_id, now)
    if not await repository.is_act(session, number):
        raise Problem(ProblemType.NO_SUCH_ACT)
    await repository.acknowledge(session, found.id, number, now)
    return await device(session, device_id, now)


async def keep_push_token(session: SubjectSession, device_id: UUID, token: str | None) -> None:
    """Replace the device's push token; None: keep none.

    Raises:
        Problem: there is no such device.
    """
    if not await repository.set_push_token(session, device_id, token):
        raise Problem(ProblemType.NOT_FOUND)
