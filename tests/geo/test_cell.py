import itertools
import math
from typing import cast

import numpy as np
import pytest
from hypothesis import example, given

from nabij_geo import (
    Cell,
    GridPoint,
    InvalidCell,
    OutsideGrid,
    Position,
    Resolution,
    project,
    unproject,
)
from tests.geo import oracle
from tests.geo.strategies import (
    EAST_M,
    NORTH_M,
    SOUTH_M,
    WEST_M,
    cells,
    coarser,
    fractions,
    grid_points,
    point_in,
    resolutions,
)

AMSTERDAM = Position(52.3731, 4.8926)
AMSTERDAM_CELL = Cell(1_000, 3_263_000, 3_973_000)
CORNER_CELLS = [
    Cell(100_000, north, east)
    for north, east in itertools.product((SOUTH_M, NORTH_M - 100_000), (WEST_M, EAST_M - 100_000))
]


def test_amsterdam() -> None:
    assert Cell.containing(AMSTERDAM) == AMSTERDAM_CELL
    assert AMSTERDAM_CELL.code == "CRS3035RES1000mN3263000E3973000"
    assert AMSTERDAM_CELL.centre == GridPoint(3_263_500, 3_973_500)
    assert AMSTERDAM_CELL.half_diagonal_m == pytest.approx(707.1068, abs=1e-4)
    assert AMSTERDAM_CELL.parent(100_000).code == "CRS3035RES100000mN3200000E3900000"


@given(cells)
def test_parse_reads_what_code_writes(cell: Cell) -> None:
    assert Cell.parse(cell.code) == cell


@given(cells, fractions, fractions)
def test_a_cell_contains_its_points(cell: Cell, up: float, right: float) -> None:
    # Unprojecting and projecting again may move a point on a line by a nanometre: stay off it.
    point = point_in(cell, min(max(up, 1e-6), 1 - 1e-6), min(max(right, 1e-6), 1 - 1e-6))
    assert Cell.containing(unproject(point), cell.resolution_m) == cell


@given(cells, fractions, fractions)
def test_a_cell_holds_its_points(cell: Cell, up: float, right: float) -> None:
    # The last fractions below 1 are lost where millions of metres are added.
    point = point_in(cell, min(up, 1 - 1e-9), min(right, 1 - 1e-9))
    assert Cell.holding(point, cell.resolution_m) == cell


@given(cells, fractions, fractions, resolutions)
def test_cells_nest(cell: Cell, up: float, right: float, other_m: Resolution) -> None:
    position = unproject(point_in(cell, 0.25 + up / 2, 0.25 + right / 2))
    resolution_m = coarser(cell, other_m)
    assert Cell.containing(position, resolution_m) == cell.parent(resolution_m)


@given(cells, resolutions)
def test_coarsening_again_changes_nothing(cell: Cell, other_m: Resolution) -> None:
    coarse = cell.parent(coarser(cell, other_m))
    assert coarse.parent(coarse.resolution_m) == coarse
    assert Cell.containing(unproject(coarse.centre), coarse.resolution_m) == coarse


@pytest.mark.parametrize("resolution_m", [10_000, 100_000])
def test_children_tile_their_parent(resolution_m: Resolution) -> None:
    parent = AMSTERDAM_CELL.parent(resolution_m)
    children = parent.children()
    side_m = resolution_m // 10
    assert {(c.northing_m, c.easting_m) for c in children} == {
        (parent.northing_m + up * side_m, parent.easting_m + right * side_m)
        for up, right in itertools.product(range(10), repeat=2)
    }
    assert {child.parent(resolution_m) for child in children} == {parent}
    assert len(children) == 100


def test_the_finest_cell_has_no_children() -> None:
    assert AMSTERDAM_CELL.children() == ()


@pytest.mark.parametrize("resolution_m", [1_000, 10_000, 0, 500])
def test_a_parent_is_no_finer_than_its_cell(resolution_m: Resolution) -> None:
    with pytest.raises(InvalidCell):
        AMSTERDAM_CELL.parent(100_000).parent(resolution_m)


def test_lower_left_sides_belong_to_the_cell() -> None:
    # On the central meridian eastings are exact, and so the side can be met exactly.
    on_the_side = Position(51.7, 10)
    assert project(on_the_side).easting_m == 4_321_000
    assert Cell.containing(on_the_side).easting_m == 4_321_000


def test_ten_nanometres_left_of_a_line_is_left_of_it() -> None:
    left_of_it = Position(51.7, 10 - 1e-13)
    assert project(left_of_it).easting_m < 4_321_000
    assert Cell.containing(left_of_it).easting_m == 4_320_000


@pytest.mark.parametrize(
    "code",
    [
        "",
        "CRS3035RES1000mN03263000E3973000",
        "CRS3035RES1000mN+3263000E3973000",
        "CRS3035RES1000mN-3263000E3973000",
        "CRS3035RES01000mN3263000E3973000",
        "CRS3035RES1000mN3263000E3973000\n",
        " CRS3035RES1000mN3263000E3973000",
        "CRS3035RES1000mN3263000 E3973000",
        "CRS3035RES1000mN3_263000E3973000",
        "CRS3035RES1000mN3263000.0E3973000",
        "crs3035res1000mn3263000e3973000",
        "CRS3035RES1000mE3973000N3263000",
        "CRS3035RES1000mN\u0663\u0662\u0666\u0663\u0660\u0660\u0660E3973000",  # Arabic digits
        "CRS3035RES1000mN3\u0662\u0666\u0663000E3973000",
        "CRS3035RES1000mN3263000E3\u0669\u0667\u0663000",
        "CRS3035RES1000mN3263000E" + "9" * 5_000,
        "CRS3035RES100mN3263000E3973000",
        "CRS3035RES1000000mN3000000E3000000",
        "CRS3035RES5000mN3260000E3970000",
        "CRS4326RES1000mN3263000E3973000",
        "1kmN3263E3973",
        "CRS3035RES1000mN3263001E3973000",
        "CRS3035RES1000mN3263000E3973500",
        "CRS3035RES10000mN3263000E3970000",
        "CRS3035RES100000mN3200000E3950000",
    ],
)
def test_other_spellings_and_misaligned_corners_are_refused(code: str) -> None:
    with pytest.raises(InvalidCell) as refused:
        Cell.parse(code)
    assert not code or f" {code}." not in str(refused.value)


@pytest.mark.parametrize(
    "code",
    [
        "CRS3035RES1000mN0E0",
        "CRS3035RES1000mN899000E3973000",
        "CRS3035RES1000mN6900000E3973000",
        "CRS3035RES1000mN3263000E899000",
        "CRS3035RES1000mN3263000E7500000",
        "CRS3035RES100000mN6900000E7500000",
        "CRS3035RES1000mN99999000E3973000",
    ],
)
def test_cells_off_the_grid_are_refused(code: str) -> None:
    with pytest.raises(OutsideGrid) as refused:
        Cell.parse(code)
    assert code not in str(refused.value)


@pytest.mark.parametrize("corner", [(3_263_000.0, 3_973_000), (3_263_000, 3_973_000.0)])
def test_corners_are_whole_numbers(corner: tuple[int, int]) -> None:
    with pytest.raises(InvalidCell):
        Cell(1_000, *corner)


def test_there_are_no_other_resolutions() -> None:
    for unknown in (0, 500, 2_000, 1_000_000, True):
        resolution_m = cast("Resolution", unknown)
        with pytest.raises(InvalidCell):
            Cell(resolution_m, 3_000_000, 4_000_000)
        with pytest.raises(InvalidCell):
            Cell.containing(AMSTERDAM, resolution_m)


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
