"""The replay of traces: what it reads, what it prints, and that it can fail."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.privacy.__main__ import Figure, figures, main
from bench.privacy.traces import Trace, made_up, read
from nabij_geo import Anchors, Cell, Position, Step, project
from tests.geo.phones import START_S

GPX = """<?xml version="1.0"?>
<gpx version="1.1" xmlns="http://www.topografix.com/GPX/{version}" creator="a logger"><trk><trkseg>
{points}
</trkseg></trk></gpx>"""
CSV = "time,latitude,longitude\n"


def hour_at_the_dam() -> list[tuple[float, float, float]]:
    """Every minute of an hour in one place in Amsterdam."""
    return [(START_S + 60 * minute, 52.3731, 4.8926) for minute in range(61)]


@pytest.mark.parametrize("version", ["1/0", "1/1"])
def test_gpx_and_csv_tell_the_same_visit(tmp_path: Path, version: str) -> None:
    point = '<trkpt lat="52.3731" lon="4.8926"><time>2026-11-24T{:02}:{:02}:00Z</time></trkpt>'
    minutes = "\n".join(point.format(minute // 60, minute % 60) for minute in range(61))
    (tmp_path / "a.gpx").write_text(GPX.format(version=version, points=minutes))
    lines = "".join(f"{time},{north},{east}\n" for time, north, east in hour_at_the_dam())
    (tmp_path / "b.csv").write_text(CSV + lines)
    from_gpx, from_csv = read(tmp_path)
    assert from_gpx == from_csv
    (visit,) = from_csv.visits
    assert (visit.begins_s, visit.ends_s) == (START_S, START_S + 3_600)


@pytest.mark.parametrize("content", [None, CSV, CSV + "1795478400,-33.9,18.4\n"])
def test_a_folder_without_a_stay_says_what_to_bring(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "a.csv").write_text(content)
    with pytest.raises(ValueError, match=r"no \.gpx|needs a stay"):
        read(tmp_path)


def test_traces_of_a_folder_are_replayed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = "".join(f"{time},{north},{east}\n" for time, north, east in hour_at_the_dam())
    (tmp_path / "a.csv").write_text(CSV + lines)
    assert main(["--traces", str(tmp_path), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert {frozenset(each) for each in printed} == {
        frozenset({"name", "value", "unit", "goal", "met"})
    }


def test_a_phone_that_coarsens_plainly_misses_the_goals(monkeypatch: pytest.MonkeyPatch) -> None:
    def plain(self: Anchors, fix: Position, now_s: float) -> Step:  # noqa: ARG001 - as the real one
        return Step(self, Cell.holding(project(fix)), 300)

    monkeypatch.setattr(Anchors, "step", plain)
    missed = {each.name for each in figures(made_up(9, 7, 19)) if each.met is False}
    assert {"two squares for home, drift 60 m", "squares told in motion"} <= missed


def test_figures_missing_a_goal_exit_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missed(_traces: Sequence[Trace]) -> list[Figure]:
        return [Figure("looks at rest", 2.0, "per hour", "<= 1.5", met=False)]

    monkeypatch.setattr("bench.privacy.__main__.figures", missed)
    assert main(["--quick"]) == 1
    assert "looks at rest  2.0000  per hour  <= 1.5  no" in capsys.readouterr().out
