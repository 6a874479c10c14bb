"""Sending the messages that wait.

Rules:

1. a message is queued in the transaction of the act that it tells of; it says that consent has
   changed, and nothing about whom or what; a notice that asks anew queues one for each device of
   who had agreed before, within seconds;
2. it is put off before it is sent, so that no lock is held while Google answers and a crash only
   delays it: by a minute, then twice as long each time, a day at most;
3. what was taken is removed; where nobody is there any more, the token goes too;
4. an act that comes in between queues a message of its own, which stays.
"""

import asyncio
from datetime import datetime
from uuid import UUID

from nabij_backend.db import Connection
from nabij_backend.push import repository
from nabij_backend.push.sender import Delivery, PushSender
from nabij_backend.settings import Settings

_MOST = 500  # of one call to Firebase


async def tell_of_notice_once(connection: Connection, message_id: UUID, now: datetime) -> None:
    """Queue a message for each device that was not told yet of a notice that asks anew.

    ``connection`` is the worker's, outside any transaction.
    """
    behind = _MOST
    while behind == _MOST:
        behind = await repository.tell_of_notice(connection, message_id, most=_MOST, now=now)


async def push_once(connection: Connection, sender: PushSender, now: datetime) -> int:
    """Send what is due; returns how many messages were tried.

    ``connection`` is the worker's, outside any transaction.
    """
    waiting = await repository.claim(connection, most=_MOST, now=now)
    if not waiting:
        return 0
    deliveries = await asyncio.to_thread(sender.send, [each.push_token for each in waiting])
    judged = list(zip(waiting, deliveries, strict=True))
    gone = [each for each, became in judged if became is Delivery.NOBODY_THERE]
    taken = [each for each, became in judged if became is Delivery.TAKEN]
    async with connection.transaction():
        await repository.forget_tokens(connection, gone)
        await repository.remove(connection, taken + gone)
    return len(waiting)


def push_sender(settings: Settings) -> PushSender | None:
    """Who sends under these settings; None: nobody, and then no token is kept either."""
    if not settings.wakes_devices:
        return None
    from nabij_backend.push.firebase import FirebasePush  # noqa: PLC0415 - takes a second

    return FirebasePush(settings.required_firebase_project)
