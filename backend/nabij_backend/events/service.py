"""The event stream of one device."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime

import psycopg
from psycopg_pool import PoolTimeout

from nabij_backend.caller.dependencies import Parts, Presence
from nabij_backend.events import repository
from nabij_backend.events.feed import Feed
from nabij_backend.events.state import Event, devices_changed, known_to, news


async def listen(
    parts: Parts, feed: Feed, present: Presence, last_event_id: str | None, now: datetime
) -> AsyncGenerator[Event | None]:
    """Yield what is new for a device that heard ``last_event_id`` last; None is a sign of life.

    Ends when the sign-in does, when the service stops, and when the database is out of reach as it
    begins: the device comes back and says what it knows. No connection to the database is held.
    """
    seconds = asyncio.get_running_loop().time
    ends_at_s = seconds() + (present.until - now).total_seconds()
    with feed.subscribed(present.subject_id) as subscription:
        try:
            subscription.hear(await repository.look(parts.database, [present.subject_id]))
        except (psycopg.OperationalError, PoolTimeout):
            return
        known = known_to(last_event_id, subscription.heard)
        while not feed.is_over:
            for event in news(known, subscription.heard):
                known = event.known
                yield event
            if subscription.devices_changed:
                subscription.devices_changed = False
                yield devices_changed(known)
            left_s = max(ends_at_s - seconds(), 0)
            if not await subscription.woken(min(left_s, parts.settings.heartbeat_s)):
                if seconds() >= ends_at_s:
                    return
                yield None
