"""``nabij work``."""

import asyncio
import os
import signal
from uuid import uuid4

from nabij_backend.cli import output
from nabij_backend.cli.database import with_database
from nabij_backend.clock import utc_now
from nabij_backend.db import Database
from nabij_backend.settings import Settings
from nabij_backend.signing import Signer, signing_folder


def command(*, as_json: output.Json = False) -> None:
    """Do what time asks, beside services with NABIJ_WORK_IN_PROCESS=false, until it is stopped."""
    from nabij_backend.telemetry import configure_logging  # noqa: PLC0415 - takes a second to load

    with (
        output.failures(as_json=as_json),
        with_database(output.settings(as_json=as_json)) as found,
    ):
        configure_logging()
        asyncio.run(_work(found, as_json=as_json))


async def _work(settings: Settings, *, as_json: bool) -> None:
    from nabij_backend.work import Means, working  # noqa: PLC0415 - likewise

    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    signer = Signer.open(signing_folder(settings))
    database = Database(settings, new_id=uuid4)
    means = Means(settings, database, signer, utc_now, uuid4, os.urandom)
    await database.open()
    async with working(means):
        if as_json:
            output.print_json({"working": True})
        else:
            output.say("Nabij works; Ctrl-C stops it.")
        await stopped.wait()
    await database.close()
