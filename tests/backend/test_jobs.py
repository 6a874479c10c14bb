"""What the service does by itself."""

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import httpx2
import psycopg
from structlog.testing import capture_logs

from nabij_backend.db import Connection, Role, connection_as
from nabij_backend.jobs import JobRuntime, Round, rounds, under_way
from nabij_backend.log.known import LogDisagrees
from nabij_backend.log.sequencer import MOST_AT_ONCE
from nabij_backend.metrics import Metrics
from nabij_dev.demo.server import running_server
from tests.backend.cli.commands import PATIENCE_S, invoke, running
from tests.backend.log.sequencing import read, receipt_of, signer_of
from tests.keys import give_keys
from tests.service import Service

PROMISED_S = 2.0


def do(rounds: list[Round], url: str, until: Callable[[], Awaitable[object]]) -> None:
    """Work until what ``until`` waits for."""

    async def run() -> None:
        async with under_way(rounds, url, retry_s=0.01):
            await asyncio.wait_for(until(), PATIENCE_S)

    asyncio.run(run())


def counted(times: int, fail: Exception | None = None) -> tuple[Round, asyncio.Event, list[int]]:
    """A round that fails, and tells when it began for the so-manieth time."""
    reached, pids = asyncio.Event(), list[int]()

    async def once(connection: Connection) -> None:
        pids.append(connection.info.backend_pid)
        if len(pids) == times:
            reached.set()
        if fail is not None:
            raise fail

    return Round("counted", 0.001, once), reached, pids


def test_a_round_keeps_its_connection(database_url: str) -> None:
    each, reached, pids = counted(3)
    do([each], database_url, reached.wait)
    assert len(set(pids)) == 1


def test_each_round_has_a_connection_of_its_own(database_url: str) -> None:
    first, first_reached, first_pids = counted(2)
    second, second_reached, second_pids = counted(2)
    do(
        [first, second],
        database_url,
        lambda: asyncio.gather(first_reached.wait(), second_reached.wait()),
    )
    assert set(first_pids).isdisjoint(second_pids)


def test_a_round_that_fails_is_tried_again_on_a_new_connection_and_told_without_its_words(
    database_url: str,
) -> None:
    each, reached, pids = counted(3, ValueError("zeer geheim"))
    with capture_logs() as logged:
        do([each], database_url, reached.wait)
    assert len(set(pids)) >= 3
    assert {entry["error"] for entry in logged} == {"ValueError"}
    assert "zeer geheim" not in str(logged)


def test_what_becomes_of_each_round_is_counted(database_url: str) -> None:
    became: set[tuple[str, str]] = set()
    reached = asyncio.Event()

    def over(name: str, what: str) -> None:
        became.add((name, what))
        if len(became) == 3:
            reached.set()

    def ending(name: str, error: Exception | None) -> Round:
        async def once(_connection: Connection) -> None:
            if error is not None:
                raise error

        return Round(name, 0.001, once)

    async def run() -> None:
        all_rounds = [
            ending("a", None),
            ending("b", LogDisagrees()),
            ending("c", ValueError()),
        ]
        async with under_way(all_rounds, database_url, retry_s=0.01, over=over):
            await asyncio.wait_for(reached.wait(), PATIENCE_S)

    asyncio.run(run())
    assert became == {("a", "done"), ("b", "refused"), ("c", "failed")}


def test_a_cut_connection_ends_nothing(database_url: str, superuser: psycopg.Connection) -> None:
    reached = asyncio.Event()
    pids: list[int] = []

    async def once(connection: Connection) -> None:
        if not pids:
            superuser.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
        pids.append(connection.info.backend_pid)
        await connection.execute("SELECT 1")
        reached.set()

    do([Round("cut", 0.001, once)], database_url, reached.wait)
    assert pids[-1] != pids[0]


