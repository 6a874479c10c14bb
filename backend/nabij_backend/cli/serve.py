"""``nabij serve``."""

import signal
import socket
from collections.abc import Callable
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI

from nabij_backend.app import create_app
from nabij_backend.cli import output
from nabij_backend.cli.database import with_database
from nabij_backend.telemetry import configure_logging


class CannotListen(output.Trouble):
    """This port is taken, or the address is not one of this machine.

    Choose another with --host and --port; port 0 takes a free one.
    """


class Server(uvicorn.Server):
    """A server that says when it serves. Its own logs would repeat paths, so ours replace them."""

    def __init__(self, app: FastAPI, when_serving: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(app, log_config=None, log_level="warning", access_log=False)
        )
        self._when_serving = when_serving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, then say so."""
        await super().startup(sockets)
        self._when_serving()


def command(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0: a free one.")
    ] = None,
    as_json: output.Json = False,
) -> None:
    """Serve the API until it is stopped."""
    with output.failures(as_json=as_json):
        settings = output.settings(as_json=as_json)
        chosen = {"host": host or settings.host, "port": settings.port if port is None else port}
        with (
            with_database(settings.model_copy(update=chosen)) as found,
            listen(found.host, found.port) as listening,
        ):
            configure_logging()
            real_port = listening.getsockname()[1]
            server = Server(
                create_app(found), lambda: _say_where(found.host, real_port, as_json=as_json)
            )
            # uvicorn raises what stopped it once more afterwards: let that find no default action.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, server.handle_exit)
            server.run([listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections on this machine.

    Raises:
        CannotListen: somebody else has it, or the machine has no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise CannotListen from error


def _say_where(host: str, port: int, *, as_json: bool) -> None:
    address = f"[{host}]" if ":" in host else host
    if as_json:
        output.print_json({"url": f"http://{address}:{port}", "host": host, "port": port})
    else:
        output.say(f"Nabij serves on http://{address}:{port}; Ctrl-C stops it.")
