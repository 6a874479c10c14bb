"""Waiting for what other threads do, without guessing how long it takes."""

import asyncio
import time
from collections.abc import Callable

import psycopg
import pytest

_PATIENCE_S = 20.0


async def until(happened: Callable[[], bool], patience_s: float = _PATIENCE_S) -> None:
    """Let everything else go on until this has happened."""
    async with asyncio.timeout(patience_s):
        while not happened():  # noqa: ASYNC110 - other threads do it
            await asyncio.sleep(0.01)


def pids_of_who_waits(superuser: psycopg.Connection, number: int = 1) -> list[int]:
    """The server processes that wait for a lock in this database, as soon as there are so many."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        found = superuser.execute(
            "SELECT pid FROM pg_locks JOIN pg_database AS d ON d.oid = database "
            "WHERE NOT granted AND datname = current_database()"
        ).fetchall()
        if len(found) == number:
            return [pid for (pid,) in found]
    pytest.fail("nobody came to wait for a lock")
