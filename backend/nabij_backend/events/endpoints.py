"""``/v1/events``."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from nabij_backend.caller.dependencies import Parts, Presence, Present, TheParts
from nabij_backend.events import service
from nabij_backend.events.dependencies import TheFeed
from nabij_backend.events.feed import Feed
from nabij_backend.events.state import Event
from nabij_backend.http.responses import SIGNED_IN, WITH_PARAMETERS, problems

router = APIRouter(tags=["events"])

_COME_BACK_AFTER_MS = 1_000
_HEADERS = {"X-Accel-Buffering": "no"}


class EventStream(StreamingResponse):
    """A stream of events; FastAPI's own fixes how often it shows that it lives."""

    media_type = "text/event-stream"


@router.get(
    "/v1/events", response_class=EventStream, responses=problems(*SIGNED_IN, *WITH_PARAMETERS)
)
async def events(
    parts: TheParts,
    feed: TheFeed,
    present: Present,
    last_event_id: Annotated[str | None, Header(description="Of the event heard last.")] = None,
) -> EventStream:
    """Hear of changes as they happen: `consent-changed` {number} and `notice-changed` {version}.

    `devices-changed` {} says that a device acknowledged an act or was removed. The stream begins
    with what is new since `Last-Event-ID`. It ends with the sign-in; come back with a fresh token.
    """
    return EventStream(_written(parts, feed, present, last_event_id), headers=_HEADERS)


async def _written(
    parts: Parts, feed: Feed, present: Presence, last_event_id: str | None
) -> AsyncGenerator[bytes]:
    yield format_sse_event(retry=_COME_BACK_AFTER_MS)
    async with aclosing(service.listen(parts, feed, present, last_event_id, parts.clock())) as told:
        async for event in told:
            yield _line(event)


def _line(event: Event | None) -> bytes:
    if event is None:
        return format_sse_event(comment="still here")
    data = json.dumps(event.data)
    return format_sse_event(event=event.name, data_str=data, id=event.known.event_id)
