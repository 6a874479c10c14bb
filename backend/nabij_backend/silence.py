"""Time limits for a database that accepts connections and does not answer.

A host that is gone is noticed by TCP, since nothing acknowledges what is sent. One that hangs
acknowledges all. psycopg waits for its answer, and where it is cancelled it waits for the answer to
that. So whoever has waited long enough shuts the socket down, and libpq finds its end: the
statement fails as it does where a server dies, and the pool makes another connection.
"""

import asyncio
import os
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress

import psycopg

from nabij_backend.telemetry import log


@contextmanager
def answered_within(connection: psycopg.AsyncConnection[object], seconds: float) -> Generator[None]:
    """Give up on the connection where this takes longer: what waits for it raises.

    Raises:
        OperationalError: from whatever waits on the connection then.
    """
    timer = asyncio.get_running_loop().call_later(seconds, _hang_up, connection)
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(connection: psycopg.AsyncConnection[object]) -> None:
    log.error("database silent", advice="Look whether the host of the database hangs.")
    # It may have been closed, or lost, just now.
    with suppress(psycopg.OperationalError, OSError):
        descriptor = os.dup(connection.pgconn.socket)
        with socket.socket(fileno=descriptor) as twin:
            twin.shutdown(socket.SHUT_RDWR)
