"""A cache of answers in this process, each computed once however many wait.

Rules:

1. who asks for what is being worked out waits for it; a caller who goes away ends it for nobody;
2. a failure is kept from nobody who waited, and not kept;
3. the answers asked for longest ago go when there is no room.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """Anything that takes room."""

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        ...


T = TypeVar("T", bound=Sized)


class AnswerCache(Generic[T]):
    """Answers by what was asked; ``most_bytes`` of them at most, or ``math.inf``."""

    def __init__(self, most_bytes: float) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._size = 0
        self._under_way: dict[Hashable, asyncio.Task[T]] = {}

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return self._size

    async def get(self, asked: Hashable, work_out: Callable[[], Awaitable[T]]) -> T:
        """Return the answer to what is asked, worked out by the first who asks."""
        if asked in self._kept:
            self._kept.move_to_end(asked)
            return self._kept[asked]
        if asked not in self._under_way:
            task = asyncio.ensure_future(self._worked_out(asked, work_out))
            self._under_way[asked] = task
            task.add_done_callback(lambda done: self._end(asked, done))
        return await asyncio.shield(self._under_way[asked])

    def clear(self) -> None:
        """Keep nothing of before; what is being worked out is answered and not kept."""
        self._kept.clear()
        self._size = 0
        self._under_way.clear()

    async def _worked_out(self, asked: Hashable, work_out: Callable[[], Awaitable[T]]) -> T:
        mine = asyncio.current_task()
        answer = await work_out()
        if self._under_way.get(asked) is mine and answer.size <= self._most_bytes:
            self._kept[asked] = answer
            self._size += answer.size
            while self._size > self._most_bytes:
                self._size -= self._kept.popitem(last=False)[1].size
        return answer

    def _end(self, asked: Hashable, task: asyncio.Task[T]) -> None:
        if self._under_way.get(asked) is task:
            del self._under_way[asked]
        if not task.cancelled():
            task.exception()  # whoever waited has it; nobody may have
