import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis.strategies import lists

from nabij_geo import (
    Cell,
    GridPoint,
    OutsideGrid,
    Position,
    distance_intervals,
    unproject,
)
from tests.geo import oracle
from tests.geo.strategies import (
    EAST_M,
    NORTH_M,
    SOUTH_M,
    WEST_M,
    cells,
    fractions,
    grid_points,
    point_in,
)

AMSTERDAM_CELL = Cell(1_000, 3_263_000, 3_973_000)
CORNER_CELLS = [
    Cell(100_000, north, east)
    for north, east in itertools.product((SOUTH_M, NORTH_M - 100_000), (WEST_M, EAST_M - 100_000))
]


@given(cells)
@example(CORNER_CELLS[0])
@example(CORNER_CELLS[1])
@example(CORNER_CELLS[2])
@example(CORNER_CELLS[3])
def test_a_polygon_is_closed_counter_clockwise_and_as_large_as_its_cell(cell: Cell) -> None:
    polygon = cell.polygon()
    (ring,) = polygon["coordinates"]
    assert polygon["type"] == "Polygon"
    assert ring[0] == ring[-1]
    assert _signed_area(np.array(ring)) > 0
    longitudes, latitudes = np.array(ring).T
    northings, eastings = oracle.to_plane(latitudes, longitudes)
    area = _signed_area(np.column_stack([eastings, northings]))
    assert area == pytest.approx(cell.resolution_m**2, rel=1e-3)


def _signed_area(ring: oracle.Array) -> float:
    """Return the area inside a closed ring of (x, y), positive when counter-clockwise."""
    x, y = (ring - ring[0]).T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


@given(cells)
@example(CORNER_CELLS[1])
@example(CORNER_CELLS[3])
def test_straight_map_lines_stray_a_metre_at_most_from_the_sides(cell: Cell) -> None:
    ring = np.array(cell.polygon()["coordinates"][0])
    longitudes, latitudes = ((ring[:-1] + ring[1:]) / 2).T
    northings, eastings = oracle.to_plane(latitudes, longitudes)
    centre, half = cell.centre, cell.resolution_m / 2
    from_centre = np.maximum(
        np.abs(northings - centre.northing_m), np.abs(eastings - centre.easting_m)
    )
    assert np.abs(from_centre - half).max() < 1.1


@given(cells)
def test_the_corners_of_a_polygon_are_those_of_the_cell(cell: Cell) -> None:
    ring = cell.polygon()["coordinates"][0][:-1]
    corners = [Position(latitude, longitude) for longitude, latitude in ring[:: len(ring) // 4]]
    expected = [point_in(cell, *at) for at in ((0, 0), (0, 1), (1, 1), (1, 0))]
    for corner, point in zip(corners, expected, strict=True):
        assert oracle.distance_m(corner, oracle.position_of(point)) < 0.02


@given(cells, grid_points, fractions, fractions)
@example(CORNER_CELLS[1], GridPoint(6_900_000, 900_000), 0.0, 1.0)
@example(CORNER_CELLS[3], GridPoint(6_700_000, 7_300_000), 1.0, 1.0)
def test_every_place_of_a_cell_is_within_the_interval(
    cell: Cell, point: GridPoint, up: float, right: float
) -> None:
    interval = cell.distance_interval(point)
    for at in ((up, right), (0, 0), (0, 1), (1, 0), (1, 1), (0.5, 0.5), (up, 0), (1, right)):
        place = oracle.position_of(point_in(cell, *at))
        distance_m = oracle.distance_m(place, oracle.position_of(point))
        assert interval.nearest_m - 0.001 <= distance_m <= interval.farthest_m + 0.001


@given(cells, fractions, fractions, fractions, fractions)
def test_every_place_near_a_cell_is_within_the_interval(
    cell: Cell, north: float, east: float, up: float, right: float
) -> None:
    point = point_in(cell, 6 * north - 2.5, 6 * east - 2.5)
    clipped = GridPoint(
        min(max(point.northing_m, SOUTH_M), NORTH_M), min(max(point.easting_m, WEST_M), EAST_M)
    )
    place = oracle.position_of(point_in(cell, up, right))
    distance_m = oracle.distance_m(place, oracle.position_of(clipped))
    interval = cell.distance_interval(clipped)
    assert interval.nearest_m - 0.001 <= distance_m <= interval.farthest_m + 0.001


@given(cells, grid_points)
def test_the_interval_is_no_wider_than_the_cell_makes_it(cell: Cell, point: GridPoint) -> None:
    interval = cell.distance_interval(point)
    assert interval.farthest_m - interval.nearest_m <= 2.2 * cell.half_diagonal_m


@given(cells, fractions, fractions)
def test_inside_the_cell_the_nearest_is_zero(cell: Cell, up: float, right: float) -> None:
    assert cell.distance_interval(point_in(cell, up, right)).nearest_m == 0


def test_outside_the_cell_the_nearest_is_the_way_to_it() -> None:
    east_of_it = GridPoint(AMSTERDAM_CELL.centre.northing_m, AMSTERDAM_CELL.easting_m + 4_000)
    interval = AMSTERDAM_CELL.distance_interval(east_of_it)
    assert interval.nearest_m == pytest.approx(3_000, rel=2e-3)
    assert interval.farthest_m == pytest.approx(math.hypot(4_000, 500), rel=2e-3)


def test_the_interval_of_a_point_off_the_grid_is_refused() -> None:
    with pytest.raises(OutsideGrid):
        AMSTERDAM_CELL.distance_interval(GridPoint(0, 0))


@given(cells, lists(grid_points, max_size=5))
def test_the_intervals_of_many_are_those_of_each(cell: Cell, points: list[GridPoint]) -> None:
    # On the rim itself, a position and back may lie outside.
    assume(all(SOUTH_M + 1 < north < NORTH_M - 1 for north, _ in points))
    assume(all(WEST_M + 1 < east < EAST_M - 1 for _, east in points))
    positions = (unproject(point) for point in points)
    many = distance_intervals(cell.centre, cell.resolution_m, positions)
    each = [cell.distance_interval(point) for point in points]
    assert [list(interval) for interval in many] == [
        pytest.approx(list(interval), abs=1e-3) for interval in each
    ]


def test_a_place_of_many_outside_the_grid_is_refused() -> None:
    with pytest.raises(OutsideGrid):
        distance_intervals(
            AMSTERDAM_CELL.centre, 1_000, [Position(52.0, 5.0), Position(-52.0, 5.0)]
        )
