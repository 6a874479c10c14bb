"""One word, one meaning: a class name of a distribution names one class."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

from tests.architecture.workspace import DISTRIBUTIONS, Distribution, modules

EVERYWHERE = (
    *("Moment", "Report", "Act", "State", "Fault"),
    *("Question", "Answer", "Outcome", "Finding", "Reason"),
)
"""Words that name one class in all distributions together."""


def classes(source: Path) -> dict[str, list[str]]:
    """The modules that define a class of each name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for module in modules(source):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(module.name)
    return found


def ambiguous(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """The names with several meanings."""
    return {name: where for name, where in found.items() if len(where) > 1}


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=lambda each: each.package)
def test_a_class_name_has_one_meaning(distribution: Distribution) -> None:
    assert ambiguous(classes(distribution.source)) == {}


def test_a_word_that_everybody_uses_has_one_meaning_in_all() -> None:
    everything: defaultdict[str, list[str]] = defaultdict(list)
    for distribution in DISTRIBUTIONS:
        for name, where in classes(distribution.source).items():
            everything[name] += where
    assert ambiguous({name: everything[name] for name in EVERYWHERE}) == {}


def test_a_second_meaning_is_found(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("class State:\n    pass\n")
    (tmp_path / "other.py").write_text("def f():\n    class State:\n        pass\n")
    assert list(ambiguous(classes(tmp_path))) == ["State"]
