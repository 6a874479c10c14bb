import itertools
from typing import cast

import pytest
from hypothesis import given

from nabij_geo import (
    Cell,
    GridPoint,
    InvalidCell,
    Position,
    Resolution,
    project,
    unproject,
)
from tests.geo.strategies import (
    cells,
    coarser,
    fractions,
    point_in,
    resolutions,
)

AMSTERDAM = Position(52.3731, 4.8926)
AMSTERDAM_CELL = Cell(1_000, 3_263_000, 3_973_000)


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
