"""``nabij serve``."""

from typing import Annotated

import typer
import uvicorn

from nabij_backend.app import create_app
from nabij_backend.cli import output
from nabij_backend.cli.database import with_database
from nabij_backend.telemetry import configure_logging


def command(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0: a free one.")] = None,
    as_json: output.Json = False,
) -> None:
    """Serve the API until it is stopped."""
    with output.failures(as_json=as_json):
        settings = output.settings(as_json=as_json)
        chosen = {"host": host or settings.host, "port": settings.port if port is None else port}
        with with_database(settings.model_copy(update=chosen)) as found:
            server = uvicorn.Server(server_config(create_app(found), found.host, found.port))
            configure_logging()
            _say_where(found.host, found.port, as_json=as_json)
            server.run()


def server_config(app: uvicorn.config.ASGIApplication, host: str, port: int) -> uvicorn.Config:
    """How we run uvicorn: its own logs would repeat paths, so ours replace them."""
    return uvicorn.Config(
        app, host=host, port=port, log_config=None, log_level="warning", access_log=False
    )


def _say_where(host: str, port: int, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"host": host, "port": port})
    else:
        output.people.print(f"Nabij serves on [bold]http://{host}:{port}[/bold]; Ctrl-C stops it.")
