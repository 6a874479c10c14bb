"""The commands that people and machines type."""

import re
import shutil
import subprocess

from tests.architecture.workspace import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()


def output_of(*command: str) -> str:
    """What a command of ours prints, run at the root."""
    program = shutil.which(command[0])
    assert program is not None
    done = subprocess.run(
        [program, *command[1:]], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout


def test_help_tells_of_every_target_and_is_the_default() -> None:
    targets = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[0].split()
    help_text = output_of("make", "--no-print-directory")
    told = re.findall(r"^  make ([a-z-]+) +\S.*$", help_text, re.MULTILINE)
    assert told == targets == re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)


def test_ci_calls_targets_that_exist() -> None:
    called = re.findall(r"^make (\w+)", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert called == ["check", "test", "run", "privacy"]
    output_of("bash", "-n", ".ci/run")


def test_make_run_prints_nothing_of_its_own() -> None:
    recipe = re.findall(r"^run:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)[0]
    assert all(line.startswith("\t@") for line in recipe.splitlines())
