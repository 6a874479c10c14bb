"""Bounds on the distance from a point to any place in a square of the grid."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from nabij_geo.ellipsoid import geodesic_distance_m
from nabij_geo.position import Position
from nabij_geo.projection import (
    GridPoint,
    distance_from_origin_m,
    length_distortion,
    project,
    unproject,
)


class DistanceInterval(NamedTuple):
    """The least and the greatest distance in metres that a place somewhere in a cell can have."""

    nearest_m: float
    farthest_m: float


def distance_interval(centre: GridPoint, side_m: int, point: GridPoint) -> DistanceInterval:
    """Return bounds on the geodesic distance from ``point`` to any place in a square.

    Two bounds hold, and the tighter of each is taken. Let s be the length distortion of the disc
    around the projection's origin that holds point and square. Straight lines of the plane stay
    in it, and so do geodesics, as its rim is curved inwards everywhere. So
    (1) a geodesic distance lies between the plane's divided and multiplied by s;
    (2) it differs from that to the centre by no more than s times the half-diagonal.

    Args:
        centre: of the square, EPSG:3035.
        side_m: of the square.
        point: EPSG:3035.

    Raises:
        OutsideGrid: the point lies outside the grid's area.
    """
    to_centre_m = geodesic_distance_m(unproject(point), unproject(centre))
    return _bounds(centre, side_m, point, to_centre_m)


def distance_intervals(
    centre: GridPoint, side_m: int, positions: Iterable[Position]
) -> list[DistanceInterval]:
    """Return the same for many positions (WGS 84), in two thirds of the time.

    Raises:
        OutsideGrid: a position lies outside the grid's area.
    """
    middle = unproject(centre)
    return [
        _bounds(centre, side_m, project(each), geodesic_distance_m(each, middle))
        for each in positions
    ]


def _bounds(
    centre: GridPoint, side_m: int, point: GridPoint, to_centre_m: float
) -> DistanceInterval:
    half_m, half_diagonal_m = side_m / 2, side_m * math.sqrt(0.5)
    north_m = abs(point.northing_m - centre.northing_m)
    east_m = abs(point.easting_m - centre.easting_m)
    disc_m = max(distance_from_origin_m(centre) + half_diagonal_m, distance_from_origin_m(point))
    distortion = length_distortion(disc_m)
    spread_m = distortion * half_diagonal_m
    planar_nearest_m = math.hypot(max(north_m - half_m, 0.0), max(east_m - half_m, 0.0))
    planar_farthest_m = math.hypot(north_m + half_m, east_m + half_m)
    return DistanceInterval(
        max(planar_nearest_m / distortion, to_centre_m - spread_m),
        min(planar_farthest_m * distortion, to_centre_m + spread_m),
    )
