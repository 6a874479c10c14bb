"""The authalic sphere: as large in area as the GRS 80 ellipsoid, zone by zone.

Source: J. P. Snyder, "Map Projections: A Working Manual", USGS Professional Paper 1395 (1987).
"""

import math
from typing import Final

from nabij_geo.ellipsoid import ECCENTRICITY_SQUARED, EQUATORIAL_RADIUS_M

_ECCENTRICITY: Final = math.sqrt(ECCENTRICITY_SQUARED)


def _q(latitude: float) -> float:
    """Return Snyder's q (3-12), proportional to the area between the equator and a latitude."""
    sine = math.sin(latitude)
    return (1 - ECCENTRICITY_SQUARED) * (
        sine / (1 - ECCENTRICITY_SQUARED * sine**2)
        + math.atanh(_ECCENTRICITY * sine) / _ECCENTRICITY
    )


_Q_AT_POLE: Final = _q(math.pi / 2)

AUTHALIC_RADIUS_M: Final = EQUATORIAL_RADIUS_M * math.sqrt(_Q_AT_POLE / 2)


def authalic_latitude(latitude: float) -> float:
    """Return the latitude on the sphere for one on the ellipsoid (radians, 3-11)."""
    # How atanh rounds depends on the C library: it may lift q a hair above its value at the pole.
    return math.asin(max(-1.0, min(1.0, _q(latitude) / _Q_AT_POLE)))


def geodetic_latitude(authalic: float) -> float:
    """Return the latitude on the ellipsoid for one on the sphere (radians, 3-16); not for poles."""
    q = _Q_AT_POLE * math.sin(authalic)
    latitude = authalic
    # The start is within 0.0023 rad and each step of Newton's squares the error: four are enough.
    for _ in range(4):
        remainder = 1 - ECCENTRICITY_SQUARED * math.sin(latitude) ** 2
        slope = 2 * (1 - ECCENTRICITY_SQUARED) * math.cos(latitude) / remainder**2
        latitude += (q - _q(latitude)) / slope
    return latitude
