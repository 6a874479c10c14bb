"""The stream that one device listens to."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import TYPE_CHECKING

import psycopg
from psycopg_pool import PoolTimeout

from nabij_backend.events import repository
from nabij_backend.events.feed import Subscription
from nabij_backend.events.state import Event, devices_changed, known_to, news

if TYPE_CHECKING:
    from nabij_backend.dependencies import Parts, Presence


async def listen(
    parts: "Parts", present: "Presence", last_event_id: str | None, now: datetime
) -> AsyncGenerator[Event | None]:
    """What is new for a device that heard ``last_event_id`` last; None is a sign of life.

    Ends when the sign-in does, when the service stops, and when the database is out of reach as
    the state must be read: the device comes back and says what it knows. No connection to the
    database is held in between.
    """
    seconds = asyncio.get_running_loop().time
    ends_at_s = seconds() + (present.until - now).total_seconds()
    known = None
    with parts.feed.subscribed(present.subject_id) as subscription:
        while not parts.feed.is_over:
            if not await _is_sure(parts, present, subscription):
                return
            known = known_to(last_event_id, subscription.heard) if known is None else known
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


async def _is_sure(parts: "Parts", present: "Presence", subscription: Subscription) -> bool:
    """Read the state where something may have been missed; False where nobody can tell."""
    while subscription.is_unsure:
        subscription.is_unsure = False
        try:
            state = await repository.read_state(parts.database, present.subject_id)
        except (psycopg.OperationalError, PoolTimeout):
            return False
        subscription.hear(state)
    return True
