"""The commands that people and machines type."""

import shutil
import subprocess
from itertools import pairwise

import pytest

from tests.architecture.workspace import ROOT


def output_of(*command: str) -> str:
    """What a command of ours prints, run at the root."""
    program = shutil.which(command[0])
    assert program is not None
    done = subprocess.run(
        [program, *command[1:]], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout


def told() -> list[str]:
    """The targets that ``make`` by itself tells of."""
    lines = output_of("make", "--no-print-directory").splitlines()
    return [line.split()[1] for line in lines]


def test_make_by_itself_tells_of_targets_that_exist() -> None:
    assert {"help", "setup", "run", "test", "check"} <= set(told())
    output_of("make", "--dry-run", *told())


@pytest.mark.parametrize("file", [".ci/run", ".github/workflows/release.yml"])
def test_machines_call_targets_that_people_are_told_of(file: str) -> None:
    words = (ROOT / file).read_text(encoding="utf-8").split()
    called = {after for word, after in pairwise(words) if word == "make"}
    assert called
    assert called <= set(told())


def test_make_run_prints_nothing_of_its_own() -> None:
    printed = output_of("make", "--no-print-directory", "run", "ARGS=--help")
    assert printed == output_of(str(ROOT / ".venv" / "bin" / "nabij"), "demo", "--help")
