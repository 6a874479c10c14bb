"""Sending of queued push messages.

Rules:

1. a message is queued in the transaction of the act that it tells of; it says that consent has
   changed, and nothing about whom or what; a notice that asks anew queues one for each device of
   who had agreed before, within seconds;
2. it is put off before it is sent, so that no lock is held while Google answers and a crash only
   delays it: by a minute, then twice as long each time, a day at most;
3. each goes by itself: what one device's quota or a slow answer holds up, holds up no other;
4. what was taken is removed; where nobody is there any more, the token goes too;
5. a device is woken four times at once, then once in 15 seconds, and no sooner than Google asks;
   acts that come meanwhile are told of by the message that waits;
6. an act that comes in between queues a message of its own, which stays.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from nabij_backend.db import Connection
from nabij_backend.google import Tell
from nabij_backend.push import repository
from nabij_backend.push.sender import Delivery, PushSender, Sent
from nabij_backend.settings import Settings
from nabij_backend.shares import Rates
from nabij_backend.telemetry import log

_MOST = 100
_LONGEST = timedelta(days=1)
_AT_ONCE = 4
_EVERY_S = 15


async def tell_of_notice_once(connection: Connection, message_id: UUID, now: datetime) -> None:
    """Queue a message for each device that was not told yet of a notice that asks anew.

    ``connection`` is the worker's, outside any transaction.
    """
    behind = _MOST
    while behind == _MOST:
        behind = await repository.tell_of_notice(connection, message_id, most=_MOST, now=now)


async def push_once(
    connection: Connection, sender: PushSender, now: datetime, pace: Rates
) -> Mapping[Delivery, int]:
    """Send what is due; returns what became of how many messages.

    ``connection`` is the worker's, outside any transaction; ``pace`` is kept between rounds.
    """
    due = await repository.claim(connection, most=_MOST, now=now)
    waits_s = [(each, pace.take((each.subject_id, each.device_id))) for each in due]
    early = {each: now + timedelta(seconds=wait_s) for each, wait_s in waits_s if wait_s}
    waiting = [each for each in due if each not in early]
    sent = await asyncio.gather(*(sender.send(each.push_token) for each in waiting))
    became = list(zip(waiting, sent, strict=True))
    gone = [each for each, told in became if told.became is Delivery.NOBODY_THERE]
    taken = [each for each, told in became if told.became is Delivery.TAKEN]
    asked = [(each, min(told.retry_after, _LONGEST)) for each, told in became if told.retry_after]
    held = {each: now + wait for each, wait in asked}
    async with connection.transaction():
        await repository.forget_tokens(connection, gone)
        await repository.remove(connection, taken + gone)
        await repository.put_off(connection, held)
        await repository.wait_for_turn(connection, early)
    _say_what_failed(sent)
    return Counter(told.became for told in sent)


def new_pace(seconds: Callable[[], float] = time.monotonic) -> Rates:
    """Rule 5, for a worker; ``seconds`` tells the time, from any beginning."""
    return Rates(per_s=1 / _EVERY_S, burst=_AT_ONCE, seconds=seconds)


def _say_what_failed(sent: Sequence[Sent]) -> None:
    failed = Counter(f"{told.became.value} {told.error}" for told in sent if told.error)
    if failed:
        log.warning("push failed", messages=dict(failed))


def push_sender(settings: Settings, tell: Tell) -> PushSender | None:
    """Return the sender of push messages; None: there is none, and no push token is kept.

    ``tell`` is told where Google does not answer.
    """
    if not settings.wakes_devices:
        return None
    from nabij_backend.push.firebase import FirebasePush  # noqa: PLC0415 - takes a second

    return FirebasePush(settings.required_firebase_project, tell=tell)
