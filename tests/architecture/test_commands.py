"""The commands that people and machines type."""

from itertools import pairwise

from tests.architecture.workspace import ROOT, output_of


def told() -> list[str]:
    """Return the targets that ``make`` by itself lists."""
    lines = output_of("make", "--no-print-directory").splitlines()
    return [line.split()[1] for line in lines]


def called_in(file: str) -> set[str]:
    """Return the targets that a script of ours calls."""
    words = (ROOT / file).read_text(encoding="utf-8").split()
    return {after for word, after in pairwise(words) if word == "make"}


def test_make_by_itself_lists_every_target() -> None:
    known = output_of("make", "--no-print-directory", "--print-data-base", "help")
    rules = known.split("\n# Files\n")[1].split("\n\n")
    targets = {rule.partition(":")[0] for rule in rules if rule[:1].isalpha()}
    (phony,) = (rule.splitlines()[0] for rule in rules if rule.startswith(".PHONY:"))
    assert told() == phony.split()[1:]
    assert targets == set(told())
    output_of("make", "--dry-run", *targets)


def test_ci_calls_targets_that_exist() -> None:
    output_of("bash", "-n", ".ci/run")
    called = called_in(".ci/run")
    assert called == {"check", "test", "run", "privacy", "bench"}
    assert called <= set(told())


def test_a_release_calls_targets_that_exist() -> None:
    called = called_in(".github/workflows/release.yml")
    assert called
    assert called <= set(told())


def test_make_run_prints_nothing_of_its_own() -> None:
    printed = output_of("make", "--no-print-directory", "run", "ARGS=--help")
    assert printed == output_of(str(ROOT / ".venv" / "bin" / "nabij"), "demo", "--help")
