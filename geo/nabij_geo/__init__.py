"""Places, the squares that stand for them, and what is near. Pure: no clock, file or network.

Start here:

    >>> amsterdam = Position(52.3731, 4.8926)
    >>> amsterdam
    Position(hidden)
    >>> Cell.containing(amsterdam).code
    'CRS3035RES1000mN3263000E3973000'

`Cell` is what leaves the device; `Anchors` decides which one, and when. `candidate_radius_m` is
what the server looks up for it, and `rank` how the device orders the answer. Positions are degrees
of WGS 84, points and cells metres of EPSG:3035, and every error is a `GeoError`.
"""

from nabij_geo.anchoring import Anchors, Step
from nabij_geo.cell import RESOLUTIONS_M, Cell, DistanceInterval, GeoJsonPolygon, Resolution
from nabij_geo.ellipsoid import geodesic_distance_m
from nabij_geo.errors import GeoError, InvalidAnchors, InvalidCell, InvalidPosition, OutsideGrid
from nabij_geo.nearby import Placed, Ranked, candidate_radius_m, rank
from nabij_geo.position import Position
from nabij_geo.projection import GridPoint, project, unproject

__all__ = [
    "RESOLUTIONS_M",
    "Anchors",
    "Cell",
    "DistanceInterval",
    "GeoError",
    "GeoJsonPolygon",
    "GridPoint",
    "InvalidAnchors",
    "InvalidCell",
    "InvalidPosition",
    "OutsideGrid",
    "Placed",
    "Position",
    "Ranked",
    "Resolution",
    "Step",
    "candidate_radius_m",
    "geodesic_distance_m",
    "project",
    "rank",
    "unproject",
]
