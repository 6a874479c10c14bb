"""What the package shows to a newcomer is true."""

import doctest
import re
from pathlib import Path

import pytest

import nabij_geo

README = Path(__file__).parents[2] / "geo" / "README.md"


def test_the_example_in_the_docstring_runs() -> None:
    outcome = doctest.testmod(nabij_geo)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_the_example_in_the_readme_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    exec(compile(example, README.name, "exec"), {})  # noqa: S102 - our own example
    printed = capsys.readouterr().out.splitlines()
    promised = re.findall(r"print\(.*\)  # ([^:\n]+)", example)
    assert printed[: len(promised)] == promised
    assert printed[-1].startswith("DistanceInterval(nearest_m=8483.")


def test_the_public_names_are_those_agreed_on() -> None:
    assert set(nabij_geo.__all__) == {
        "EVERYWHERE",
        "RESOLUTIONS_M",
        "Anchors",
        "Catalogue",
        "CatalogueSource",
        "Columns",
        "Cell",
        "DistanceInterval",
        "GeoError",
        "GeoJsonPolygon",
        "GridPoint",
        "InvalidAnchors",
        "InvalidCatalogue",
        "InvalidCell",
        "InvalidPosition",
        "OutsideGrid",
        "Position",
        "Ranked",
        "Resolution",
        "Step",
        "candidate_radius_m",
        "candidates",
        "decode",
        "distance_intervals",
        "encode",
        "geodesic_distance_m",
        "nearest",
        "project",
        "prune",
        "unproject",
    }
    assert all(hasattr(nabij_geo, name) for name in nabij_geo.__all__)


@pytest.mark.parametrize(
    "error",
    [
        nabij_geo.InvalidAnchors,
        nabij_geo.InvalidCatalogue,
        nabij_geo.InvalidPosition,
        nabij_geo.InvalidCell,
        nabij_geo.OutsideGrid,
    ],
)
def test_every_error_is_a_geo_error_and_says_what_to_do(error: type[nabij_geo.GeoError]) -> None:
    assert issubclass(error, nabij_geo.GeoError)
    assert issubclass(error, ValueError)
    assert str(error()).endswith(".")
