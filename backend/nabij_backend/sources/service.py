"""Sources near a cell: exact for every place in it, without knowing the place.

The answer holds every source that is among the k nearest for some place in the cell and few others
(``nabij_geo.candidate_radius_m`` and ``nabij_geo.prune`` have the proofs), or is a problem that
points to the catalogue: where the k-th source is farther than ``FARTHEST_M`` from the cell's
centre, and where more than ``MOST_SOURCES`` are to be pruned.
"""

import asyncio
import hashlib
import json
import math
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from nabij_backend.db import Connection
from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.http.representations import Stored
from nabij_backend.sources import gazetteer, repository
from nabij_backend.sources.repository import NearestQuery
from nabij_backend.sources.schemas import AllPlaces, Place
from nabij_geo import (
    CatalogueSource,
    Cell,
    DistanceInterval,
    Position,
    candidate_radius_m,
    distance_intervals,
    project,
    prune,
)

LARGEST_K: Final = 100
FARTHEST_M: Final = 200_000
MOST_SOURCES: Final = 2_000
GEOJSON: Final = "application/geo+json"
_FEW: Final = 64
_CATALOGUE: Final = "/v1/catalogue"
_WHOLE_GRID_M: Final = 1e7
"""Farther than any two places on the grid."""

T = TypeVar("T")


def answer_name(question: NearestQuery, version: int) -> str:
    """Return what an answer is called.

    The same question to the same catalogue has the same bytes.
    """
    parts = f"{question.cell.code} {question.k} {question.technology} {version}"
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


async def answer(connection: Connection, question: NearestQuery, encoding: str) -> Stored:
    """Return the answer to ``question``, ready to be sent in ``encoding``.

    ``connection`` sees one moment.

    Raises:
        Problem: the answer would be too far away or too long.
    """
    version, sources = await _nearest(connection, question)

    def made() -> Stored:
        content = _collection(question, version, map(_feature, sources))
        name = answer_name(question, version)
        return Stored(name, content, GEOJSON, encodings=[encoding])

    return await _unblocking(made, len(sources))


async def nearby(connection: Connection, question: NearestQuery) -> bytes:
    """Return the same as GeoJSON with each source's distance from the cell, as an interval.

    Raises:
        Problem: the answer would be too far away or too long.
    """
    version, sources = await _nearest(connection, question)
    return await _unblocking(lambda: _nearby(question, version, sources), len(sources))


def _nearby(question: NearestQuery, version: int, sources: list[CatalogueSource]) -> bytes:
    cell = question.cell
    positions = (each.position for each in sources)
    intervals = distance_intervals(cell.centre, cell.resolution_m, positions)
    features = (
        _feature(source, distance_m=_whole_metres(interval))
        for source, interval in zip(sources, intervals, strict=True)
    )
    return _collection(question, version, features)


async def _nearest(
    connection: Connection, question: NearestQuery
) -> tuple[int, list[CatalogueSource]]:
    """Return the version, and the sources that are among the nearest for some place in the cell.

    Only of these is more read than where they are.
    """
    version, kth_distance_m = await repository.kth_distance_m(connection, question)
    if FARTHEST_M < kth_distance_m < math.inf:
        raise Problem(ProblemType.TOO_FAR, instead=_CATALOGUE)
    radius_m = min(candidate_radius_m(question.cell, kth_distance_m), _WHOLE_GRID_M)
    limit = MOST_SOURCES + 1
    candidates = await repository.candidates(connection, question, radius_m, limit)
    if len(candidates) == limit:
        raise Problem(ProblemType.TOO_MANY, instead=_CATALOGUE)
    ids = await _unblocking(lambda: _pruned(question, candidates), len(candidates))
    return version, await repository.details(connection, question, ids)


async def _unblocking(work: Callable[[], T], sources: int) -> T:
    """Do work about so many sources: in another thread, unless they are few.

    Pruning ``_FEW`` takes 0.2 ms, for which others can wait in the event loop.
    """
    return work() if sources <= _FEW else await asyncio.to_thread(work)


def _pruned(question: NearestQuery, candidates: list[tuple[str, Position]]) -> list[str]:
    places = [(source_id, project(position)) for source_id, position in candidates]
    return [places[index][0] for index in prune(question.cell, places, question.k)]


def _collection(question: NearestQuery, version: int, features: Iterable[dict[str, Any]]) -> bytes:
    document = {
        "type": "FeatureCollection",
        "cell": question.cell.code,
        "k": question.k,
        "catalogue_version": version,
        "features": list(features),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _feature(source: CatalogueSource, **more: object) -> dict[str, Any]:
    """Return the source as a GeoJSON Feature (RFC 7946)."""
    position = source.position
    return {
        "type": "Feature",
        "id": source.id,
        "geometry": {
            "type": "Point",
            "coordinates": [position.longitude_deg, position.latitude_deg],
        },
        "properties": {
            "name": source.name,
            "technology": source.technology,
            "owner_kind": source.owner_kind,
            "capacity_kw": source.capacity_kw,
            "capacity_band_kw": source.capacity_band_kw,
            "count": source.count,
            "story": source.story,
            "language": source.language,
            "register": source.register,
            "licence": source.licence,
            "made_up": source.made_up,
            "located": source.located,
            **more,
        },
    }


def _whole_metres(interval: DistanceInterval) -> dict[str, int]:
    return {"nearest": math.floor(interval.nearest_m), "farthest": math.ceil(interval.farthest_m)}


@cache
def all_places(file: Path | None) -> Stored:
    """Return every place of the gazetteer, so that typing one tells nobody which.

    Raises:
        PlacesUnreadable: the file cannot be read.
    """
    places = tuple(_place(each) for each in gazetteer.places(file))
    document = AllPlaces(places=places, source=gazetteer.SOURCE)
    content = document.model_dump_json().encode()
    return Stored(hashlib.sha256(content).hexdigest(), content, "application/json", lasting=True)


def _place(place: gazetteer.GazetteerPlace) -> Place:
    return Place(
        name=place.name,
        region=place.region or None,
        country=place.country,
        cell=Cell.containing(Position(place.latitude_deg, place.longitude_deg)),
        population=place.population,
        other_names=place.other_names,
    )
