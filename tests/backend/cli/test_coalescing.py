"""What is written in one turn of the event loop is sent as one."""

import asyncio
import socket
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any

import pytest
import uvloop

from nabij_backend.cli.coalescing import CoalescingTransport

LONGEST = 1_000_000


@pytest.fixture
def ends() -> Generator[tuple[socket.socket, socket.socket]]:
    """Two ends of a connection."""
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        ours.settimeout(0)
        theirs.settimeout(0)
        yield ours, theirs


@pytest.fixture
def run(ends: tuple[socket.socket, socket.socket]) -> Callable[..., None]:
    """Run what takes the transport and reads what came to the other end."""
    ours, theirs = ends

    def arrived() -> bytes | None:
        try:
            return theirs.recv(LONGEST)
        except BlockingIOError:
            return None

    def run(use: Any) -> None:  # noqa: ANN401 - a coroutine function
        async def main() -> None:
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
            await use(CoalescingTransport(transport, loop), arrived)
            transport.abort()

        uvloop.run(main())

    return run


def test_head_and_body_come_together(run: Callable[..., None]) -> None:
    async def use(transport: CoalescingTransport, arrived: Callable[[], bytes | None]) -> None:
        transport.write(b"head ")
        transport.write(b"body")
        assert arrived() is None
        await asyncio.sleep(0)
        assert arrived() == b"head body"

    run(use)


def test_a_head_does_not_wait_for_a_later_body(run: Callable[..., None]) -> None:
    async def use(transport: CoalescingTransport, arrived: Callable[[], bytes | None]) -> None:
        transport.write(b"head")
        await asyncio.sleep(0)
        assert arrived() == b"head"
        transport.write(b"body")
        await asyncio.sleep(0)
        assert arrived() == b"body"

    run(use)


def test_what_is_written_is_sent_before_it_is_closed(run: Callable[..., None]) -> None:
    async def use(transport: CoalescingTransport, arrived: Callable[[], bytes | None]) -> None:
        transport.write(b"head ")
        transport.write(b"body")
        transport.close()
        assert arrived() == b"head body"
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert arrived() == b""

    run(use)


def test_nothing_is_sent_after_a_connection_is_cut_off(run: Callable[..., None]) -> None:
    async def use(transport: CoalescingTransport, arrived: Callable[[], bytes | None]) -> None:
        transport.write(b"late")
        transport.abort()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert arrived() == b""

    run(use)


def test_it_is_the_transport_in_all_else(run: Callable[..., None]) -> None:
    async def use(transport: CoalescingTransport, _: Callable[[], bytes | None]) -> None:
        assert transport.get_extra_info("socket") is not None
        assert not transport.is_closing()
        transport.close()
        assert transport.is_closing()

    run(use)
