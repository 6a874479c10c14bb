"""Clients that listen for what changes elsewhere, each in a thread of its own."""

import asyncio
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from uuid import UUID

import nabij
from tests.contract.phones import Handset, allow

PATIENCE_S = 20.0
_PUNCTUAL = UUID(int=1_000)  # comes back no later than it is asked to


class Heard:
    """The changes that a listening client yielded, and what was the case at each."""

    def __init__(self, permission: Callable[[], nabij.Permission]) -> None:
        self._permission = permission
        self._condition = threading.Condition()
        self._changes: list[tuple[nabij.Change, type[nabij.Permission]]] = []
        self.at_s = 0.0

    def __call__(self, change: nabij.Change) -> None:
        with self._condition:
            self.at_s = time.monotonic()
            self._changes.append((change, type(self._permission())))
            self._condition.notify_all()

    def by(self, number: int) -> tuple[nabij.Change, type[nabij.Permission]]:
        """The change of this number from 1, as soon as it was heard."""
        with self._condition:
            assert self._condition.wait_for(lambda: len(self._changes) >= number, PATIENCE_S)
            return self._changes[number - 1]


@contextmanager
def sync_listener(address: str, token: nabij.Token) -> Generator[Heard]:
    """A client with a grant, listening in a thread until the end of the block."""
    client = nabij.Client(
        address, token=token, device_id=_PUNCTUAL, sensors=Handset().sensors, coarsening="plain"
    )
    allow(client, "gps")
    client.collect()
    heard = Heard(lambda: client.permission("gps"))

    def listen() -> None:
        for change in client.changes():
            heard(change)

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield heard
    finally:
        client.close()
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "it listens to nobody for ever"


@contextmanager
def async_listener(address: str, token: nabij.Token) -> Generator[Heard]:
    """The same in an event loop of its own."""
    loop = asyncio.new_event_loop()
    client = nabij.AsyncClient(address, token=token, device_id=_PUNCTUAL)
    heard = Heard(lambda: client.permission("gps"))

    async def listen() -> None:
        await client.grant(await client.notice(), signals=["gps"])
        async for change in client.changes():
            heard(change)

    thread = threading.Thread(target=loop.run_until_complete, args=(listen(),))
    thread.start()
    try:
        yield heard
    finally:
        asyncio.run_coroutine_threadsafe(client.close(), loop).result(PATIENCE_S)
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "it listens to nobody for ever"
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
