"""The service in a thread of this process, on a free port of this machine."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime

from nabij_backend.app import create_app
from nabij_backend.cli.server import Server, listen
from nabij_backend.clock import utc_now
from nabij_backend.errors import UserError
from nabij_backend.settings import Settings

_PATIENCE_S = 30


class ServerDidNotStart(UserError):
    """The service did not start on this machine. `nabij doctor` looks for the reason."""


@contextmanager
def running_server(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Generator[str]:
    """Serve for as long as somebody is inside; yields the address.

    Raises:
        ServerDidNotStart: nothing is answered after half a minute.
    """
    with listen("127.0.0.1", 0) as listening:
        serving = threading.Event()
        server = Server(create_app(settings, clock=clock), serving.set)
        thread = threading.Thread(target=server.run, args=([listening],), name="nabij-server")
        thread.start()
        try:
            if not serving.wait(_PATIENCE_S):
                raise ServerDidNotStart
            host, port = listening.getsockname()
            yield f"http://{host}:{port}"
        finally:
            server.should_exit = True
            thread.join()
