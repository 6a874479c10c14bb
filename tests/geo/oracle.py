"""What PROJ says, with types: the independent judge of `nabij_geo`."""

from typing import Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt
from pyproj import Geod, Proj, Transformer

from nabij_geo import GridPoint, Position

Array = npt.NDArray[np.float64]

ORIGIN: Final = GridPoint(3_210_000, 4_321_000)

_TO_PLANE: Final = Transformer.from_crs("EPSG:4326", "EPSG:3035")
_FROM_PLANE: Final = Transformer.from_crs("EPSG:3035", "EPSG:4326")
_PROJ: Final = Proj("EPSG:3035")
_GEOD: Final = Geod(ellps="GRS80")


class Scales(NamedTuple):
    """The greatest and the least factor by which the plane stretches lengths at each place."""

    greatest: Array
    least: Array


def to_plane(latitudes: Array, longitudes: Array) -> tuple[Array, Array]:
    """Return northings and eastings, infinite where the projection has no image."""
    return cast("tuple[Array, Array]", _TO_PLANE.transform(latitudes, longitudes))


def from_plane(northings: Array, eastings: Array) -> tuple[Array, Array]:
    """Return latitudes and longitudes in degrees.

    PROJ's way back cuts off a series, for which it misses by up to 1.5 mm in the south of the grid.
    Its way there does not, and so tells by how much to aim beside the point.
    """
    aimed = to_plane(*_from_plane(northings, eastings))
    return _from_plane(2 * northings - aimed[0], 2 * eastings - aimed[1])


def _from_plane(northings: Array, eastings: Array) -> tuple[Array, Array]:
    return cast("tuple[Array, Array]", _FROM_PLANE.transform(northings, eastings))


def position_of(point: GridPoint) -> Position:
    """Return the position of a point of the plane."""
    latitudes, longitudes = from_plane(np.array([point.northing_m]), np.array([point.easting_m]))
    return Position(float(latitudes[0]), float(longitudes[0]))


def distances_m(position: Position, latitudes: Array, longitudes: Array) -> Array:
    """Return the geodesic distances from one position to many."""
    here = np.ones_like(latitudes)
    _, _, lengths = _GEOD.inv(
        here * position.longitude_deg, here * position.latitude_deg, longitudes, latitudes
    )
    return cast("Array", lengths)


def distance_m(a: Position, b: Position) -> float:
    """Return the geodesic distance between two positions."""
    return float(distances_m(a, np.array([b.latitude_deg]), np.array([b.longitude_deg]))[0])


def geodesic_between(a: Position, b: Position, steps: int) -> tuple[Array, Array]:
    """Return latitudes and longitudes of points along the geodesic from a to b."""
    between = _GEOD.inv_intermediate(
        a.longitude_deg,
        a.latitude_deg,
        b.longitude_deg,
        b.latitude_deg,
        steps,
        return_back_azimuth=True,
    )
    return np.array(between.lats), np.array(between.lons)


def scales(latitudes: Array, longitudes: Array) -> Scales:
    """Return the axes of Tissot's indicatrix."""
    factors = _PROJ.get_factors(longitudes, latitudes)
    return Scales(cast("Array", factors.tissot_semimajor), cast("Array", factors.tissot_semiminor))
