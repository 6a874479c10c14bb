"""Places, the squares that stand for them, and what is near. Pure: no clock, file or network.

Start here:

    >>> amsterdam = Position(52.3731, 4.8926)
    >>> amsterdam
    Position(hidden)
    >>> Cell.containing(amsterdam).code
    'CRS3035RES1000mN3263000E3973000'

`Cell` is what leaves the device; `Anchors` decides which one, and when. The device ranks with
`nearest` what a `Catalogue` holds; `candidate_radius_m` and `prune` are for a server that knows a
cell and nothing more. Positions are degrees of WGS 84, points and cells metres of EPSG:3035, and
every error is a `GeoError`.
"""

from nabij_geo.anchoring import Anchors, Step
from nabij_geo.catalogue import (
    EVERYWHERE,
    Catalogue,
    CatalogueSource,
    Columns,
    Ranked,
    candidates,
    nearest,
)
from nabij_geo.catalogue_document import decode, encode
from nabij_geo.cell import Cell
from nabij_geo.cell_code import RESOLUTIONS_M, Resolution
from nabij_geo.cell_outline import GeoJsonPolygon
from nabij_geo.distance_interval import DistanceInterval, distance_intervals
from nabij_geo.ellipsoid import geodesic_distance_m
from nabij_geo.errors import (
    GeoError,
    InvalidAnchors,
    InvalidCatalogue,
    InvalidCell,
    InvalidPosition,
    OutsideGrid,
)
from nabij_geo.nearby import candidate_radius_m, prune
from nabij_geo.position import Position
from nabij_geo.projection import GridPoint, project, unproject

__all__ = [
    "EVERYWHERE",
    "RESOLUTIONS_M",
    "Anchors",
    "Catalogue",
    "CatalogueSource",
    "Cell",
    "Columns",
    "DistanceInterval",
    "GeoError",
    "GeoJsonPolygon",
    "GridPoint",
    "InvalidAnchors",
    "InvalidCatalogue",
    "InvalidCell",
    "InvalidPosition",
    "OutsideGrid",
    "Position",
    "Ranked",
    "Resolution",
    "Step",
    "candidate_radius_m",
    "candidates",
    "decode",
    "distance_intervals",
    "encode",
    "geodesic_distance_m",
    "nearest",
    "project",
    "prune",
    "unproject",
]
