"""``nabij serve`` as a process."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.backend.cli.commands import PATIENCE_S, Command, environment, running
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
        alive = httpx2.get(f"{told['url']}/healthz")
        assert alive.json() == {"status": "alive"}
        assert "server" not in alive.headers
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


TELLING = """
import atexit, gc, sys
from nabij_backend.cli import app
atexit.register(lambda: print(gc.get_freeze_count() > len(gc.get_objects()), file=sys.stderr))
app(sys.argv[1:])
"""


def test_what_is_loaded_is_kept_out_of_garbage_collection(
    database_url: str, tmp_path: Path
) -> None:
    give_keys(tmp_path / ".nabij")
    with subprocess.Popen(
        [sys.executable, "-c", TELLING, "serve", "--port", "0", "--json"],
        env=environment({"database_url": database_url}),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=PATIENCE_S)
    assert log.splitlines() == ["True"]
