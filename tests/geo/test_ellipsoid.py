import math

import numpy as np
import pytest
from hypothesis import given

from nabij_geo import OutsideGrid, Position, geodesic_distance_m
from tests.geo import oracle
from tests.geo.strategies import positions_on_earth, positions_on_grid

NEARLY_OPPOSITE_M = 19_900_000
MILLIMETRE = 0.001


@given(positions_on_grid, positions_on_grid)
def test_distances_on_the_grid_are_right_to_a_millimetre(a: Position, b: Position) -> None:
    assert abs(geodesic_distance_m(a, b) - oracle.distance_m(a, b)) < MILLIMETRE


@given(positions_on_earth, positions_on_earth)
def test_distances_on_earth_are_right_or_refused(a: Position, b: Position) -> None:
    expected_m = oracle.distance_m(a, b)
    try:
        distance_m = geodesic_distance_m(a, b)
    except OutsideGrid:
        assert expected_m > NEARLY_OPPOSITE_M
    else:
        assert abs(distance_m - expected_m) < MILLIMETRE


def test_many_distances_near_and_far() -> None:
    random = np.random.default_rng(1975)
    here = Position(52.3731, 4.8926)
    reach = 10.0 ** random.uniform(-7, 1.5, 2_000)
    turn = random.uniform(0, math.tau, 2_000)
    latitudes = here.latitude_deg + reach * np.sin(turn)
    longitudes = here.longitude_deg + reach * np.cos(turn)
    expected = oracle.distances_m(here, latitudes, longitudes)
    found = [
        geodesic_distance_m(here, Position(float(latitude), float(longitude)))
        for latitude, longitude in zip(latitudes, longitudes, strict=True)
    ]
    assert np.abs(np.array(found) - expected).max() < MILLIMETRE


@pytest.mark.parametrize(
    ("a", "b", "expected_m"),
    [
        (Position(52, 10), Position(52, 10), 0.0),
        (Position(52, 180), Position(52, -180), 0.0),
        (Position(0, 0), Position(0, 1), 111_319.4908),
        (Position(0, 179.5), Position(0, -179.5), 111_319.4908),
        (Position(90, 0), Position(90, 77), 0.0),
        (Position(0, 20), Position(90, 20), 10_001_965.7293),
    ],
)
def test_special_places(a: Position, b: Position, expected_m: float) -> None:
    assert geodesic_distance_m(a, b) == pytest.approx(expected_m, abs=MILLIMETRE)


@given(positions_on_grid, positions_on_grid)
def test_there_is_as_far_as_back(a: Position, b: Position) -> None:
    assert abs(geodesic_distance_m(a, b) - geodesic_distance_m(b, a)) < MILLIMETRE


@pytest.mark.parametrize("opposite", [Position(0, 180), Position(0.2, 179.7), Position(-0.3, 180)])
def test_nearly_opposite_places_are_refused(opposite: Position) -> None:
    with pytest.raises(OutsideGrid):
        geodesic_distance_m(Position(0, 0), opposite)
