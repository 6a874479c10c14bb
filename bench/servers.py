"""Servers in processes of their own, each on the same processor: ours and others."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from bench.installation import PROGRAM, Installation
from bench.load import SERVER_CPU

PEERS: Final = Path(__file__).with_name("peers")
_PATIENCE_S: Final = 60
_LOOK_EVERY_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class Served:
    """A server that listens on ``address``; its process, and that of its database."""

    address: str
    process: psutil.Process
    database: psutil.Process | None = None


class DidNotStart(Exception):
    """A server ended, or did not listen in time; its log says why."""


@contextmanager
def serving(here: Installation, program: Sequence[str] = (PROGRAM,)) -> Generator[Served]:
    """Run `nabij serve`; ``program``: what stands for `nabij`."""
    command = ["taskset", "-c", SERVER_CPU, *program, "--json", "serve", "--port", "0"]
    with _running(command, here.variables, here.folder / "serve.log") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise DidNotStart(here.folder / "serve.log")
        yield Served(json.loads(line)["url"], psutil.Process(process.pid), here.postmaster)


@contextmanager
def peer(
    here: Installation, program: str, *arguments: str | Path, **variables: str
) -> Generator[Served]:
    """Run one of our programs in `bench/peers`, which takes the port first."""
    command = [sys.executable, str(PEERS / program), "{port}", *map(str, arguments)]
    with listening(here, command, variables) as served:
        yield served


@contextmanager
def listening(
    here: Installation, command: list[str], variables: Mapping[str, str]
) -> Generator[Served]:
    """Run any server; in its command `{port}` stands for a free one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    filled = ["taskset", "-c", SERVER_CPU, *(each.replace("{port}", str(port)) for each in command)]
    log = here.folder / f"{port}.log"
    with _running(filled, {**here.variables, **variables}, log) as process:
        _await(process, port, log)
        address = f"http://127.0.0.1:{port}"
        yield Served(address, psutil.Process(process.pid), here.postmaster)


def _await(process: "subprocess.Popen[str]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(_LOOK_EVERY_S)
        else:
            return
    raise DidNotStart(log.read_text(encoding="utf-8")[-2_000:])


@contextmanager
def _running(
    command: list[str], variables: Mapping[str, str], log: Path
) -> Generator["subprocess.Popen[str]"]:
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            command, env=variables, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)
