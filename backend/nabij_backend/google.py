"""Calls to Google, with limits of time and threads.

Rules:

1. a caller waits for ``DEADLINE_S`` at most, waiting for its turn included; ``within`` says so for
   several calls together;
2. so many calls are under way at once, in threads that nothing else uses. One that outlasts its
   deadline keeps its place until it ends: threads cannot be ended, only counted;
3. one account has ``SHARE`` of them at most, so that whoever asks without end holds up no other;
4. failures are counted, and logged once a minute by kind; never with Google's words.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Hashable
from enum import StrEnum
from threading import Thread
from typing import TypeAlias, TypeVar

from nabij_backend.shares import TooManyAtOnce
from nabij_backend.telemetry import log

T = TypeVar("T")

DEADLINE_S = 4.0
# Of one answer, in seconds: connecting, then each wait for the next byte.
HTTP_TIMEOUT_S = 3
_AT_ONCE = 16
SHARE = 4
_SAID_AGAIN_AFTER_S = 60.0


class Outage(StrEnum):
    """What could not be reached or used."""

    CERTIFICATES = "certificates"
    CREDENTIALS = "credentials"
    PROJECT = "project"
    ACCOUNTS = "accounts"
    APP_CHECK = "app-check"
    PUSH = "push"

    @property
    def advice(self) -> str:
        """What an operator does about it."""
        return _ADVICE[self]


_ADVICE = {
    Outage.CERTIFICATES: "Let this host reach www.googleapis.com.",
    Outage.CREDENTIALS: "Let GOOGLE_APPLICATION_CREDENTIALS name the key file of a service account"
    " that may read the project's accounts and send its messages.",
    Outage.PROJECT: "Set NABIJ_FIREBASE_PROJECT to the id of a project that signs people in.",
    Outage.ACCOUNTS: "Let this host reach identitytoolkit.googleapis.com.",
    Outage.APP_CHECK: "Let this host reach firebaseappcheck.googleapis.com.",
    Outage.PUSH: "Let this host reach fcm.googleapis.com.",
}


Tell: TypeAlias = Callable[[Outage], None]
"""Called with each outage, as it occurs."""


class Outages:
    """Rule 4. ``count`` is told of each outage; ``seconds`` tells the time, from any beginning."""

    def __init__(self, count: Tell, seconds: Callable[[], float] = time.monotonic) -> None:
        self._count = count
        self._seconds = seconds
        self._said: dict[Outage, float] = {}

    def tell(self, outage: Outage) -> None:
        """Note that this was out of reach, or of no use, just now."""
        self._count(outage)
        now = self._seconds()
        if now - self._said.get(outage, float("-inf")) >= _SAID_AGAIN_AFTER_S:
            self._said[outage] = now
            log.error("google unavailable", outage=outage.value, advice=outage.advice)


class Calls:
    """Threads that ask Google, by rules 1 to 3."""

    def __init__(self, *, at_once: int = _AT_ONCE, deadline_s: float = DEADLINE_S) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._deadline_s = deadline_s
        self._of: Counter[Hashable] = Counter()

    def within(self) -> asyncio.Timeout:
        """Return the time that several calls have together.

        Raises ``TimeoutError`` when it is over.
        """
        return asyncio.timeout(self._deadline_s)

    async def call(self, ask: Callable[[], T], *, of: Hashable = None) -> T:
        """Return what ``ask`` returns or raises; ``of``: the account that it is about, if of one.

        Raises:
            TimeoutError: it has not by the deadline.
            TooManyAtOnce: the account has its share under way.
        """
        if of is not None and self._of[of] >= SHARE:
            raise TooManyAtOnce
        async with self.within():
            self._of[of] += 1
            try:
                await self._free.acquire()
            except BaseException:
                self._leave(of)
                raise
            return await self._begun(ask, of)

    def _begun(self, ask: Callable[[], T], of: Hashable) -> asyncio.Future[T]:
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, error: BaseException | None) -> None:
            self._free.release()
            self._leave(of)
            if answered.done():
                return
            if error is None:
                answered.set_result(result)  # type: ignore[arg-type] - of a call that returned
            else:
                answered.set_exception(error)

        def run() -> None:
            result, error = None, None
            try:
                result = ask()
            except Exception as raised:  # noqa: BLE001 - raised again where it was asked
                error = raised
            try:
                loop.call_soon_threadsafe(settle, result, error)
            except RuntimeError:  # the loop has ended meanwhile, so nobody waits
                self._free.release()
                self._leave(of)

        Thread(target=run, name="google", daemon=True).start()
        return answered

    def _leave(self, of: Hashable) -> None:
        self._of[of] -= 1
        if not self._of[of]:
            del self._of[of]
