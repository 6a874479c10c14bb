"""The real service, in a thread of this process, on a free port of this machine."""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn

from nabij_backend.app import create_app
from nabij_backend.cli.serve import server_config
from nabij_backend.settings import Settings

_PATIENCE_S = 30


class ServerDidNotStart(OSError):
    """The service did not start on this machine. `nabij doctor` looks for the reason."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@contextmanager
def running_server(settings: Settings) -> Generator[str]:
    """Serve for as long as somebody is inside; yields the address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()
        server = _ThreadedServer(server_config(create_app(settings), host, port))
        thread = threading.Thread(target=server.run, args=([listening],), name="nabij-server")
        thread.start()
        try:
            server.wait_until_started()
            yield f"http://{host}:{port}"
        finally:
            server.should_exit = True
            thread.join()


class _ThreadedServer(uvicorn.Server):
    """A server that tells another thread when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._serving = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, then say so."""
        await super().startup(sockets)
        self._serving.set()

    def wait_until_started(self) -> None:
        """Return when requests are answered.

        Raises:
            ServerDidNotStart: they are not, after half a minute.
        """
        if not self._serving.wait(_PATIENCE_S):
            raise ServerDidNotStart
