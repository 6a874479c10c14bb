"""Cells, points and positions anywhere on the grid, for hypothesis."""

from hypothesis import strategies as st

from nabij_geo import RESOLUTIONS_M, Cell, GridPoint, Position, Resolution, unproject

SOUTH_M, NORTH_M = 900_000, 6_900_000
WEST_M, EAST_M = 900_000, 7_500_000

resolutions = st.sampled_from(RESOLUTIONS_M)
# A cell holds its lower and left sides but not the upper and right, hence the open end.
fractions = st.floats(0, 1, exclude_max=True)


def _cell(resolution_m: Resolution, up: float, right: float) -> Cell:
    rows, columns = (NORTH_M - SOUTH_M) // resolution_m, (EAST_M - WEST_M) // resolution_m
    return Cell(
        resolution_m,
        SOUTH_M + int(up * rows) * resolution_m,
        WEST_M + int(right * columns) * resolution_m,
    )


cells = st.builds(_cell, resolutions, fractions, fractions)
grid_points = st.builds(GridPoint, st.floats(SOUTH_M, NORTH_M), st.floats(WEST_M, EAST_M))
positions_on_grid = grid_points.map(unproject)
positions_on_earth = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))


def coarser(cell: Cell, resolution_m: Resolution) -> Resolution:
    """Return the coarser of a cell's resolution and another."""
    return max(cell.resolution_m, resolution_m)


def point_in(cell: Cell, up: float, right: float) -> GridPoint:
    """Return the point at fractions of the cell's height and width."""
    return GridPoint(
        cell.northing_m + up * cell.resolution_m, cell.easting_m + right * cell.resolution_m
    )
