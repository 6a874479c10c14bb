"""The GRS 80 ellipsoid and the shortest distance over it.

GRS 80 is the ellipsoid of ETRS89. That of WGS 84 has the same equator and a pole 0.1 mm away.

Source: T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid with application
of nested equations", Survey Review 23 (1975). Names follow the paper.
"""

import math
from typing import Final, NamedTuple

from nabij_geo.errors import OutsideGrid
from nabij_geo.position import Position

EQUATORIAL_RADIUS_M: Final = 6_378_137.0
FLATTENING: Final = 1 / 298.257222101
ECCENTRICITY_SQUARED: Final = FLATTENING * (2 - FLATTENING)
POLAR_RADIUS_M: Final = EQUATORIAL_RADIUS_M * (1 - FLATTENING)

_SECOND_ECCENTRICITY_SQUARED: Final = ECCENTRICITY_SQUARED / (1 - ECCENTRICITY_SQUARED)
_CONVERGED_RAD: Final = 1e-13
_MOST_ITERATIONS: Final = 50


class _Arc(NamedTuple):
    """The great-circle arc on the auxiliary sphere that stands for a geodesic."""

    sigma: float
    sin_sigma: float
    cos_sigma: float
    sin_alpha: float
    cos_squared_alpha: float
    cos_2sigma_m: float


def geodesic_distance_m(a: Position, b: Position) -> float:
    """Return the length in metres of the shortest way over the GRS 80 ellipsoid from `a` to `b`.

    Within 1 mm. Accuracies of the positions play no part.

    Raises:
        OutsideGrid: the two are nearly opposite each other on Earth, where Vincenty's method does
            not converge. No two places of the European grid are.
    """
    u1, u2 = _reduced_latitude(a), _reduced_latitude(b)
    difference = math.remainder(math.radians(b.longitude_deg - a.longitude_deg), math.tau)
    longitude = difference
    for _ in range(_MOST_ITERATIONS):
        arc = _arc(u1, u2, longitude)
        previous, longitude = longitude, difference + _longitude_excess(arc)
        if abs(longitude) > math.pi:
            break
        if abs(longitude - previous) < _CONVERGED_RAD:
            return _length_m(arc)
    raise OutsideGrid


def _reduced_latitude(position: Position) -> float:
    return math.atan((1 - FLATTENING) * math.tan(math.radians(position.latitude_deg)))


def _arc(u1: float, u2: float, longitude: float) -> _Arc:
    sin_u1, cos_u1, sin_u2, cos_u2 = math.sin(u1), math.cos(u1), math.sin(u2), math.cos(u2)
    sin_sigma = math.hypot(
        cos_u2 * math.sin(longitude),
        cos_u1 * sin_u2 - sin_u1 * cos_u2 * math.cos(longitude),
    )
    cos_sigma = sin_u1 * sin_u2 + cos_u1 * cos_u2 * math.cos(longitude)
    sin_alpha = cos_u1 * cos_u2 * math.sin(longitude) / sin_sigma if sin_sigma else 0.0
    cos_squared_alpha = 1 - sin_alpha**2
    # Along the equator the formula is 0 / 0, and every term that uses this one vanishes.
    cos_2sigma_m = (
        cos_sigma - 2 * sin_u1 * sin_u2 / cos_squared_alpha if cos_squared_alpha > 0 else 0.0
    )
    sigma = math.atan2(sin_sigma, cos_sigma)
    return _Arc(sigma, sin_sigma, cos_sigma, sin_alpha, cos_squared_alpha, cos_2sigma_m)


def _longitude_excess(arc: _Arc) -> float:
    """Return by how much the longitude on the sphere exceeds that on the ellipsoid (10, 11)."""
    f, cos_squared = FLATTENING, arc.cos_squared_alpha
    c = f / 16 * cos_squared * (4 + f * (4 - 3 * cos_squared))
    inner = arc.cos_2sigma_m + c * arc.cos_sigma * (2 * arc.cos_2sigma_m**2 - 1)
    return (1 - c) * f * arc.sin_alpha * (arc.sigma + c * arc.sin_sigma * inner)


def _length_m(arc: _Arc) -> float:
    """Return the length of the geodesic that the arc stands for (3, 4, 6 and 19)."""
    u_squared = arc.cos_squared_alpha * _SECOND_ECCENTRICITY_SQUARED
    a = 1 + u_squared / 16384 * (4096 + u_squared * (-768 + u_squared * (320 - 175 * u_squared)))
    b = u_squared / 1024 * (256 + u_squared * (-128 + u_squared * (74 - 47 * u_squared)))
    cos_2m = arc.cos_2sigma_m
    first = arc.cos_sigma * (2 * cos_2m**2 - 1)
    second = b / 6 * cos_2m * (4 * arc.sin_sigma**2 - 3) * (4 * cos_2m**2 - 3)
    delta_sigma = b * arc.sin_sigma * (cos_2m + b / 4 * (first - second))
    return POLAR_RADIUS_M * a * (arc.sigma - delta_sigma)
