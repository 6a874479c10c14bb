"""A cluster comes up from whatever a crash or an interruption left behind."""

import signal
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import pq

from nabij_dev import embedded
from nabij_dev.embedded.account import server_account
from nabij_dev.embedded.locks import FileLock
from tests.dev.embedded.processes import (
    connect,
    is_gone,
    running_below,
    server_of,
    socket_of,
    using,
    wait_for,
)

BUSY = b"SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b"


def test_a_killed_server_comes_back_with_its_data(folder: Path) -> None:
    with embedded.cluster(folder) as cluster:
        with connect(cluster.url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        server, busy = server_of(cluster.url()), pq.PGconn.connect(cluster.url().encode())
        orphan = psutil.Process(busy.backend_pid)
        busy.send_query(BUSY)
        server.kill()
        assert is_gone(server)
        assert orphan.is_running()
        with embedded.cluster(folder) as again, connect(again.url()) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
            assert server_of(again.url()) != server
        assert is_gone(orphan)
        busy.finish()


def test_a_server_that_dies_is_started_again_for_who_uses_it(folder: Path) -> None:
    """Twice in a row, with what was committed; nobody enters the cluster anew."""
    with embedded.cluster(folder) as cluster:
        with connect(cluster.url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        for _ in range(2):
            server = server_of(cluster.url())
            server.kill()
            assert is_gone(server)
            wait_for(lambda: answers(cluster.url()))
            assert server_of(cluster.url()) != server
            with connect(cluster.url()) as connection:
                assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert running_below(folder) == []


def test_a_server_that_dies_over_and_over_is_left_alone(folder: Path) -> None:
    with embedded.cluster(folder, durable=False) as cluster:
        (folder / "cluster/data/global/pg_control").write_bytes(b"")
        server = server_of(cluster.url())
        server.kill()
        assert is_gone(server)
        wait_for(lambda: not running_below(folder))
        with (
            pytest.raises(embedded.ServerFailed, match="pg_control"),
            embedded.cluster(folder, durable=False),
        ):
            pass


def answers(url: str) -> bool:
    """Whether the server takes connections."""
    try:
        connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_pid_files_with_a_number_that_now_belongs_to_another_process(folder: Path) -> None:
    with embedded.cluster(folder, durable=False) as cluster:
        data, socket = folder / "cluster/data", socket_of(cluster.url())
        pid_file = (data / "postmaster.pid").read_text()
        lock_file = (socket / ".s.PGSQL.5432.lock").read_text()
    with server_account().start(["/bin/sleep", "1000"]) as other:
        _, *rest = pid_file.splitlines()
        (data / "postmaster.pid").write_text("\n".join([str(other.pid), *rest]) + "\n")
        _, *rest = lock_file.splitlines()
        (socket / ".s.PGSQL.5432.lock").write_text("\n".join([str(other.pid), *rest]) + "\n")
        try:
            with embedded.cluster(folder, durable=False) as cluster:
                assert server_of(cluster.url()).pid != other.pid
            assert other.poll() is None
        finally:
            other.kill()


def test_initdb_killed_with_its_starter_is_begun_anew(empty_folder: Path) -> None:
    with using(empty_folder) as user:
        user.waits_for(lambda: any(empty_folder.glob("cluster/data-*/global")))
        user.send(signal.SIGKILL)
    with FileLock(empty_folder / "cluster/start.lock") as start:
        assert not start.try_exclusive()  # the next starter waits for the initdb left behind
    with embedded.cluster(empty_folder, durable=False) as cluster:
        assert server_of(cluster.url()).is_running()
    assert list(empty_folder.glob("cluster/data-*")) == []


@pytest.mark.parametrize("sign", ["cluster/data-*/global", "cluster/server.log"])
def test_control_c_while_starting_leaves_nothing_running(empty_folder: Path, sign: str) -> None:
    with using(empty_folder) as user:
        user.waits_for(lambda: any(empty_folder.glob(sign)))
        user.send(signal.SIGINT)
        assert running_below(empty_folder) == []


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    (folder / "cluster/data/global/pg_control").write_bytes(b"")
    with (
        pytest.raises(embedded.ServerFailed, match="pg_control"),
        embedded.cluster(folder, durable=False),
    ):
        pass
    assert running_below(folder) == []


def test_durability_cannot_be_had_from_a_forgetful_server(folder: Path) -> None:
    with embedded.cluster(folder, durable=False) as cluster:
        with pytest.raises(embedded.NotDurable), embedded.cluster(folder):
            pass
        assert server_of(cluster.url()).is_running()
