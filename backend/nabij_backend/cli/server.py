"""The server of ``nabij serve``: its socket, and hooks for its start and stop."""

import gc
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

from nabij_backend.cli.connections import Config, say_seldom
from nabij_backend.errors import UserError


class CannotListen(UserError):
    """This port is taken, or the address is not one of this machine.

    Choose another with --host and --port; port 0 takes a free one.
    """


class Server(uvicorn.Server):
    """A server that says when it serves, and when it was told to stop."""

    def __init__(
        self,
        app: FastAPI,
        when_serving: Callable[[], None],
        when_stopping: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(Config(app))
        self._when_stopping = when_stopping
        say_seldom()
        self._when_serving = when_serving
        self._end_streams: Callable[[], None] = app.state.feed.end

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Be told to stop by a signal."""
        self._when_stopping()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams that would never end by themselves, then finish what is under way."""
        self._end_streams()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, then say so."""
        await super().startup(sockets)
        self._when_serving()


def freeze_heap() -> None:
    """Keep what is loaded out of garbage collection from here on, in this process.

    A full collection looks through all of it, 180,000 objects, and stops everything else for a
    tenth of a second.
    """
    gc.collect()
    gc.freeze()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that accepts connections on this machine.

    Raises:
        CannotListen: somebody else has it, or the machine has no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        raise CannotListen from error
    # Accepted connections inherit it. asyncio sets it only where the protocol is named: without it
    # the body of each answer waits, behind its head, 40 ms for the client's acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
