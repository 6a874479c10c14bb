"""Sources in the order and at the distance that this device works out itself."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from nabij._values import NearbySource, Source, SourceAround
from nabij_geo import Cell, Position, geodesic_distance_m, project


def nearest(position: Position, sources: Iterable[Source], k: int) -> list[NearbySource]:
    """The ``k`` sources nearest to ``position``, nearest first."""
    ranked = [
        NearbySource(**_members(each), distance_m=geodesic_distance_m(position, each.position))
        for each in sources
    ]
    return sorted(ranked, key=lambda each: each.distance_m)[:k]


def around(cell: Cell, sources: Iterable[Source]) -> list[SourceAround]:
    """The sources in the order they came in, each with its distance from anywhere in ``cell``."""
    return [
        SourceAround(**_members(each), distance_m=cell.distance_interval(project(each.position)))
        for each in sources
    ]


def _members(source: Source) -> dict[str, Any]:
    return {each.name: getattr(source, each.name) for each in fields(source)}
