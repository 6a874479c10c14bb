"""The squares of the European statistical grid (INSPIRE, EPSG:3035), by which Nabij knows a person.

Cells of 1, 10 and 100 km nest exactly, have equal area all over Europe and official head counts.
"""

import itertools
import math
import re
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, Self, TypedDict

from nabij_geo.ellipsoid import geodesic_distance_m
from nabij_geo.errors import InvalidCell, OutsideGrid
from nabij_geo.position import Position
from nabij_geo.projection import (
    GridPoint,
    distance_from_origin_m,
    in_grid_area,
    length_distortion,
    project,
    unproject,
)

Resolution = Literal[1_000, 10_000, 100_000]

RESOLUTIONS_M: Final[tuple[Resolution, ...]] = (1_000, 10_000, 100_000)

_RESOLUTION_OF: Final[dict[str, Resolution]] = {str(step): step for step in RESOLUTIONS_M}
_CODE: Final = re.compile(r"CRS3035RES(10{3,5})mN(0|[1-9][0-9]{0,7})E(0|[1-9][0-9]{0,7})")
# A straight line of 2 km on a map in degrees strays at most a metre from the side it stands for.
_POLYGON_STEP_M: Final = 2_000
_POLYGON_DECIMALS: Final = 7


class DistanceInterval(NamedTuple):
    """The least and the greatest distance in metres that a place somewhere in a cell can have."""

    nearest_m: float
    farthest_m: float


class GeoJsonPolygon(TypedDict):
    """A GeoJSON Polygon (RFC 7946): rings of [longitude, latitude] in WGS 84 degrees."""

    type: Literal["Polygon"]
    coordinates: list[list[list[float]]]


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of the European grid, named by its lower-left corner.

    The lower and left sides belong to the cell, the upper and right sides to its neighbours.

    Args:
        resolution_m: length of a side: 1 000, 10 000 or 100 000 m.
        northing_m: northing of the lower-left corner, EPSG:3035, a multiple of the resolution.
        easting_m: easting of the lower-left corner, likewise.

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
        if self.resolution_m not in RESOLUTIONS_M:
            raise InvalidCell
        if self.northing_m % self.resolution_m or self.easting_m % self.resolution_m:
            raise InvalidCell
        if not in_grid_area(self.northing_m, self.easting_m):
            raise OutsideGrid

    @classmethod
    def containing(cls, position: Position, resolution_m: Resolution = 1_000) -> Self:
        """Return the cell that holds a position; all that Nabij ever tells about it.

        Raises:
            InvalidCell: no such resolution.
            OutsideGrid: the position lies outside the grid's area.
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
        match = _CODE.fullmatch(code)
        if match is None:
            raise InvalidCell
        resolution, northing, easting = match.groups()
        return cls(_RESOLUTION_OF[resolution], int(northing), int(easting))

    @property
    def code(self) -> str:
        """The official INSPIRE code, for instance `CRS3035RES1000mN3263000E3973000`."""
        return f"CRS3035RES{self.resolution_m}mN{self.northing_m}E{self.easting_m}"

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
        north, east = south + side, west + side
        return (
            GridPoint(south, west),
            GridPoint(south, east),
            GridPoint(north, east),
            GridPoint(north, west),
        )

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
        """Return the 100 cells of the next finer resolution, from the south-west, row by row.

        A cell of 1 km, the finest there is, has none.
        """
        if self.resolution_m == RESOLUTIONS_M[0]:
            return ()
        step = RESOLUTIONS_M[RESOLUTIONS_M.index(self.resolution_m) - 1]
        northings = range(self.northing_m, self.northing_m + self.resolution_m, step)
        eastings = range(self.easting_m, self.easting_m + self.resolution_m, step)
        return tuple(type(self)(step, *corner) for corner in itertools.product(northings, eastings))

    def polygon(self) -> GeoJsonPolygon:
        """Return the outline in WGS 84 as GeoJSON, closed and counter-clockwise (RFC 7946).

        Sides are bent where they must be: neighbours and nested cells meet within a metre.
        """
        south, west, side = self.northing_m, self.easting_m, self.resolution_m
        north, east = south + side, west + side
        steps = range(0, side, min(side, _POLYGON_STEP_M))
        ring = [
            *(GridPoint(south, west + step) for step in steps),
            *(GridPoint(south + step, east) for step in steps),
            *(GridPoint(north, east - step) for step in steps),
            *(GridPoint(north - step, west) for step in steps),
            GridPoint(south, west),
        ]
        return {"type": "Polygon", "coordinates": [[_longitude_latitude(point) for point in ring]]}

    def distance_interval(self, point: GridPoint) -> DistanceInterval:
        """Return bounds on the geodesic distance from `point` to any place in this cell.

        Two bounds hold, and the tighter of each is taken. Let s be the length distortion of the
        disc around the projection's origin that holds point and cell. Straight lines of the plane
        stay in it, and so do geodesics, as its rim is curved inwards everywhere. So
        (1) a geodesic distance lies between the plane's divided and multiplied by s;
        (2) it differs from that to the centre by no more than s times the half-diagonal.

        Raises:
            OutsideGrid: the point lies outside the grid's area.
        """
        centre, half = self.centre, self.resolution_m / 2
        to_centre_m = geodesic_distance_m(unproject(point), unproject(centre))
        north = abs(point.northing_m - centre.northing_m)
        east = abs(point.easting_m - centre.easting_m)
        disc_m = max(self.farthest_from_origin_m, distance_from_origin_m(point))
        distortion = length_distortion(disc_m)
        spread_m = distortion * self.half_diagonal_m
        planar_nearest_m = math.hypot(max(north - half, 0.0), max(east - half, 0.0))
        planar_farthest_m = math.hypot(north + half, east + half)
        return DistanceInterval(
            max(planar_nearest_m / distortion, to_centre_m - spread_m),
            min(planar_farthest_m * distortion, to_centre_m + spread_m),
        )


def _longitude_latitude(point: GridPoint) -> list[float]:
    position = unproject(point)
    return [
        round(position.longitude_deg, _POLYGON_DECIMALS),
        round(position.latitude_deg, _POLYGON_DECIMALS),
    ]
