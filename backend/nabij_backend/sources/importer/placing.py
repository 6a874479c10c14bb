"""Drafts to sources: where each lies on the grid, and its ready GeoJSON.

A private person's source is placed at the centre of its 1 km cell before anything is stored.
"""

import json
import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pyproj import Transformer
from pyproj.exceptions import CRSError

from nabij_backend.sources.importer.errors import UnknownCrsError
from nabij_backend.sources.importer.normalise import Draft, Rejection
from nabij_backend.sources.importer.registers import WGS84
from nabij_backend.sources.importer.vocabulary import Reason
from nabij_backend.words import OwnerKind
from nabij_geo import Cell, GridPoint, OutsideGrid, unproject

_GRID_SRID: Final = 3035
# PostGIS' extended WKB of a point: little-endian, type 1 with the SRID flag, SRID, x, y.
_EWKB_POINT: Final = struct.Struct("<BIIdd")
_LITTLE_ENDIAN: Final = 1
_POINT_WITH_SRID: Final = 0x20000001
_CELL_M: Final = 1_000
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
# 0.1 m, finer than any register's coordinates.
_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Publication:
    """What a file's sources have in common."""

    licence: str
    made_up: bool


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as it is stored."""

    draft: Draft
    located: Literal["site", "cell"]
    feature: str
    ewkb: str


@dataclass(frozen=True, slots=True)
class _Place:
    """A draft's place on the grid's plane and in degrees."""

    draft: Draft
    point: GridPoint
    longitude_deg: float
    latitude_deg: float
    located: Literal["site", "cell"]


class Placer:
    """Places drafts whose coordinates are in one coordinate system.

    Raises:
        UnknownCrsError: there is no such coordinate system.
    """

    def __init__(self, crs: str, publication: Publication) -> None:
        try:
            self._to_degrees = Transformer.from_crs(crs, WGS84, always_xy=True)
        except CRSError:
            # Its text repeats the argument.
            raise UnknownCrsError from None
        self._publication = publication
        self._to_grid = Transformer.from_crs(WGS84, f"EPSG:{_GRID_SRID}", always_xy=True)

    def place(self, drafts: Sequence[Draft]) -> Iterator[SourceRow | Rejection]:
        """Yield a stored form, or a rejection, of each draft, in their order."""
        for place in self._places(drafts):
            if isinstance(place, Rejection):
                yield place
            else:
                feature = _feature(place, self._publication)
                yield SourceRow(place.draft, place.located, feature, _ewkb(place.point))

    def _places(self, drafts: Sequence[Draft]) -> Iterator[_Place | Rejection]:
        """Yield where each draft lies, projecting all at once."""
        longitudes, latitudes = self._to_degrees.transform(
            [draft.x for draft in drafts], [draft.y for draft in drafts]
        )
        eastings, northings = self._to_grid.transform(longitudes, latitudes)
        for draft, northing_m, easting_m, longitude_deg, latitude_deg in zip(
            drafts, northings, eastings, longitudes, latitudes, strict=True
        ):
            point = GridPoint(northing_m, easting_m)
            cell = _cell(point)
            if cell is None:
                yield Rejection(draft.row_number, Reason.OUTSIDE_GRID)
            elif draft.owner_kind is OwnerKind.PERSON:
                yield _at_centre(draft, cell)
            else:
                yield _Place(draft, point, longitude_deg, latitude_deg, "site")


def _cell(point: GridPoint) -> Cell | None:
    """Return the 1 km cell of a point; None outside the grid."""
    if not (math.isfinite(point.northing_m) and math.isfinite(point.easting_m)):
        return None
    south, west = (math.floor(metres / _CELL_M) * _CELL_M for metres in point)
    try:
        return Cell(_CELL_M, south, west)
    except OutsideGrid:
        return None


def _at_centre(draft: Draft, cell: Cell) -> _Place:
    """Return the only place of a private person's source that is ever stored."""
    position = unproject(cell.centre)
    return _Place(draft, cell.centre, position.longitude_deg, position.latitude_deg, "cell")


def _ewkb(point: GridPoint) -> str:
    """Return a point of the grid's plane as PostGIS takes it in a COPY."""
    return _EWKB_POINT.pack(
        _LITTLE_ENDIAN, _POINT_WITH_SRID, _GRID_SRID, point.easting_m, point.northing_m
    ).hex()


def _feature(place: _Place, publication: Publication) -> str:
    """Return the GeoJSON Feature (RFC 7946) that the service hands out unchanged."""
    draft = place.draft
    coordinates = [round(place.longitude_deg, _DECIMALS), round(place.latitude_deg, _DECIMALS)]
    feature = {
        "type": "Feature",
        "id": draft.source_id,
        "geometry": {"type": "Point", "coordinates": coordinates},
        "properties": {
            "name": draft.name,
            "technology": draft.technology,
            "owner_kind": draft.owner_kind,
            "capacity_kw": draft.capacity_kw,
            "story": draft.story,
            "licence": publication.licence,
            "made_up": publication.made_up,
            "located": place.located,
        },
    }
    return _JSON.encode(feature)