def test_a_database_that_is_away_is_asked_again() -> None:
    each, _, pids = counted(1)
    with capture_logs() as logged:

        async def twice() -> None:
            while len(logged) < 2:  # noqa: ASYNC110 - a log tells nobody that it grew
                await asyncio.sleep(0)

        do([each], "postgresql://nobody@127.0.0.1:1/nothing", twice)
    assert {entry["error"] for entry in logged} == {"OperationalError"}
    assert pids == []


def test_an_act_is_provable_two_seconds_after_it_was_committed(service: Service) -> None:
    eva = service.caller()
    settings = service.settings.model_copy(update={"work_in_process": True})
    with running_server(settings) as address:
        time_of_acts: list[float] = []
        for _ in range(2):
            held = read(service, receipt_of(eva, "withdrawn"))
            committed = time.monotonic()
            query = {"leaf_hash": held.leaf_hash.hex()}
            while True:
                answer = httpx2.get(f"{address}/v1/log/proof/inclusion", params=query)
                passed = time.monotonic() - committed
                if answer.status_code == 200 or passed > PROMISED_S:
                    break
            time_of_acts.append(passed)
            assert answer.status_code == 200
    assert max(time_of_acts) < PROMISED_S


def test_leaves_that_have_heaped_up_get_their_places_in_one_go(
    service: Service, superuser: psycopg.Connection
) -> None:
    superuser.execute(
        "INSERT INTO pending_leaf (leaf_hash)"
        " SELECT sha256(n::text::bytea) FROM generate_series(1, %s) AS n",
        [2 * MOST_AT_ONCE + 1],
    )
    database = service.app.state.parts.database
    clock, signer, metrics = service.clock, signer_of(service.settings), Metrics()
    runtime = JobRuntime(service.settings, database, clock, uuid4, os.urandom, signer, metrics)

    async def once() -> None:
        async with (
            httpx2.AsyncClient() as client,
            connection_as(Role.WORKER, service.settings.required_database_url) as connection,
        ):
            (sequence,) = (
                each for each in rounds(runtime, None, client) if each.name == "sequence"
            )
            await sequence.once(connection)

    asyncio.run(once())
    placed = superuser.execute(
        "SELECT (SELECT count(*) FROM consent_leaf), max(tree_size) FROM checkpoint"
    )
    assert placed.fetchone() == (2 * MOST_AT_ONCE + 1, 2 * MOST_AT_ONCE + 1)
    assert f"nabij_leaves_sequenced_total {2 * MOST_AT_ONCE + 1}.0".encode() in metrics.text()


def test_a_service_that_leaves_the_work_to_others_places_nothing(
    service: Service, superuser: psycopg.Connection
) -> None:
    receipt_of(service.caller())
    with running_server(service.settings) as address:
        assert httpx2.get(f"{address}/v1/log/checkpoint").status_code == 404
    assert superuser.execute("SELECT count(*) FROM pending_leaf").fetchone() == (1,)


def test_nabij_work_does_the_work_of_such_a_service_and_shows_what_it_counted(
    service: Service, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    receipt_of(service.caller())
    url = service.settings.required_database_url
    command = ("worker", "--metrics-port", "0", "--json")
    give_keys(tmp_path / ".nabij")
    with running(*command, cwd=tmp_path, database_url=url) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said["working"] is True
        metrics = f"http://127.0.0.1:{said['metrics_port']}/metrics"
        deadline = time.monotonic() + PATIENCE_S
        while "nabij_leaves_sequenced_total 1.0" not in httpx2.get(metrics).text:
            assert time.monotonic() < deadline
        assert superuser.execute("SELECT FROM pending_leaf").fetchall() == []
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    assert superuser.execute("SELECT tree_size FROM checkpoint").fetchall() == [(1,)]


def test_metrics_on_a_port_that_is_taken_are_refused(database_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = invoke("worker", "--metrics-port", port, "--json", database_url=database_url)
    assert done.code == 1
    assert "--metrics-port" in done.json["error"]
