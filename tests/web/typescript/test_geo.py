"""The geography of ``@nabij/web`` is that of ``nabij_geo``: on the vectors, and at random."""

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nabij_geo import (
    RESOLUTIONS_M,
    Cell,
    OutsideGrid,
    Position,
    decode,
    geodesic_distance_m,
    project,
    unproject,
)
from tests.web.typescript.node import answer

VECTORS = Path(__file__).parents[2] / "vectors"
CATALOGUE: dict[str, Any] = json.loads((VECTORS / "catalogue.json").read_text("utf-8"))
_RANDOM_POSITIONS = 10_000


def cell_rows() -> list[dict[str, str]]:
    """The rows of the vectors of the grid."""
    with (VECTORS / "cells.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def places() -> Iterator[tuple[float, float]]:
    """Places all over Europe and, one in three, all over the world; some where lines meet."""
    dice = random.Random(2026)  # noqa: S311 - no secrets
    for index in range(_RANDOM_POSITIONS):
        if index % 3:
            yield dice.uniform(34, 72), dice.uniform(-12, 35)
        else:
            yield dice.uniform(-90, 90), dice.uniform(-180, 180)


def told_by_python(latitude: float, longitude: float) -> list[str] | str:
    """The codes of the cells that hold a position, or the name of the error."""
    try:
        position = Position(latitude, longitude)
        return [Cell.containing(position, each).code for each in RESOLUTIONS_M]
    except OutsideGrid as error:
        return type(error).__name__


def test_every_vector_of_the_grid_holds() -> None:
    rows = cell_rows()
    places = [(float(row["latitude_deg"]), float(row["longitude_deg"])) for row in rows]
    for row, place, told in zip(rows, places, answer("cells", places), strict=True):
        if not row["cell_1km"]:
            assert told == "OutsideGrid"
            continue
        assert told["codes"] == [row["cell_1km"], row["cell_10km"], row["cell_100km"]]
        point = [float(row["northing_m"]), float(row["easting_m"])]
        assert told["point"] == pytest.approx(point, abs=0.001)
        assert told["back"] == pytest.approx(place, abs=1e-8)


def test_cells_are_those_of_python_at_ten_thousand_random_positions() -> None:
    positions = list(places())
    told = [each if isinstance(each, str) else each["codes"] for each in answer("cells", positions)]
    assert told == [told_by_python(*each) for each in positions]
    assert 3_000 < told.count("OutsideGrid") < 5_000


def test_only_the_official_spelling_is_a_code() -> None:
    good = "CRS3035RES1000mN3263000E3973000"
    bad = (
        "CRS3035RES1000mN3263500E3973000",
        "CRS3035RES1000mN03263000E3973000",
        "crs3035res1000mN3263000E3973000",
        f"{good}\n",
        "CRS3035RES2000mN3264000E3974000",
        "",
    )
    outside = "CRS3035RES1000mN0E3973000"
    told = answer("parsed", [good, *bad, outside])
    assert told == [good, *["InvalidCell"] * len(bad), "OutsideGrid"]


def test_outlines_are_those_of_python() -> None:
    cells = [
        Cell.parse(row[column])
        for row in cell_rows()[::20]
        for column in ("cell_1km", "cell_10km", "cell_100km")
        if row["cell_1km"]
    ]
    outlines = [each.polygon()["coordinates"][0] for each in cells]
    for told, outline in zip(
        answer("polygons", [each.code for each in cells]), outlines, strict=True
    ):
        assert len(told) == len(outline)
        for mine, theirs in zip(told, outline, strict=True):
            assert mine == pytest.approx(theirs, abs=2e-7)


def test_distances_are_those_of_python_to_a_tenth_of_a_millimetre() -> None:
    inside = [each for each in places() if not isinstance(told_by_python(*each), str)][:2_000]
    pairs = list(zip(inside[::2], inside[1::2], strict=True))
    lengths = [geodesic_distance_m(Position(*a), Position(*b)) for a, b in pairs]
    assert answer("distances", pairs) == pytest.approx(lengths, abs=1e-4)


def test_intervals_are_those_of_python() -> None:
    inside = [each for each in places() if not isinstance(told_by_python(*each), str)][:1_000]
    cells = [Cell.containing(Position(*each)) for each in inside[::2]]
    pairs = list(zip(cells, inside[1::2], strict=True))
    bounds = [list(cell.distance_interval(project(Position(*point)))) for cell, point in pairs]
    told = answer("intervals", [(cell.code, point) for cell, point in pairs])
    for mine, theirs in zip(told, bounds, strict=True):
        assert mine == pytest.approx(theirs, abs=1e-3)


def test_a_catalogue_file_is_read_as_python_reads_it() -> None:
    told = answer("decoded", CATALOGUE["document"])
    assert [each["id"] for each in told] == CATALOGUE["ids"]
    for mine, theirs in zip(told, decode(CATALOGUE["document"]), strict=True):
        band = theirs.capacity_band_kw
        assert mine == {
            "id": theirs.id,
            "position": {
                "latitudeDeg": theirs.position.latitude_deg,
                "longitudeDeg": theirs.position.longitude_deg,
            },
            "technology": theirs.technology,
            "ownerKind": theirs.owner_kind,
            "licence": theirs.licence,
            "madeUp": theirs.made_up,
            "located": theirs.located,
            "name": theirs.name,
            "story": theirs.story,
            "register": theirs.register,
            "capacityKw": theirs.capacity_kw,
            "capacityBandKw": None if band is None else list(band),
            "count": theirs.count,
            "language": theirs.language,
        }


def test_what_is_no_catalogue_file_is_refused() -> None:
    whole = CATALOGUE["document"]
    owners = whole["owner_kind"]
    everybody_private = {**owners, "values": ["person"] * len(owners["values"])}
    broken: list[object] = [
        None,
        [],
        {**whole, "format": 2},
        {**whole, "sources": whole["sources"] - 1},
        {**whole, "version": "12"},
        {**whole, "latitude_e5": whole["latitude_e5"][:-1]},
        {**whole, "latitude_e5": [9_100_000, *whole["latitude_e5"][1:]]},
        {**whole, "count": [0.5, *whole["count"][1:]]},
        {**whole, "id": [whole["id"][1], *whole["id"][1:]]},
        {**whole, "name": {"values": [7], "index": whole["name"]["index"]}},
        {**whole, "located": {"values": ["here"], "index": [0] * whole["sources"]}},
        {name: value for name, value in whole.items() if name != "licence"},
        {**whole, "owner_kind": everybody_private},  # with names and sites
    ]
    assert answer("refused", [*broken, whole]) == [*["InvalidCatalogue"] * len(broken), 12]


def test_every_vector_of_what_is_nearest_holds() -> None:
    asked = CATALOGUE["nearest"]
    told = answer("nearest", {"document": CATALOGUE["document"], "asked": asked})
    for found, vector in zip(told, asked, strict=True):
        assert [each for each, _ in found] == vector["ids"]
        assert [each for _, each in found] == pytest.approx(vector["distances_m"], abs=0.001)


def test_every_vector_of_what_can_be_nearest_holds() -> None:
    asked = CATALOGUE["candidates"]
    told = answer("candidates", {"document": CATALOGUE["document"], "asked": asked})
    assert told == [vector["ids"] for vector in asked]


def test_a_point_comes_back_from_the_plane() -> None:
    position = unproject(project(Position(52.3731, 4.8926)))
    (told,) = answer("cells", [(52.3731, 4.8926)])
    assert told["back"] == pytest.approx((position.latitude_deg, position.longitude_deg), abs=1e-11)
