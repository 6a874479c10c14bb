"""The stories of phones that every implementation of anchoring agrees on."""

import csv
from itertools import groupby
from pathlib import Path
from typing import cast

import pytest

from nabij_geo import Anchors, Cell, Position, Resolution

VECTORS = Path(__file__).parents[1] / "vectors" / "anchoring.csv"


def _stories() -> dict[str, list[dict[str, str]]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {name: list(looks) for name, looks in groupby(rows, lambda row: row["story"])}


STORIES = _stories()


def _fix(row: dict[str, str]) -> Position:
    return Position(
        float(row["latitude_deg"]),
        float(row["longitude_deg"]),
        float(row["accuracy_m"]) if row["accuracy_m"] else None,
        float(row["at_s"]) - float(row["age_s"]) if row["age_s"] else None,
    )


def test_there_are_stories_with_and_without_cells() -> None:
    told = {name: any(row["cell"] for row in rows) for name, rows in STORIES.items()}
    assert sorted(told.values()) == [False] * 5 + [True] * 19


@pytest.mark.parametrize("story", STORIES)
def test_a_story_is_told_as_written(story: str) -> None:
    seed = STORIES[story][0]["seed"]
    anchors = Anchors.seeded({Cell.parse(seed): 1}) if seed else Anchors()
    for row in STORIES[story]:
        resolution_m = cast("Resolution", int(row["resolution_m"]))
        anchors = anchors.for_fixes(approximate=row["approximate"] == "yes")
        step = anchors.step(_fix(row), float(row["at_s"]), resolution_m)
        anchors = step.anchors
        assert (step.cell.code if step.cell else "", step.wait_s) == (
            row["cell"],
            int(row["wait_s"]),
        )


def test_at_the_home_on_a_line_plain_cells_would_flicker() -> None:
    told = [row for row in STORIES["home-on-a-line"] if row["cell"]]
    assert len({row["cell"] for row in told}) == 1
    assert len({Cell.containing(_fix(row)) for row in told}) > 1
