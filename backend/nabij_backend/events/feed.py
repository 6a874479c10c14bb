"""One connection that listens, for all who are told in this process.

Rules:

1. it listens from the first subscriber on, or the first who asks for the catalogue, until the
   service stops;
2. a connection that breaks is made again, ever less often; then every subscriber reads the state
   itself, and the catalogue's version is unknown, since something may have been missed;
3. a subscriber holds the latest state and nothing else, however slow it is.
"""

import asyncio
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from uuid import UUID

import psycopg

from nabij_backend.events import repository
from nabij_backend.events.state import NOTHING, State
from nabij_backend.telemetry import log

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 30.0


class Subscription:
    """What one subscriber has yet to look at."""

    def __init__(self) -> None:
        self.heard = NOTHING
        self.is_unsure = True
        self.devices_changed = False
        self._woken = asyncio.Event()

    def hear(self, state: State) -> None:
        """Take over what is newer."""
        self.heard = self.heard.joined(state)
        self._woken.set()

    def hear_of_devices(self) -> None:
        """A device acknowledged an act, or is gone."""
        self.devices_changed = True
        self._woken.set()

    def doubt(self) -> None:
        """Something may have been missed: the state must be read."""
        self.is_unsure = True
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
    """Hears what the database tells, and passes it on to those whom it is about."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._subscriptions: dict[UUID, set[Subscription]] = {}
        self._task: asyncio.Task[None] | None = None
        self.is_over = False
        self.listening_since: object | None = None
        """Another object each time that listening begins; None: nothing is heard."""
        self.on_catalogue: Callable[[int | None], None] = lambda _version: None
        """Told each new version; and None as soon as none may be heard of any more."""

    def listen(self) -> None:
        """Begin to hear what the database tells, unless it has begun or the service stops."""
        if self._task is None and not self.is_over:
            self._task = asyncio.create_task(self._listen(), name="nabij-feed")

    @contextmanager
    def subscribed(self, subject_id: UUID) -> Generator[Subscription]:
        """Hear of one person's acts, and of notices, for as long as somebody is inside."""
        subscription = Subscription()
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
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                async with repository.listening(self._url) as connection:
                    pause_s = _FIRST_PAUSE_S
                    self.listening_since = object()
                    for each in self._all():
                        each.doubt()
                    async for told in connection.notifies():
                        self._hear(told)
            except psycopg.Error as error:
                log.warning("listening-again", error=type(error).__qualname__)
            finally:
                self.listening_since = None
                self.on_catalogue(None)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _hear(self, told: psycopg.Notify) -> None:
        try:
            self._pass_on(told)
        except ValueError:
            # Whoever may connect may NOTIFY: what the triggers did not write tells nobody anything.
            log.warning("notification-not-understood", channel=told.channel)

    def _pass_on(self, told: psycopg.Notify) -> None:
        if told.channel == repository.CATALOGUE:
            self.on_catalogue(int(told.payload))
            return
        if told.channel == repository.NOTICE:
            for each in self._all():
                each.hear(State(notice=int(told.payload)))
            return
        if told.channel == repository.DEVICE:
            for each in self._of(told.payload):
                each.hear_of_devices()
            return
        subject_id, number = told.payload.split()
        for each in self._of(subject_id):
            each.hear(State(act=int(number)))

    def _of(self, subject_id: str) -> Iterable[Subscription]:
        return self._subscriptions.get(UUID(subject_id), ())

    def _all(self) -> list[Subscription]:
        return [each for some in self._subscriptions.values() for each in some]
