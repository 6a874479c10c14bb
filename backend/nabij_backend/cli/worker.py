"""``nabij worker``."""

import asyncio
import os
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Annotated
from uuid import uuid4

import typer
from prometheus_client import CollectorRegistry, start_http_server

from nabij_backend.cli import output
from nabij_backend.cli.database import require_installation_at_start, with_database
from nabij_backend.cli.stopping import ending_in_time
from nabij_backend.clock import utc_now
from nabij_backend.db import Database
from nabij_backend.errors import UserError
from nabij_backend.installation import installation
from nabij_backend.metrics import Metrics
from nabij_backend.settings import Settings
from nabij_backend.signing import Signer, signing_folder


class CannotShowMetrics(UserError):
    """This port is taken, or the address is not one of this machine.

    Choose another with --metrics-host and --metrics-port; port 0 takes a free one.
    """


def command(
    *,
    metrics_port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Show metrics to Prometheus here; 0: a free port."),
    ] = None,
    metrics_host: Annotated[str, typer.Option(help="Address to show them on.")] = "127.0.0.1",
) -> None:
    """Run background jobs beside services with NABIJ_WORK_IN_PROCESS=false, until it is stopped."""
    from nabij_backend.telemetry import configure_logging  # noqa: PLC0415 - takes a second to load

    metrics = Metrics()
    with (
        with_database(output.settings()) as found,
        _shown(metrics.registry, metrics_host, metrics_port) as port,
    ):
        require_installation_at_start(found)
        configure_logging()
        with ending_in_time() as told_to_stop:
            asyncio.run(_work(found, metrics, port, told_to_stop))


@contextmanager
def _shown(registry: CollectorRegistry, host: str, port: int | None) -> Generator[int | None]:
    """Show the metrics for as long as somebody is inside; on which port, if at all."""
    if port is None:
        yield None
        return
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        raise CannotShowMetrics from error
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def _work(
    settings: Settings,
    metrics: Metrics,
    metrics_port: int | None,
    told_to_stop: Callable[[], None],
) -> None:
    from nabij_backend.jobs import JobRuntime, working  # noqa: PLC0415 - takes a second to load

    stopped = asyncio.Event()

    def stop() -> None:
        told_to_stop()
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    signer = Signer.open(signing_folder(settings))
    ours = installation(settings)
    database = Database(
        settings,
        new_id=uuid4,
        count=metrics.count,
        observe=metrics.transacted,
        admit=ours.ask,
    )
    runtime = JobRuntime(settings, database, utc_now, uuid4, os.urandom, signer, metrics)
    await database.open()
    async with working(runtime):
        _say_so(metrics_port)
        await stopped.wait()
    await database.close()


def _say_so(metrics_port: int | None) -> None:
    shown = {} if metrics_port is None else {"metrics_port": metrics_port}
    told = "" if metrics_port is None else f" It shows metrics on port {metrics_port}."
    output.answer({"working": True, **shown}, f"The worker runs; Ctrl-C stops it.{told}")
