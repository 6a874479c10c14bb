"""The plane of the European grid: EPSG:3035, Lambert azimuthal equal-area on GRS 80.

Areas are true everywhere, lengths only at the origin, 52 N 10 E; `length_distortion` bounds by how
much they are off elsewhere.

Sources: IOGP Guidance Note 7-2, "Lambert Azimuthal Equal Area" (EPSG method 9820); J. P. Snyder,
"Map Projections: A Working Manual" (1987), section 24. Latitudes come back by iteration to the last
digit (`authalic`), not by the series that the Guidance Note cuts off.
"""

import math
from typing import Final, NamedTuple

from nabij_geo.authalic import AUTHALIC_RADIUS_M, authalic_latitude, geodetic_latitude
from nabij_geo.ellipsoid import ECCENTRICITY_SQUARED, EQUATORIAL_RADIUS_M
from nabij_geo.errors import OutsideGrid
from nabij_geo.position import Position

FALSE_NORTHING_M: Final = 3_210_000
FALSE_EASTING_M: Final = 4_321_000
SOUTH_M: Final = 900_000
NORTH_M: Final = 6_900_000
WEST_M: Final = 900_000
EAST_M: Final = 7_500_000

_ORIGIN_LATITUDE: Final = math.radians(52)
_ORIGIN_LONGITUDE: Final = math.radians(10)
_SIN_ORIGIN: Final = math.sin(authalic_latitude(_ORIGIN_LATITUDE))
_COS_ORIGIN: Final = math.cos(authalic_latitude(_ORIGIN_LATITUDE))
# Snyder's D (24-20): makes the scale at the origin 1 in every direction.
_STRETCH: Final = (
    EQUATORIAL_RADIUS_M
    * math.cos(_ORIGIN_LATITUDE)
    / math.sqrt(1 - ECCENTRICITY_SQUARED * math.sin(_ORIGIN_LATITUDE) ** 2)
    / (AUTHALIC_RADIUS_M * _COS_ORIGIN)
)

_ELLIPSOID_ALLOWANCE: Final = 1.0005
_LARGEST_DISC_M: Final = 6_100_000
# The square of what `length_distortion` answers at most, unless `math.inf`.
LARGEST_DISTORTION_SQUARED: Final = 1.3


class GridPoint(NamedTuple):
    """A point of the grid's plane in metres, EPSG:3035. For public places: it hides nothing."""

    northing_m: float
    easting_m: float


def in_grid_area(northing_m: float, easting_m: float) -> bool:
    """Tell whether a cell lies here: the lower and left rims belong to the grid's area."""
    return SOUTH_M <= northing_m < NORTH_M and WEST_M <= easting_m < EAST_M


def project(position: Position) -> GridPoint:
    """Return where a position (WGS 84) lies in the grid's plane (metres, EPSG:3035).

    Raises:
        OutsideGrid: the position lies outside the grid's area.
    """
    authalic = authalic_latitude(math.radians(position.latitude_deg))
    longitude = math.radians(position.longitude_deg) - _ORIGIN_LONGITUDE
    sin_latitude, cos_latitude = math.sin(authalic), math.cos(authalic)
    towards = cos_latitude * math.cos(longitude)
    cos_angle = _SIN_ORIGIN * sin_latitude + _COS_ORIGIN * towards
    # The far half of the Earth has no part in the grid, and its midpoint has no image at all.
    if cos_angle < 0:
        raise OutsideGrid
    scale = AUTHALIC_RADIUS_M * math.sqrt(2 / (1 + cos_angle))
    north = scale / _STRETCH * (_COS_ORIGIN * sin_latitude - _SIN_ORIGIN * towards)
    east = scale * _STRETCH * cos_latitude * math.sin(longitude)
    point = GridPoint(FALSE_NORTHING_M + north, FALSE_EASTING_M + east)
    if not in_grid_area(*point):
        raise OutsideGrid
    return point


def unproject(point: GridPoint) -> Position:
    """Return the position (WGS 84) of a point of the grid's plane (metres, EPSG:3035).

    The upper and right rims of the grid's area are included: corners of cells lie on them.

    Raises:
        OutsideGrid: the point lies outside the grid's area.
    """
    if not (SOUTH_M <= point.northing_m <= NORTH_M and WEST_M <= point.easting_m <= EAST_M):
        raise OutsideGrid
    north = (point.northing_m - FALSE_NORTHING_M) * _STRETCH
    east = (point.easting_m - FALSE_EASTING_M) / _STRETCH
    half_angle = math.asin(math.hypot(north, east) / (2 * AUTHALIC_RADIUS_M))
    cos_angle = math.cos(2 * half_angle)
    # The sine of the angle per metre from the origin, in a form that holds at the origin too.
    sine_per_m = math.cos(half_angle) / AUTHALIC_RADIUS_M
    authalic = math.asin(cos_angle * _SIN_ORIGIN + north * sine_per_m * _COS_ORIGIN)
    longitude = _ORIGIN_LONGITUDE + math.atan2(
        east * sine_per_m, _COS_ORIGIN * cos_angle - north * sine_per_m * _SIN_ORIGIN
    )
    return Position(math.degrees(geodetic_latitude(authalic)), math.degrees(longitude))


def distance_from_origin_m(point: GridPoint) -> float:
    """Return how far, in the plane, a point lies from the projection's origin."""
    return math.hypot(point.northing_m - FALSE_NORTHING_M, point.easting_m - FALSE_EASTING_M)


def ground_distance_m(a: GridPoint, b: GridPoint) -> float:
    """Return the distance over the ground between two points of the plane that are near each other.

    Within 0.1 % all over the grid for points up to 1 km apart: at an angle d from the origin the
    plane shortens lengths towards it by cos(d / 2) and stretches those across by as much (Snyder
    24-1, 24-2a), and this takes both back. The ellipsoid is the rest.
    """
    north, east = a.northing_m - FALSE_NORTHING_M, a.easting_m - FALSE_EASTING_M
    step_north, step_east = b.northing_m - a.northing_m, b.easting_m - a.easting_m
    from_origin_m = math.hypot(north, east)
    if not from_origin_m:
        return math.hypot(step_north, step_east)
    shortening = math.sqrt(1 - (from_origin_m / (2 * AUTHALIC_RADIUS_M)) ** 2)
    towards_m = (step_north * north + step_east * east) / from_origin_m
    across_m = (step_east * north - step_north * east) / from_origin_m
    return math.hypot(towards_m / shortening, across_m * shortening)


def length_distortion(radius_m: float) -> float:
    """Return s such that lengths in the plane and on the ellipsoid differ by at most a factor s.

    Within the disc of `radius_m` (plane) around the projection's origin, a curve of length L in
    the plane is L / s to L * s long on the ellipsoid.

    On a sphere of radius R, s = 1 / cos(d / 2), where d is the angle from the origin and
    2 R sin(d / 2) the distance in the plane (Snyder 24-1, 24-2a). The ellipsoid adds at most
    0.0484 %, measured over all directions up to 6 100 km. Beyond that the answer is `math.inf`.
    """
    if radius_m > _LARGEST_DISC_M:
        return math.inf
    return _ELLIPSOID_ALLOWANCE / math.sqrt(1 - (radius_m / (2 * AUTHALIC_RADIUS_M)) ** 2)
