import itertools
import math

import numpy as np
import pytest
from hypothesis import given

from nabij_geo import (
    GridPoint,
    OutsideGrid,
    Position,
    geodesic_distance_m,
    project,
    unproject,
)
from nabij_geo.projection import (
    LARGEST_DISTORTION_SQUARED,
    distance_from_origin_m,
    ground_distance_m,
    length_distortion,
)
from tests.geo import oracle
from tests.geo.strategies import (
    EAST_M,
    NORTH_M,
    SOUTH_M,
    WEST_M,
    grid_points,
    positions_on_earth,
)

MILLIMETRE = 0.001
METRES_PER_DEGREE = 111_700


def _lattice(step_m: int) -> tuple[oracle.Array, oracle.Array]:
    """Return points all over the grid's area, its rims included."""
    northings, eastings = np.meshgrid(
        np.arange(SOUTH_M, NORTH_M + 1, step_m, dtype=np.float64),
        np.arange(WEST_M, EAST_M + 1, step_m, dtype=np.float64),
    )
    return northings.ravel(), eastings.ravel()


def test_unproject_is_within_a_millimetre_of_proj_all_over_europe() -> None:
    northings, eastings = _lattice(50_000)
    latitudes, longitudes = oracle.from_plane(northings, eastings)
    found = [unproject(GridPoint(*point)) for point in zip(northings, eastings, strict=True)]
    north = np.array([place.latitude_deg for place in found]) - latitudes
    east = np.array([place.longitude_deg for place in found]) - longitudes
    apart_m = np.hypot(north, east * np.cos(np.radians(latitudes))) * METRES_PER_DEGREE
    assert apart_m.max() < MILLIMETRE


def test_project_is_within_a_millimetre_of_proj_all_over_europe() -> None:
    northings, eastings = (points + 12_345.678 for points in _lattice(50_000))
    inside = (northings < NORTH_M) & (eastings < EAST_M)
    latitudes, longitudes = oracle.from_plane(northings[inside], eastings[inside])
    expected = np.array(oracle.to_plane(latitudes, longitudes)).T
    found = [
        project(Position(float(latitude), float(longitude)))
        for latitude, longitude in zip(latitudes, longitudes, strict=True)
    ]
    assert np.hypot(*(np.array(found) - expected).T).max() < MILLIMETRE


@pytest.mark.parametrize(
    ("position", "point"),
    [
        (Position(52, 10), GridPoint(3_210_000, 4_321_000)),
        (Position(50, 5), GridPoint(2_999_718.853, 3_962_799.451)),  # IOGP Guidance Note 7-2
    ],
)
def test_known_points(position: Position, point: GridPoint) -> None:
    assert project(position) == pytest.approx(point, abs=MILLIMETRE)
    assert _same_place(unproject(point), position)


def _same_place(a: Position, b: Position) -> bool:
    return oracle.distance_m(a, b) < MILLIMETRE


@given(grid_points)
def test_there_and_back_is_the_same_point(point: GridPoint) -> None:
    # A micrometre matters on the rim, where it decides between the grid and the outside.
    inner = GridPoint(
        min(max(point.northing_m, SOUTH_M + 1), NORTH_M - 1),
        min(max(point.easting_m, WEST_M + 1), EAST_M - 1),
    )
    assert project(unproject(inner)) == pytest.approx(inner, abs=1e-6)


@given(positions_on_earth)
def test_any_place_on_earth_gets_the_right_point_or_none(position: Position) -> None:
    northings, eastings = oracle.to_plane(
        np.array([position.latitude_deg]), np.array([position.longitude_deg])
    )
    north, east = float(northings[0]), float(eastings[0])
    inside_by_m = min(north - SOUTH_M, NORTH_M - north, east - WEST_M, EAST_M - east)
    try:
        point = project(position)
    except OutsideGrid:
        assert inside_by_m < MILLIMETRE
    else:
        assert inside_by_m > -MILLIMETRE
        assert point == pytest.approx((north, east), abs=MILLIMETRE)


