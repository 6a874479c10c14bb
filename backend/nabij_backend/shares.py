"""Shares and rates of callers, in memory of one process.

Rules:

1. a share is so many things at once: who wants more waits for a while, then is told so;
2. a rate is so many things a second, after a burst: the generic cell rate algorithm (ITU-T I.371,
   annex A), which keeps one number for each key;
3. a key that has its whole burst again is not remembered, and no more keys than ``most``: so nobody
   fills the memory by coming under many names.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_MOST_KEYS = 100_000
_ROUNDING_S = 1e-9


class TooMany(Exception):
    """The caller asks for more than is theirs now. ``retry_after_s``: when to come back."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__("Come back later.")
        self.retry_after_s = retry_after_s


class TooManyAtOnce(Exception):
    """The caller has its whole share in use, and nothing of it came free in time."""


@dataclass(slots=True)
class _InUse:
    free: asyncio.Semaphore
    wanted: int = 0


class Shares:
    """Rule 1: ``each`` things at once for a key, and ``wait_s`` of patience."""

    def __init__(self, each: int, wait_s: float) -> None:
        self._each = each
        self._wait_s = wait_s
        self._in_use: dict[Hashable, _InUse] = {}

    @asynccontextmanager
    async def of(self, key: Hashable) -> AsyncGenerator[None]:
        """Have one of them for as long as somebody is inside.

        Raises:
            TooManyAtOnce: none came free in time.
        """
        in_use = self._in_use.setdefault(key, _InUse(asyncio.Semaphore(self._each)))
        in_use.wanted += 1
        try:
            try:
                async with asyncio.timeout(self._wait_s):
                    await in_use.free.acquire()
            except TimeoutError:
                raise TooManyAtOnce from None
            try:
                yield
            finally:
                in_use.free.release()
        finally:
            in_use.wanted -= 1
            if not in_use.wanted:
                del self._in_use[key]


@dataclass(slots=True)
class Rates:
    """Rule 2: ``per_s`` things a second for a key, after ``burst`` at once; ``per_s`` 0: no limit.

    ``seconds`` tells the time, from any beginning.
    """

    per_s: float
    burst: int
    seconds: Callable[[], float]
    most: int = _MOST_KEYS
    _full_at: OrderedDict[Hashable, float] = field(default_factory=OrderedDict[Hashable, float])

    def take(self, key: Hashable) -> float:
        """Take one; 0, or after how many seconds to come back where there is none."""
        if not self.per_s:
            return 0.0
        now_s, each_s = self.seconds(), 1 / self.per_s
        full_at = max(self._full_at.get(key, now_s), now_s) + each_s
        early_s = full_at - now_s - self.burst * each_s
        if early_s > _ROUNDING_S:
            return early_s
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        self._forget(now_s)
        return 0.0

    def require(self, key: Hashable) -> None:
        """Take one.

        Raises:
            TooMany: there is none.
        """
        if wait_s := self.take(key):
            raise TooMany(wait_s)

    @property
    def remembered(self) -> int:
        """How many keys are remembered."""
        return len(self._full_at)

    def _forget(self, now_s: float) -> None:
        while self._full_at:
            key, full_at = next(iter(self._full_at.items()))
            if full_at > now_s and len(self._full_at) <= self.most:
                return
            del self._full_at[key]
