"""``nabij serve``."""

import signal
from typing import Annotated

import typer

from nabij_backend.cli import output
from nabij_backend.cli.database import require_installation_at_start, with_database
from nabij_backend.cli.stopping import ending_in_time


def command(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0: a free one.")
    ] = None,
) -> None:
    """Serve the API until it is stopped."""
    from nabij_backend.app import create_app  # noqa: PLC0415 - FastAPI takes a second to load
    from nabij_backend.cli.server import Server, freeze_heap, listen  # noqa: PLC0415 - likewise
    from nabij_backend.telemetry import configure_logging  # noqa: PLC0415 - likewise

    settings = output.settings()
    chosen = {"host": host or settings.host, "port": settings.port if port is None else port}
    with (
        with_database(settings.model_copy(update=chosen)) as found,
        listen(found.host, found.port) as listening,
        ending_in_time() as told_to_stop,
    ):
        require_installation_at_start(found)
        configure_logging()
        real_port = listening.getsockname()[1]
        server = Server(
            create_app(found),
            lambda: _say_where(found.host, real_port),
            told_to_stop,
        )
        # uvicorn raises what stopped it once more afterwards: let that find no default action.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, server.handle_exit)
        freeze_heap()
        server.run([listening])


def _say_where(host: str, port: int) -> None:
    address = f"[{host}]" if ":" in host else host
    url = f"http://{address}:{port}"
    output.answer(
        {"url": url, "host": host, "port": port}, f"Nabij serves on {url}; Ctrl-C stops it."
    )
