"""The feed: one listening connection for all streams of this process.

Rules:

1. it listens from the first subscriber on, or the first who asks for the catalogue, until the
   service stops;
2. a notification says that something changed and nothing else, so a forged one tells nobody
   anything: whatever is heard, the state of all subscribers is read, in one transaction;
3. one look follows another, and what changes meanwhile is in the next: so notifications, however
   many, cost one connection at most;
4. a connection that breaks is made again, ever less often, and then there is a look; meanwhile the
   catalogue's version is unknown;
5. a subscriber holds the latest state and nothing else, however slow it is.
"""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from uuid import UUID

import psycopg
from psycopg_pool import PoolTimeout

from nabij_backend.db import Database
from nabij_backend.events import repository
from nabij_backend.events.state import NOTHING, FeedState, Present, Somebody
from nabij_backend.telemetry import log

_FIRST_PAUSE_S = 0.1
_CANCELLED_AGAIN_S = 0.5
_LONGEST_PAUSE_S = 30.0
# What changes at once is looked at once.
_BETWEEN_LOOKS_S = 0.02


class Subscription:
    """What one subscriber has yet to look at."""

    def __init__(self, subject_id: UUID) -> None:
        self._subject_id = subject_id
        self.heard = NOTHING
        self.devices_changed = False
        self._is_erased = False
        self._devices: int | None = None
        self._woken = asyncio.Event()

    def hear(self, present: Present) -> None:
        """Take over what is the case; what was read before this subscriber came says nothing."""
        if self._subject_id in present.people:
            self._hear(present.notice, present.people[self._subject_id])

    def _hear(self, notice: int, somebody: Somebody | None) -> None:
        before = self.heard
        if somebody is None:
            # Nothing is known of them any longer, which ends what their last act permitted.
            act = self.heard.act + (not self._is_erased)
            self._is_erased = True
        else:
            act = somebody.act
            self.devices_changed |= self._devices not in {None, somebody.devices}
            self._devices = somebody.devices
        self.heard = before.joined(FeedState(act, notice))
        if self.heard != before or self.devices_changed:
            self._woken.set()

    def wake(self) -> None:
        """Look around."""
        self._woken.set()

    async def woken(self, within_s: float) -> bool:
        """Wait to be woken; False where nothing happened in this time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), within_s)
        woken = self._woken.is_set()
        self._woken.clear()
        return woken


class Feed:
    """Hears that something changed, looks, and passes it on to those whom it is about."""

    def __init__(self, url: str, database: Database) -> None:
        self._url = url
        self._database = database
        self._subscriptions: dict[UUID, set[Subscription]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._changed = asyncio.Event()
        self.is_over = False
        self.listening_since: object | None = None
        """Another object each time that listening began and it looked; None: nothing is heard."""
        self._began: object | None = None
        self.on_catalogue: Callable[[int | None], None] = lambda _version: None
        """Told each new version; and None as soon as none may be heard of any more."""

    @property
    def streams(self) -> int:
        """How many are open."""
        return len(self._all())

    def listen(self) -> None:
        """Begin to hear what the database tells, unless it has begun or the service stops."""
        if not self._tasks and not self.is_over:
            self._tasks = [
                asyncio.create_task(self._listen(), name="nabij-feed-listens"),
                asyncio.create_task(self._look(), name="nabij-feed-looks"),
            ]

    @contextmanager
    def subscribed(self, subject_id: UUID) -> Generator[Subscription]:
        """Hear of one person's acts, and of notices, for as long as somebody is inside."""
        subscription = Subscription(subject_id)
        self._subscriptions.setdefault(subject_id, set()).add(subscription)
        self.listen()
        try:
            yield subscription
        finally:
            self._subscriptions[subject_id].discard(subscription)
            if not self._subscriptions[subject_id]:
                del self._subscriptions[subject_id]

    def end(self) -> None:
        """Let every stream come to its end: the service stops."""
        self.is_over = True
        for each in self._all():
            each.wake()

    async def close(self) -> None:
        """Listen no longer."""
        self.end()
        running = set(self._tasks)
        while running:  # a pool that waits for a connection may take a cancellation for its own
            for task in running:
                task.cancel()
            _, running = await asyncio.wait(running, timeout=_CANCELLED_AGAIN_S)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                async with repository.listening(self._url) as connection:
                    pause_s = _FIRST_PAUSE_S
                    self._began = object()
                    self._changed.set()
                    async for _ in connection.notifies():
                        self._changed.set()
            except psycopg.Error as error:
                log.warning("listening-again", error=type(error).__qualname__)
            finally:
                self._began = self.listening_since = None
                self.on_catalogue(None)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _look(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            began = self._began
            try:
                present = await repository.look(self._database, tuple(self._subscriptions))
            except (psycopg.Error, PoolTimeout) as error:
                log.warning("looking-again", error=type(error).__qualname__)
                self.on_catalogue(None)
                self._changed.set()
                await asyncio.sleep(_FIRST_PAUSE_S)
                continue
            for each in self._all():
                each.hear(present)
            if began is not None and began is self._began:
                self.listening_since = began
                self.on_catalogue(present.catalogue)
            await asyncio.sleep(_BETWEEN_LOOKS_S)

    def _all(self) -> list[Subscription]:
        return [each for some in self._subscriptions.values() for each in some]
