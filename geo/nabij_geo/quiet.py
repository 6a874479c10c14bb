"""Quiet places: where a phone tells nothing, as names of small tiles.

A device that keeps no more than digests of these names can tell whether it is at a quiet place, but
not list them. Tiles are squares of the grid's plane (EPSG:3035), of 100 m for precise fixes and of
1 km for those that the platform blurs by kilometres.
"""

import math
from collections.abc import Iterator
from typing import Final

from nabij_geo.position import Position
from nabij_geo.projection import GridPoint, project

QUIET_RADIUS_M: Final = 300
APPROXIMATE_QUIET_RADIUS_M: Final = 5_000
_TILE_M: Final = 100
_APPROXIMATE_TILE_M: Final = 1_000
# The plane stretches or shortens lengths by 5 % at most: a place is rather too quiet.
_STRETCH: Final = 1.05


def quiet_tiles(place: Position) -> frozenset[str]:
    """Return the names of all tiles in which a phone is at a place.

    Those that lie within 300 m of it, and larger ones within 5 km for approximate fixes; farther by
    the accuracy of the position, where it has one.

    Raises:
        OutsideGrid: the grid does not cover the place.
    """
    centre, doubt_m = project(place), place.accuracy_m or 0.0
    return frozenset(
        name
        for side_m, radius_m in (
            (_TILE_M, QUIET_RADIUS_M),
            (_APPROXIMATE_TILE_M, APPROXIMATE_QUIET_RADIUS_M),
        )
        for name in _within((radius_m + doubt_m) * _STRETCH, centre, side_m)
    )


def quiet_tile(fix: Position, *, approximate: bool) -> str:
    """Return the name of the tile that a fix is in.

    Raises:
        OutsideGrid: the grid does not cover it.
    """
    side_m = _APPROXIMATE_TILE_M if approximate else _TILE_M
    north, east = (math.floor(each / side_m) for each in project(fix))
    return _name(side_m, north, east)


def _within(radius_m: float, centre: GridPoint, side_m: int) -> Iterator[str]:
    def near(middle_m: float) -> range:
        return range(
            math.floor((middle_m - radius_m) / side_m),
            math.floor((middle_m + radius_m) / side_m) + 1,
        )

    for north in near(centre.northing_m):
        for east in near(centre.easting_m):
            gap_m = math.hypot(
                _gap_m(centre.northing_m, north, side_m), _gap_m(centre.easting_m, east, side_m)
            )
            if gap_m <= radius_m:
                yield _name(side_m, north, east)


def _gap_m(middle_m: float, index: int, side_m: int) -> float:
    """Return how far a coordinate is from a row or column of tiles."""
    return max(index * side_m - middle_m, middle_m - (index + 1) * side_m, 0.0)


def _name(side_m: int, north: int, east: int) -> str:
    return f"{side_m}mN{north}E{east}"
