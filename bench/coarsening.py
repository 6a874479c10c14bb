"""Turning a position into its square, in pure Python, against PROJ in C."""

import math
from collections.abc import Callable

from pyproj import Transformer

from bench.measure import Comparison, compare
from nabij_geo import Anchors, Cell, Position

_SQUARE_M = 1_000
_FIVE_MINUTES_S = 300


def run() -> list[Comparison]:
    """Coarsen the middle of Utrecht."""
    position = Position(52.0907, 5.1214)
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:3035")

    def with_pyproj() -> tuple[int, int]:
        northing_m, easting_m = to_grid.transform(52.0907, 5.1214)
        return math.floor(northing_m / _SQUARE_M), math.floor(easting_m / _SQUARE_M)

    return [
        compare(
            "position to square",
            lambda: Cell.containing(position),
            "one pyproj transform",
            with_pyproj,
            calls=2_000,
        ),
        compare(
            "one step of anchored coarsening",
            _resting(position),
            "one pyproj transform",
            with_pyproj,
            calls=2_000,
        ),
    ]


def _resting(position: Position) -> Callable[[], object]:
    """A step of a phone that rests at a place it knows."""
    anchors = Anchors()
    for look in range(4):
        anchors = anchors.step(position, look * _FIVE_MINUTES_S).anchors
    assert anchors.step(position, 4 * _FIVE_MINUTES_S).cell is not None
    return lambda: anchors.step(position, 4 * _FIVE_MINUTES_S)
