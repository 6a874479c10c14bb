"""The server of a witness: few clients, short requests, no request log."""

import signal
import socket

import uvicorn
from starlette.applications import Starlette

_CONNECTIONS = 64
_KEEP_ALIVE_S = 60


def serve(app: Starlette, listening: socket.socket) -> None:
    """Answer on the socket until the process is told to stop."""
    config = uvicorn.Config(
        app,
        http="h11",
        log_config=None,
        access_log=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_S,
    )
    server = uvicorn.Server(config)
    # uvicorn raises what stopped it once more afterwards: let that find no default action.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.handle_exit)
    server.run([listening])
