"""The squares of the European statistical grid (INSPIRE, EPSG:3035), of 1, 10 and 100 km.

They nest exactly, have equal area all over Europe and official head counts.
"""

import itertools
import math
from dataclasses import dataclass
from typing import Self

from nabij_geo.cell_code import RESOLUTIONS_M, CellCode, Resolution, parse_code
from nabij_geo.cell_outline import GeoJsonPolygon, outline
from nabij_geo.distance_interval import DistanceInterval, distance_interval
from nabij_geo.errors import InvalidCell, OutsideGrid
from nabij_geo.position import Position
from nabij_geo.projection import (
    GridPoint,
    distance_from_origin_m,
    in_grid_area,
    length_distortion,
    project,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of the European grid, named by its lower-left corner.

    The lower and left sides belong to the cell, the upper and right sides to its neighbours.

    Args:
        resolution_m: length of a side: 1 000, 10 000 or 100 000 m.
        northing_m, easting_m: the corner, EPSG:3035, multiples of the resolution.

    Raises:
        InvalidCell: no such resolution, or the corner is no whole multiple of it.
        OutsideGrid: the corner lies outside the grid's area.
    """

    resolution_m: Resolution
    northing_m: int
    easting_m: int

    def __post_init__(self) -> None:
        numbers = (self.resolution_m, self.northing_m, self.easting_m)
        if not all(type(number) is int for number in numbers):
            raise InvalidCell
        if self.resolution_m not in RESOLUTIONS_M or any(
            each % self.resolution_m for each in numbers
        ):
            raise InvalidCell
        if not in_grid_area(self.northing_m, self.easting_m):
            raise OutsideGrid

    @classmethod
    def containing(cls, position: Position, resolution_m: Resolution = 1_000) -> Self:
        """Return the cell that holds a position; all that Nabij ever tells about it.

        Raises:
            InvalidCell, OutsideGrid: as ``holding``.
        """
        return cls.holding(project(position), resolution_m)

    @classmethod
    def holding(cls, point: GridPoint, resolution_m: Resolution = 1_000) -> Self:
        """Return the cell that holds a point of the plane.

        Raises:
            InvalidCell: no such resolution.
            OutsideGrid: the point lies outside the grid's area.
        """
        if resolution_m not in RESOLUTIONS_M:
            raise InvalidCell
        northing_m = int(point.northing_m // resolution_m) * resolution_m
        easting_m = int(point.easting_m // resolution_m) * resolution_m
        return cls(resolution_m, northing_m, easting_m)

    @classmethod
    def parse(cls, code: str) -> Self:
        """Return the cell of a code in its one official spelling.

        Raises:
            InvalidCell: the spelling differs, or the corner is no multiple of the resolution.
            OutsideGrid: the corner lies outside the grid's area.
        """
        return cls(*parse_code(code))

    @property
    def code(self) -> str:
        """The official INSPIRE code, for instance `CRS3035RES1000mN3263000E3973000`."""
        return str(CellCode(self.resolution_m, self.northing_m, self.easting_m))

    @property
    def centre(self) -> GridPoint:
        """The midpoint, EPSG:3035."""
        half = self.resolution_m / 2
        return GridPoint(self.northing_m + half, self.easting_m + half)

    @property
    def half_diagonal_m(self) -> float:
        """The distance in the plane from the centre to a corner."""
        return self.resolution_m * math.sqrt(0.5)

    @property
    def corners(self) -> tuple[GridPoint, GridPoint, GridPoint, GridPoint]:
        """The four corners, EPSG:3035, counter-clockwise from the south-west."""
        south, west, side = self.northing_m, self.easting_m, self.resolution_m
        lower = (GridPoint(south, west), GridPoint(south, west + side))
        return (*lower, GridPoint(south + side, west + side), GridPoint(south + side, west))

    @property
    def farthest_from_origin_m(self) -> float:
        """The radius of the disc around the projection's origin that holds the cell."""
        return distance_from_origin_m(self.centre) + self.half_diagonal_m

    @property
    def farthest_from_centre_m(self) -> float:
        """A geodesic distance from the centre that no place in the cell is beyond."""
        return length_distortion(self.farthest_from_origin_m) * self.half_diagonal_m

    def parent(self, resolution_m: Resolution) -> Self:
        """Return the cell of a coarser resolution that holds this one; itself for its own.

        Raises:
            InvalidCell: the resolution is finer than this cell's, or none of the grid's.
        """
        if resolution_m < self.resolution_m:
            raise InvalidCell("A parent is as coarse as its cell or coarser. Use children().")
        return self.holding(GridPoint(self.northing_m, self.easting_m), resolution_m)

    def children(self) -> tuple[Self, ...]:
        """Return the 100 next finer cells, row by row from the south-west; 1 km has none."""
        if self.resolution_m == RESOLUTIONS_M[0]:
            return ()
        step = RESOLUTIONS_M[RESOLUTIONS_M.index(self.resolution_m) - 1]
        south, west, side = self.northing_m, self.easting_m, self.resolution_m
        sides = (range(south, south + side, step), range(west, west + side, step))
        return tuple(type(self)(step, *corner) for corner in itertools.product(*sides))

    def polygon(self) -> GeoJsonPolygon:
        """Return the outline in WGS 84 as GeoJSON, closed and counter-clockwise (RFC 7946)."""
        return outline(self.northing_m, self.easting_m, self.resolution_m)

    def distance_interval(self, point: GridPoint) -> DistanceInterval:
        """Return bounds on the geodesic distance from `point` to any place in this cell.

        Raises:
            OutsideGrid: the point lies outside the grid's area.
        """
        return distance_interval(self.centre, self.resolution_m, point)
