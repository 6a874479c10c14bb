"""The events of the service in memory, as a response that goes on.

An event says which state there is now: the number of the person's last act, and the version of
the notice. Its id names both, so that whoever comes back is told the difference.
"""

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final, TypeAlias

import httpx2

State: TypeAlias = tuple[int, int]
"""The number of a person's last act and the version of the notice; 0 where there is none."""

_EVENT_ID: Final = re.compile(r"(\d{1,18})-(\d{1,9})")
_EVENTS: Final = (("consent-changed", "number"), ("notice-changed", "version"))
_COME_BACK_AFTER_MS: Final = 10
_LOOKS_EVERY_S: Final = 0.01
"""How soon it sees what is new, and a client that was closed sees a sign of life and ends."""


class EventStream(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """What one device hears, until it is cut or nobody listens any longer."""

    def __init__(self, state: Callable[[], State], last_event_id: str) -> None:
        self._state = state
        self._known = _known(last_event_id, state())
        self._cut = threading.Event()

    def cut(self) -> None:
        """End it, as when the network breaks."""
        self._cut.set()

    def __iter__(self) -> Iterator[bytes]:
        yield f"retry: {_COME_BACK_AFTER_MS}\n\n".encode()
        while said := self._next():
            yield said

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield f"retry: {_COME_BACK_AFTER_MS}\n\n".encode()
        while said := await asyncio.to_thread(self._next):
            yield said

    def _next(self) -> bytes:
        """Return what is new, or a sign of life; nothing where the stream was cut."""
        if self._state() == self._known:
            self._cut.wait(_LOOKS_EVERY_S)
        if self._cut.is_set():
            return b""
        before, self._known = self._known, self._state()
        return _news(before, self._known) or b": still here\n\n"


def _known(last_event_id: str, present: State) -> State:
    """Return what a device knows that heard this event last.

    Nothing where it cannot have heard it.
    """
    found = _EVENT_ID.fullmatch(last_event_id)
    known = (int(found[1]), int(found[2])) if found else (0, 0)
    return known if all(a <= b for a, b in zip(known, present, strict=True)) else (0, 0)


def _news(before: State, now: State) -> bytes:
    told = list(before)
    written = ""
    for place, (name, member) in enumerate(_EVENTS):
        if now[place] != told[place]:
            told[place] = now[place]
            data = json.dumps({member: now[place]})
            written += f"event: {name}\ndata: {data}\nid: {told[0]}-{told[1]}\n\n"
    return written.encode()
