"""Requests for asyncio that are under way: see ``nabij._running``."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from nabij._errors import NabijError
from nabij._running import PATIENCE_S, Grants, ended, require

T = TypeVar("T")


class AsyncFlights:
    """The requests of a client for asyncio, whose loop alone touches this."""

    def __init__(self) -> None:
        self._under_way: dict[asyncio.Task[Any], Grants] = {}
        self._cut: set[asyncio.Task[Any]] = set()

    async def fly(self, grants: Grants, sending: Coroutine[Any, Any, T]) -> T:
        """Return one request.

        Raises:
            NotPermitted: a grant that it is made under has ended, before or meanwhile.
        """
        try:
            require(grants)
        except NabijError:
            sending.close()
            raise
        task = asyncio.ensure_future(sending)
        self._under_way[task] = grants
        try:
            return await task
        except asyncio.CancelledError:
            if task in self._cut:
                require(grants)
            raise
        finally:
            self._under_way.pop(task, None)
            self._cut.discard(task)

    def cut(self) -> None:
        """Cut what is made under a grant that has ended."""
        for task, grants in self._under_way.items():
            if ended(grants):
                self._cut.add(task)
                task.cancel()

    async def wait(self) -> None:
        """Return when what was cut has ended."""
        me = asyncio.current_task()
        if cut := {each for each in self._cut if each is not me}:
            await asyncio.wait(cut, timeout=PATIENCE_S)
