"""What the service does by itself, over and over: rounds, each in its own task.

A round is a plain async function that does its work once. One that fails is logged by the type of
its error and tried again at its next turn: a database that is away for a while ends nothing.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from nabij_backend.db import Connection, Role, connection_as
from nabij_backend.telemetry import log


@dataclass(frozen=True, slots=True)
class Round:
    """Something to do every so many seconds."""

    name: str
    every_s: float
    once: Callable[[], Awaitable[object]]


class Work:
    """The rounds of a process, from the start of its lifespan to the end."""

    def __init__(self, rounds: Sequence[Round]) -> None:
        self._rounds = rounds

    @asynccontextmanager
    async def under_way(self) -> AsyncGenerator[None]:
        """Do the rounds for as long as somebody is inside; one that has begun is broken off."""
        tasks = [asyncio.create_task(_repeat(each), name=each.name) for each in self._rounds]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class WorkerConnection:
    """A connection of the worker that is kept from round to round, and made anew when it breaks."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._open = AsyncExitStack()
        self._connection: Connection | None = None

    async def get(self) -> Connection:
        """The connection, whole as far as can be told."""
        if self._connection is None or self._connection.closed:
            await self.close()
            entered = connection_as(Role.WORKER, self._url)
            self._connection = await self._open.enter_async_context(entered)
        return self._connection

    async def close(self) -> None:
        """Give it back."""
        self._connection = None
        await self._open.aclose()


async def _repeat(each: Round) -> None:
    while True:
        try:
            await each.once()
        except Exception as error:  # noqa: BLE001 - logged, and tried again at the next turn
            log.error("round failed", round=each.name, error=type(error).__qualname__)
        await asyncio.sleep(each.every_s)
