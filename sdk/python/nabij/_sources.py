"""Sources of the catalogue as an app gets them, at the distance that this device works out."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from nabij._values import NearbySource, Source, SourceAround
from nabij_geo import CatalogueSource, Cell, Ranked, distance_intervals


def at_distance(ranked: Iterable[Ranked]) -> list[NearbySource]:
    """Return each source with its distance from this device."""
    return [NearbySource(**_members(each.source), distance_m=each.distance_m) for each in ranked]


def around(cell: Cell, sources: Iterable[CatalogueSource]) -> list[SourceAround]:
    """Return each source with its distance from anywhere in ``cell``."""
    found = list(sources)
    positions = (each.position for each in found)
    intervals = distance_intervals(cell.centre, cell.resolution_m, positions)
    return [
        SourceAround(**_members(source), distance_m=interval)
        for source, interval in zip(found, intervals, strict=True)
    ]


def _members(source: CatalogueSource) -> dict[str, Any]:
    return {each.name: getattr(source, each.name) for each in fields(Source)}
