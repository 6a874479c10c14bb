"""The command line as people and programs call it: as a process, or in this one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from typer.testing import CliRunner

from nabij_backend.cli import app

Command: TypeAlias = "Callable[..., Done]"

PROGRAM = Path(sys.executable).with_name("nabij")
PATIENCE_S = 120


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output, and nothing beside it."""
        (line,) = self.out.splitlines()
        return json.loads(line)


def run(*arguments: str, cwd: Path, **variables: str) -> Done:
    """Run ``nabij`` as a process with these ``NABIJ_`` variables and no others."""
    done = subprocess.run(
        [PROGRAM, *arguments],
        cwd=cwd,
        env=environment(variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@contextmanager
def running(*arguments: str, cwd: Path, **variables: str) -> Generator["subprocess.Popen[str]"]:
    """Run it until the test has seen enough; ended with the test where the test does not end it."""
    with subprocess.Popen(
        [PROGRAM, *arguments],
        cwd=cwd,
        env=environment(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def invoke(*arguments: str, stdin: str | None = None, **variables: str) -> Done:
    """Run it in this process, which saves the seconds of starting one."""
    result = CliRunner().invoke(app, arguments, input=stdin, env=_named(variables))
    return Done(result.exit_code, result.stdout, result.stderr)


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with these ``NABIJ_`` variables and no others."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("NABIJ_")}
    return others | _named(variables) | {"COLUMNS": "80"}


def _named(variables: Mapping[str, str]) -> dict[str, str]:
    return {f"NABIJ_{name.upper()}": value for name, value in variables.items()}
