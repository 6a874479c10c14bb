"""Listening for what changes elsewhere: decides, and leaves it to the clients to move the bytes.

Rules:

1. who listens is told what is the case, once it differs from the last event that was applied;
2. an event counts as applied when the gate knows of it, what is no longer permitted is gone from
   this device, and the service has heard so; if that fails, it is told again after reconnecting;
3. a stream that ends or breaks is opened again, whatever the reason but sign-out and another
   account: after as long as the service asks, half a second at least, twice as long each time that
   it was in vain, with no event applied and no sign of life; and never all devices at once;
4. events of a kind that this version does not know are passed over.
"""

import json
import logging
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, cast
from uuid import UUID

from nabij._engine import Engine
from nabij._errors import UnknownAnswer
from nabij._event_stream import EventParser, ServerEvent
from nabij._telling import Network
from nabij._wire import Call, Identity

LONGEST_SILENCE_S: Final = 60.0
"""The service shows every few seconds that it lives; a stream more silent than this is dead."""

_log = logging.getLogger("nabij.device")

_USUAL_PAUSE_MS: Final = 1_000
_SHORTEST_PAUSE_MS: Final = 500
_LONGEST_PAUSE_S: Final = 300.0


class Change(StrEnum):
    """What changed; this client has taken it over already."""

    CONSENT = "consent-changed"
    NOTICE = "notice-changed"


_NUMBER_OF: Final = {Change.CONSENT: "number", Change.NOTICE: "version"}
_CHANGES: Final = frozenset(Change)


class Listening:
    """One client that listens, over as many connections as it takes."""

    def __init__(self, engine: Engine, device_id: UUID) -> None:
        self._engine = engine
        self._lateness = 1 + device_id.int % 1000 / 1000
        self._stream = EventParser()
        self._applied = ""
        self._retry_ms = _USUAL_PAUSE_MS
        self._in_vain = 0
        self._chunks = 0

    def call(self) -> Call:
        """Return what opens the next stream."""
        self._stream = EventParser(self._applied)
        self._chunks = 0
        headers = {"accept": "text/event-stream"}
        if self._applied:
            headers["last-event-id"] = self._applied
        return Call("GET", "/v1/events", Identity.CUSTOMER, headers=headers)

    def receive(self, chunk: bytes) -> Iterator[ServerEvent]:
        """Return the events that ``chunk`` completes.

        Apply each with ``heed`` before asking for more.

        Raises:
            UnknownAnswer: this is no stream of a Nabij service.
        """
        self._chunks += 1
        if self._chunks > 1:  # it lived through a sign of life
            self._in_vain = 0
        yield from self._stream.receive(chunk)

    def heed(self, event: ServerEvent) -> Network[Change | None]:
        """Take over what ``event`` tells of; None where it is of no known kind."""
        change = Change(event.name) if event.name in _CHANGES else None
        if change is not None:
            number = _number(event, _NUMBER_OF[change])
            if change is Change.CONSENT:
                yield from self._engine.catch_up(act=number)
            else:
                yield from self._engine.catch_up(notice=number)
            self._in_vain = 0
        self._applied = event.last_event_id
        return change

    def pause_s(self) -> float:
        """Return how long to wait before the next stream is opened."""
        if self._stream.retry_ms is not None:
            self._retry_ms = max(self._stream.retry_ms, _SHORTEST_PAUSE_MS)
        pause_s = self._retry_ms / 1000 * 2 ** min(self._in_vain, 16)
        self._in_vain += 1
        return min(pause_s, _LONGEST_PAUSE_S) * self._lateness


def log_interruption(error: Exception) -> None:
    """Say that the stream is opened again, and after what kind of error."""
    _log.debug("listening again after %s", type(error).__name__)


def no_stream(_body: object) -> None:
    """What is made of a success that is no stream.

    Raises:
        ValueError: always.
    """
    raise ValueError("A stream of events was asked for.")


def _number(event: ServerEvent, member: str) -> int:
    try:
        number = cast("object", json.loads(event.data)[member])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise UnknownAnswer from error
    if not isinstance(number, int) or isinstance(number, bool):
        raise UnknownAnswer
    return number
