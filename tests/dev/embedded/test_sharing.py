"""Users of a folder share one server, which goes when the last of them has gone, however."""

import signal
from pathlib import Path

import psutil

from nabij_dev import embedded
from tests.dev.embedded.processes import (
    USER,
    is_gone,
    parent_of,
    running_below,
    server_of,
    using,
)

FORK_AND_WAIT = "(fork := os.fork()) or signal.pause(); print(fork)"
FORK_AND_LEAVE = "(fork := os.fork()) or sys.exit(); assert os.waitpid(fork, 0)[1] == 0"


def test_users_share_a_server_until_the_last_one_leaves(folder: Path) -> None:
    with using(folder) as first:
        server = server_of(first.says())
        with using(folder) as second:
            assert server_of(second.says()) == server
            assert first.leaves() == 0
            assert server.is_running()
            assert second.leaves() == 0
    assert not server.is_running()
    assert running_below(folder) == []


def test_two_starters_at_once_get_one_server(empty_folder: Path) -> None:
    with using(empty_folder) as first, using(empty_folder) as second:
        assert server_of(first.says()) == server_of(second.says())


def test_contexts_in_one_process_share_a_server(folder: Path) -> None:
    with embedded.cluster(folder, durable=False) as outer:
        with embedded.cluster(folder, durable=False) as inner:
            assert inner == outer
        assert server_of(outer.url()).is_running()


def test_a_killed_user_leaves_no_server(folder: Path) -> None:
    with using(folder) as user:
        server = server_of(user.says())
        supervisor = parent_of(server)
        user.send(signal.SIGKILL)
        assert is_gone(server, supervisor)


def test_a_fork_of_a_killed_user_does_not_keep_the_server(folder: Path) -> None:
    with using(folder, USER.format(inside=FORK_AND_WAIT)) as user:
        fork, server = psutil.Process(int(user.says())), server_of(user.says())
        user.send(signal.SIGKILL)
        try:
            assert is_gone(server)
            assert fork.is_running()
        finally:
            fork.kill()


def test_a_fork_that_leaves_does_not_take_the_server_along(folder: Path) -> None:
    with using(folder, USER.format(inside=FORK_AND_LEAVE)) as user:
        assert server_of(user.says()).is_running()


def test_the_next_user_replaces_a_killed_supervisor(folder: Path) -> None:
    with using(folder) as first:
        server = server_of(first.says())
        supervisor = parent_of(server)
        supervisor.kill()
        assert is_gone(supervisor)
        with using(folder) as second:
            assert server_of(second.says()) == server
            first.send(signal.SIGKILL)
            second.send(signal.SIGKILL)
            assert is_gone(server)


def test_the_last_user_stops_a_server_whose_supervisor_was_killed(folder: Path) -> None:
    with embedded.cluster(folder, durable=False) as cluster:
        server = server_of(cluster.url())
        supervisor = parent_of(server)
        supervisor.kill()
    assert is_gone(server, supervisor)
