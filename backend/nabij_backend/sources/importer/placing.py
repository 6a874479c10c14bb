"""Placement of drafts on the grid, and removal of what may not be published.

A private person's source becomes a technology, a square of 1 km and a band of capacity before
anything is stored; under which id its register knows it, only a digest tells.
"""

import math
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pyproj import Transformer
from pyproj.exceptions import ProjError

from nabij_backend.enums import OwnerKind, Technology
from nabij_backend.sources.importer.errors import UnknownCrsError
from nabij_backend.sources.importer.normalise import Draft, Rejection, is_small_roof
from nabij_backend.sources.importer.registers import WGS84
from nabij_backend.sources.importer.vocabulary import RejectionReason
from nabij_geo import Cell, GridPoint
from nabij_geo.projection import in_grid_area

_GRID_SRID: Final = 3035
# PostGIS' extended WKB of a point: little-endian, type 1 with the SRID flag, SRID, x, y.
_EWKB_POINT: Final = struct.Struct("<BIIdd")
_LITTLE_ENDIAN: Final = 1
_POINT_WITH_SRID: Final = 0x20000001
_E5: Final = 100_000
_NOWHERE_E5: Final = 90 * _E5  # a pole is on no grid of Europe, whichever way it is read
_BANDS: Final = ((0, 5), (5, 15), (15, 50), (50, None))

Digest = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Publication:
    """What a file's sources have in common."""

    licence: str
    made_up: bool
    register: str | None


@dataclass(frozen=True, slots=True)
class PublicSource:
    """A source that is published as it is, at a place that is rounded to 1e-5 degree."""

    draft: Draft
    digest: bytes
    latitude_e5: int
    longitude_e5: int
    ewkb: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A private person's source, as it is counted."""

    row_number: int
    digest: bytes
    technology: Technology
    cell: Cell
    band_kw: tuple[int | None, int | None]


SourceRow = PublicSource | Neighbour


def is_private(owner_kind: OwnerKind, technology: Technology, capacity_kw: float | None) -> bool:
    """Return whether a source is a private person's.

    What is not known may be a roof somebody lives under.

    ``nabij.source`` refuses what this lets through by mistake.
    """
    return owner_kind is OwnerKind.PERSON or (
        owner_kind is OwnerKind.UNKNOWN and is_small_roof(technology, capacity_kw)
    )


class Placer:
    """Places drafts whose coordinates are in one coordinate system.

    Raises:
        UnknownCrsError: there is no such coordinate system.
    """

    def __init__(self, crs: str, digest: Digest) -> None:
        try:
            self._to_degrees = _transformer(crs, WGS84)
        except ProjError:
            # Its text repeats the argument.
            raise UnknownCrsError from None
        self._digest = digest
        self._to_grid = _transformer(WGS84, f"EPSG:{_GRID_SRID}")

    def place(self, drafts: Sequence[Draft]) -> Iterator[SourceRow | Rejection]:
        """Yield a stored form, or a rejection, of each draft, in their order."""
        longitudes, latitudes = self._to_degrees.transform(
            [draft.x for draft in drafts], [draft.y for draft in drafts]
        )
        longitudes_e5, latitudes_e5 = (
            list(map(_rounded, each)) for each in (longitudes, latitudes)
        )
        # The published place is the place: who ranks by it ranks by what we search by.
        eastings, northings = self._to_grid.transform(
            [each / _E5 for each in longitudes_e5], [each / _E5 for each in latitudes_e5]
        )
        for draft, northing_m, easting_m, longitude_e5, latitude_e5 in zip(
            drafts, northings, eastings, longitudes_e5, latitudes_e5, strict=True
        ):
            digest = self._digest(draft.source_id)
            if not in_grid_area(northing_m, easting_m):
                yield Rejection(
                    draft.row_number,
                    RejectionReason.OUTSIDE_GRID,
                    draft.source_id,
                    place=(draft.x, draft.y),
                )
            elif is_private(draft.owner_kind, draft.technology, draft.capacity_kw):
                cell = Cell.holding(GridPoint(northing_m, easting_m))
                band_kw = _band_kw(draft.capacity_kw)
                yield Neighbour(draft.row_number, digest, draft.technology, cell, band_kw)
            else:
                ewkb = _ewkb(northing_m, easting_m)
                yield PublicSource(draft, digest, latitude_e5, longitude_e5, ewkb)


@lru_cache(maxsize=16)
def _transformer(crs: str, other: str) -> Transformer:
    """Return a transformer of x and y; PROJ takes 30 ms to find one."""
    return Transformer.from_crs(crs, other, always_xy=True)


def _rounded(degrees: float) -> int:
    """Return 1e-5 degrees; a place that cannot be is outside the grid."""
    scaled = degrees * _E5
    return round(scaled) if math.isfinite(scaled) else _NOWHERE_E5


def _band_kw(capacity_kw: float | None) -> tuple[int | None, int | None]:
    """Return the least and the most kilowatts of the band that a capacity is in."""
    if capacity_kw is None:
        return None, None
    return next(band for band in _BANDS if band[1] is None or capacity_kw <= band[1])


def _ewkb(northing_m: float, easting_m: float) -> str:
    """Return a point of the grid's plane as PostGIS takes it in a COPY."""
    return _EWKB_POINT.pack(
        _LITTLE_ENDIAN, _POINT_WITH_SRID, _GRID_SRID, easting_m, northing_m
    ).hex()
