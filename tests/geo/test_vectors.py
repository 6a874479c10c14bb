"""The vectors that every implementation of the grid agrees on."""

import csv
from pathlib import Path

import numpy as np
import pytest

from nabij_geo import RESOLUTIONS_M, Cell, GridPoint, OutsideGrid, Position, project, unproject
from tests.geo import oracle

VECTORS = Path(__file__).parents[1] / "vectors" / "cells.csv"
COLUMNS = ("cell_1km", "cell_10km", "cell_100km")


def _rows() -> list[dict[str, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


INSIDE = [row for row in _rows() if row["cell_1km"]]
OUTSIDE = [row for row in _rows() if not row["cell_1km"]]


def _position(row: dict[str, str]) -> Position:
    return Position(float(row["latitude_deg"]), float(row["longitude_deg"]))


def _point(row: dict[str, str]) -> GridPoint:
    return GridPoint(float(row["northing_m"]), float(row["easting_m"]))


def test_there_are_vectors_of_both_kinds() -> None:
    assert len(INSIDE) > 180
    assert len(OUTSIDE) > 10


def test_every_position_has_its_point_and_back() -> None:
    for row in INSIDE:
        assert project(_position(row)) == pytest.approx(_point(row), abs=0.001)
        assert oracle.distance_m(unproject(_point(row)), _position(row)) < 0.001


def test_every_position_has_its_cells() -> None:
    for row in INSIDE:
        codes = [Cell.containing(_position(row), step).code for step in RESOLUTIONS_M]
        assert codes == [row[column] for column in COLUMNS]


def test_every_position_outside_is_refused() -> None:
    for row in OUTSIDE:
        with pytest.raises(OutsideGrid):
            Cell.containing(_position(row))


def test_the_file_says_what_proj_says() -> None:
    latitudes = np.array([float(row["latitude_deg"]) for row in INSIDE])
    longitudes = np.array([float(row["longitude_deg"]) for row in INSIDE])
    points = np.array([_point(row) for row in INSIDE])
    assert np.abs(np.array(oracle.to_plane(latitudes, longitudes)).T - points).max() < 0.0001
