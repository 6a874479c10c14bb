"""The page about performance says what was measured, and nothing else."""

import json
import re
from pathlib import Path

import pytest

from bench import report
from bench.measure import Comparison, at_least, at_most

PARTS = re.compile(r"<!-- (.+) -->")


def test_the_page_is_what_the_results_say() -> None:
    assert report.PAGE.read_text(encoding="utf-8") == report.page()


def test_the_picture_is_with_the_results_and_on_the_page() -> None:
    beside = Path(report.__file__).with_name("results") / "performance.svg"
    assert beside.resolve() == report.PAGE.with_name("images") / "performance.svg"
    assert "(images/performance.svg)" in report.page()
    assert beside.read_text(encoding="utf-8").rstrip().endswith("</svg>")


def test_the_page_leaves_nothing_open() -> None:
    assert PARTS.findall(report.page()) == []
    assert "| **no** |" in report.page()


def test_a_part_that_cannot_be_measured_keeps_its_results(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    results = tmp_path / "performance.json"
    monkeypatch.setattr(report, "_RESULTS", results)
    monkeypatch.setattr(report, "_MACHINE", tmp_path / "machine.txt")
    report.keep("workers", [Comparison("a", 1.0, "b", 2.0)])
    before = results.read_text()
    report.keep("workers", [])
    assert results.read_text() == before
    assert json.loads(before)[0]["name"] == "a"


def test_a_goal_is_met_on_its_own_side_of_the_bound() -> None:
    fast = Comparison("a", 80.0, "b", 100.0, goal=at_least(0.8))
    slow = Comparison("a", 79.0, "b", 100.0, goal=at_least(0.8))
    short = Comparison("a", 120.0, "b", 100.0, goal=at_most(1.2))
    long = Comparison("a", 121.0, "b", 100.0, goal=at_most(1.2))
    assert [each.met for each in (fast, slow, short, long)] == [True, False, True, False]
    assert Comparison("a", 1.0, "b", 2.0).met is None


def test_a_result_is_kept_with_what_it_was_compared_to() -> None:
    document = Comparison("a", 79.123456, "b", 100.0, "ms", at_least(0.8)).document()
    assert json.loads(json.dumps(document)) == {
        "name": "a",
        "value": 79.12,
        "unit": "ms",
        "against": "b",
        "theirs": 100.0,
        "ratio": 0.7912,
        "goal": "≥ 0.8",
        "met": False,
    }
