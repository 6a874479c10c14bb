"""The outline of a square of the European grid in WGS 84."""

from typing import Final, Literal, TypedDict

from nabij_geo.projection import GridPoint, unproject

# A straight line of 2 km on a map in degrees strays at most a metre from the side it stands for.
_STEP_M: Final = 2_000
_DECIMALS: Final = 7


class GeoJsonPolygon(TypedDict):
    """A GeoJSON Polygon (RFC 7946): rings of [longitude, latitude] in WGS 84 degrees."""

    type: Literal["Polygon"]
    coordinates: list[list[list[float]]]


def outline(south_m: int, west_m: int, side_m: int) -> GeoJsonPolygon:
    """Return the outline of the square with this lower-left corner (EPSG:3035) and side.

    It is closed and counter-clockwise. Sides are bent where they must be: neighbours and nested
    cells meet within a metre.
    """
    north_m, east_m = south_m + side_m, west_m + side_m
    steps = range(0, side_m, min(side_m, _STEP_M))
    ring = [
        *(GridPoint(south_m, west_m + step) for step in steps),
        *(GridPoint(south_m + step, east_m) for step in steps),
        *(GridPoint(north_m, east_m - step) for step in steps),
        *(GridPoint(north_m - step, west_m) for step in steps),
        GridPoint(south_m, west_m),
    ]
    return {"type": "Polygon", "coordinates": [[_longitude_latitude(point) for point in ring]]}


def _longitude_latitude(point: GridPoint) -> list[float]:
    position = unproject(point)
    return [round(position.longitude_deg, _DECIMALS), round(position.latitude_deg, _DECIMALS)]
