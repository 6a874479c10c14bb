"""Calls to Google, so that nothing here depends on when it answers.

Rules:

1. who calls waits for ``DEADLINE_S`` at most, waiting for its turn included;
2. so many calls are under way at once, in threads that nothing else uses. One that outlasts its
   deadline keeps its place until it ends: threads cannot be ended, only counted;
3. what fails is counted, and logged once a minute by what it was, never by what was said.
"""

import asyncio
import time
from collections.abc import Callable
from enum import StrEnum
from threading import Thread
from typing import TypeAlias, TypeVar

import structlog

T = TypeVar("T")

DEADLINE_S = 4.0
# Of one answer, in seconds: connecting, then each wait for the next byte.
HTTP_TIMEOUT_S = 3
_AT_ONCE = 16
_SAID_AGAIN_AFTER_S = 60.0

log = structlog.stdlib.get_logger("nabij")


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
"""Is told of an outage as it is met."""


class Outages:
    """Rule 3. ``count`` is told of each outage; ``seconds`` tells the time, from any beginning."""

    def __init__(self, count: Tell, seconds: Callable[[], float] = time.monotonic) -> None:
        self._count = count
        self._seconds = seconds
        self._said: dict[Outage, float] = {}

    def tell(self, outage: Outage) -> None:
        """This was out of reach, or of no use, just now."""
        self._count(outage)
        now = self._seconds()
        if now - self._said.get(outage, float("-inf")) >= _SAID_AGAIN_AFTER_S:
            self._said[outage] = now
            log.error("google unavailable", outage=outage.value, advice=outage.advice)


class Calls:
    """Threads that ask Google, by rules 1 and 2."""

    def __init__(self, *, at_once: int = _AT_ONCE, deadline_s: float = DEADLINE_S) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._deadline_s = deadline_s

    async def call(self, ask: Callable[[], T]) -> T:
        """What ``ask`` returns or raises.

        Raises:
            TimeoutError: it has not by the deadline.
        """
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, error: BaseException | None) -> None:
            self._free.release()
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

        async with asyncio.timeout(self._deadline_s):
            await self._free.acquire()
            Thread(target=run, name="google", daemon=True).start()
            return await answered
