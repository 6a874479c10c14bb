"""A database that is there and says nothing: stopped, so that its kernel goes on acknowledging."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import httpx2
import psycopg
import pytest
from starlette.testclient import TestClient

from nabij_backend.app import create_app
from nabij_backend.db import Database
from nabij_backend.settings import Settings
from tests.backend.cli.commands import PATIENCE_S, running
from tests.backend.log.sequencing import receipt_of
from tests.backend.pools import with_database
from tests.backend.waiting import pids_of_who_waits
from tests.keys import give_keys
from tests.service import Service

LONGEST_STOP_S = 10
_LONGEST_HANG_S = 20.0


@contextmanager
def stopped(*pids: int) -> Generator[None]:
    """Processes of the server, which hang for as long as somebody is inside, and not for ever."""

    def go_on() -> None:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    watchdog = Timer(_LONGEST_HANG_S, go_on)
    watchdog.start()
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        watchdog.cancel()
        go_on()


async def pid_of(connection: psycopg.AsyncConnection[dict[str, int]]) -> int:
    """The process that answers the connection."""
    row = await (await connection.execute("SELECT pg_backend_pid() AS pid")).fetchone()
    assert row is not None
    return row["pid"]


def test_a_statement_that_is_never_answered_fails_and_the_next_has_another_connection(
    settings: Settings,
) -> None:
    async def use(database: Database) -> None:
        async with database.transaction("test") as connection:
            pid = await pid_of(connection)
            with stopped(pid), pytest.raises(psycopg.OperationalError):
                await connection.execute("SELECT 1")
        async with database.transaction("test") as connection:
            assert await pid_of(connection) != pid

    with_database(settings.model_copy(update={"database_wait_s": 0.2}), use)


def test_so_does_one_that_is_a_transaction_by_itself(settings: Settings) -> None:
    async def use(database: Database) -> None:
        async with database.statement("test") as connection:
            pid = await pid_of(connection)
            with stopped(pid), pytest.raises(psycopg.OperationalError):
                await connection.execute("SELECT 1")

    with_database(settings.model_copy(update={"database_wait_s": 0.2}), use)


def test_a_connection_that_hangs_in_the_pool_is_not_handed_out(settings: Settings) -> None:
    async def use(database: Database) -> int:
        async with database.transaction("test") as connection:
            pid = await pid_of(connection)
        with stopped(pid):
            async with database.transaction("test") as connection:
                return int(pid == await pid_of(connection))

    assert with_database(settings, use) == 0


def test_a_request_whose_database_hangs_is_answered_503(
    service: Service, superuser: psycopg.Connection
) -> None:
    settings = service.settings.model_copy(update={"database_wait_s": 1.0, "customer_rate": 0})
    app = create_app(settings, clock=service.clock)
    with TestClient(app, base_url="http://localhost") as http, ThreadPoolExecutor(1) as phone:
        eva = Service(app, http, service.identity, service.clock, settings).caller()
        eva.grant()
        with superuser.transaction():
            superuser.execute("LOCK consent_event IN ACCESS EXCLUSIVE MODE")
            asked = phone.submit(eva.withdraw)
            with stopped(*pids_of_who_waits(superuser, 1)):
                answer = asked.result(timeout=PATIENCE_S)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert eva.withdraw().status_code == 200


def test_a_process_that_is_told_to_stop_ends_within_ten_seconds_whatever_hangs(
    service: Service, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    receipt_of(service.caller())
    give_keys(tmp_path / ".nabij")
    database = service.settings.required_database_url
    with superuser.transaction():
        superuser.execute("LOCK consent_leaf IN ACCESS EXCLUSIVE MODE")
        with running(
            "serve", "--port", "0", "--json", cwd=tmp_path, database_url=database
        ) as process:
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["url"]
            assert httpx2.get(f"{url}/healthz").status_code == 200
            with stopped(*pids_of_who_waits(superuser, 1)):
                process.send_signal(signal.SIGTERM)
                began = time.monotonic()
                _, log = process.communicate(timeout=PATIENCE_S)
                assert time.monotonic() - began < LONGEST_STOP_S
    assert "Traceback" not in log


def test_what_never_ends_is_ended() -> None:
    code = """
from threading import Event
from nabij_backend.cli import stopping
stopping.LONGEST_S = 0.1
with stopping.ending_in_time() as told_to_stop:
    told_to_stop()
    told_to_stop()
    Event().wait()
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 1
    assert "stopped hard" in done.stdout