@pytest.mark.parametrize(
    "position",
    [
        Position(-52, -170),
        Position(-51.999999999, -170.000000001),
        Position(-52.00000001, -169.99999999),
        Position(90, 0),
        Position(-90, 0),
        Position(0, 0),
        Position(40.7, -74.0),
        Position(52, -170),
        Position(-52, 10),
    ],
)
def test_the_antipode_and_the_rest_of_the_world_are_refused(position: Position) -> None:
    with pytest.raises(OutsideGrid):
        project(position)


@pytest.mark.parametrize(
    "point",
    [
        GridPoint(SOUTH_M - 0.001, 4e6),
        GridPoint(NORTH_M + 0.001, 4e6),
        GridPoint(3e6, WEST_M - 0.001),
        GridPoint(3e6, EAST_M + 0.001),
        GridPoint(math.nan, 4e6),
        GridPoint(3e6, math.inf),
    ],
)
def test_points_beyond_the_rims_have_no_position(point: GridPoint) -> None:
    with pytest.raises(OutsideGrid):
        unproject(point)


def test_the_length_distortion_holds_everywhere_and_is_tight() -> None:
    radii, turns = np.meshgrid(np.linspace(1_000, 6_100_000, 200), np.linspace(0.001, 6.284, 361))
    measured = oracle.scales(
        *oracle.from_plane(
            oracle.ORIGIN.northing_m + radii * np.cos(turns),
            oracle.ORIGIN.easting_m + radii * np.sin(turns),
        )
    )
    worst = np.maximum(measured.greatest, 1 / measured.least).max(axis=0)
    bound = np.array([length_distortion(float(radius)) for radius in radii[0]])
    assert (worst <= bound).all()
    assert (bound <= worst * 1.0006).all()


def test_the_length_distortion_grows_and_then_is_unknown() -> None:
    bounds = [length_distortion(radius) for radius in range(0, 6_100_001, 100_000)]
    assert all(nearer < farther for nearer, farther in itertools.pairwise(bounds))
    assert bounds[-1] ** 2 <= LARGEST_DISTORTION_SQUARED
    assert length_distortion(6_100_001) == math.inf


@pytest.mark.parametrize("radius_m", [10_000, 500_000, 2_500_000, 5_100_000])
def test_geodesics_stay_inside_discs_around_the_origin(radius_m: int) -> None:
    turns = np.linspace(0.001, 6.284, 25)
    rim = [
        oracle.position_of(
            GridPoint(
                oracle.ORIGIN.northing_m + radius_m * math.cos(turn),
                oracle.ORIGIN.easting_m + radius_m * math.sin(turn),
            )
        )
        for turn in turns
    ]
    for a, b in itertools.combinations(rim, 2):
        northings, eastings = oracle.to_plane(*oracle.geodesic_between(a, b, 9))
        for north, east in zip(northings, eastings, strict=True):
            point = GridPoint(float(north), float(east))
            assert distance_from_origin_m(point) < radius_m + MILLIMETRE


@pytest.mark.parametrize("apart_m", [1, 250, 1_000])
def test_ground_distances_are_within_a_thousandth_all_over_europe(apart_m: int) -> None:
    northings, eastings = (points + 50_000.0 for points in _lattice(300_000))
    inside = (northings < NORTH_M) & (eastings < EAST_M)
    for northing_m, easting_m in zip(northings[inside], eastings[inside], strict=True):
        here = GridPoint(float(northing_m), float(easting_m))
        for angle in (0.0, 0.8, 1.6, 2.4):
            there = GridPoint(
                here.northing_m + apart_m * math.sin(angle),
                here.easting_m + apart_m * math.cos(angle),
            )
            true_m = geodesic_distance_m(unproject(here), unproject(there))
            assert ground_distance_m(here, there) == pytest.approx(true_m, rel=0.001)


def test_at_the_origin_the_ground_is_the_plane() -> None:
    assert ground_distance_m(oracle.ORIGIN, GridPoint(3_210_003, 4_321_004)) == 5
