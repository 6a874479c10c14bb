"""``nabij serve`` as a process."""

import gc
import json
import signal
import socket
from pathlib import Path

import httpx2
import pytest

from nabij_backend.cli.server import freeze_heap
from tests.backend.cli.commands import PATIENCE_S, Command, running
from tests.keys import give_keys


@pytest.mark.parametrize("stopping", [signal.SIGTERM, signal.SIGINT])
def test_serves_on_the_port_that_it_tells_and_stops_when_told(
    database_url: str, tmp_path: Path, stopping: signal.Signals
) -> None:
    words = ("serve", "--port", "0", "--json")
    give_keys(tmp_path / ".nabij")
    with running(*words, cwd=tmp_path, database_url=database_url) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert told["host"] == "127.0.0.1"
        assert told["url"] == f"http://127.0.0.1:{told['port']}"
        assert httpx2.get(f"{told['url']}/healthz").json() == {"status": "alive"}
        assert httpx2.get(f"{told['url']}/readyz").json()["waiting_for"] == ["notice"]
        process.send_signal(stopping)
        rest, log = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert rest == ""
    assert [json.loads(line)["route"] for line in log.splitlines()] == ["/healthz", "/readyz"]


def test_local_identity_serves_this_machine_only(nabij: Command) -> None:
    done = nabij("serve", "--host", "0.0.0.0", "--port", "0", "--json")  # noqa: S104 - refused
    assert (done.code, list(done.json)) == (1, ["error"])
    assert "Firebase" in done.json["error"]


def test_a_port_that_is_taken_is_said(nabij: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = nabij("serve", "--port", str(port), "--json")
    assert (done.code, list(done.json)) == (1, ["error"])
    assert "--port" in done.json["error"]


def test_what_is_loaded_is_kept_out_of_garbage_collection() -> None:
    gc.unfreeze()
    try:
        freeze_heap()
        assert gc.get_freeze_count() > len(gc.get_objects())
    finally:
        gc.unfreeze()
