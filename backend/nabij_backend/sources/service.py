"""Sources near a cell: exact for every place in it, without knowing the place.

The answer holds every source that is among the k nearest for some place in the cell and few others
(``nabij_geo.candidate_radius_m`` and ``nabij_geo.prune`` have the proofs), or is a problem that
points to the catalogue: where the k-th source is farther than ``FARTHEST_M`` from the cell's
centre, and where more than ``MOST_SOURCES`` are to be pruned.
"""

import asyncio
import hashlib
import math
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic_core import to_json

from nabij_backend.db import Connection
from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.http.representations import Stored
from nabij_backend.sources import gazetteer, repository
from nabij_backend.sources.repository import Candidates, NearestQuery, Reach
from nabij_backend.sources.schemas import AllPlaces, Place
from nabij_geo import (
    CatalogueSource,
    Cell,
    DistanceInterval,
    Position,
    candidate_radius_m,
    distance_intervals,
    prune,
)

LARGEST_K: Final = 100
FARTHEST_M: Final = 200_000
MOST_SOURCES: Final = 2_000
GEOJSON: Final = "application/geo+json"
_FEW: Final = 500
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
    """Return the version, and the sources that are among the nearest for some place in the cell."""
    limit = MOST_SOURCES + 1
    found = await repository.candidates(connection, question, reach(question.cell), limit)
    if FARTHEST_M < found.kth_distance_m < math.inf:
        raise Problem(ProblemType.TOO_FAR, instead=_CATALOGUE)
    if len(found.places) == limit:
        raise Problem(ProblemType.TOO_MANY, instead=_CATALOGUE)
    return found.version, await _unblocking(lambda: _pruned(question, found), len(found.places))


def reach(cell: Cell) -> Reach:
    """Return a bound on ``candidate_radius_m`` that is linear up to ``FARTHEST_M``.

    Of r + s² (d + r) it takes the s of the farthest d, which is the largest.
    """
    r = cell.half_diagonal_m
    widening = (candidate_radius_m(cell, FARTHEST_M) - r) / (FARTHEST_M + r)
    return Reach(r + widening * r, widening, kth_at_most_m=FARTHEST_M, farthest_m=_WHOLE_GRID_M)


async def _unblocking(work: Callable[[], T], sources: int) -> T:
    """Do work about so many sources: in another thread, unless they are few.

    Pruning ``_FEW`` takes 3 ms at most. A thread would hold up the event loop for as long: it gives
    the interpreter away after 5 ms (``sys.getswitchinterval``).
    """
    return work() if sources <= _FEW else await asyncio.to_thread(work)


def _pruned(question: NearestQuery, found: Candidates) -> list[CatalogueSource]:
    """Return what is left of the candidates, those nearest to the cell's centre first."""
    centre, places = question.cell.centre, found.places
    kept = prune(question.cell, places, question.k)
    kept.sort(key=lambda index: (math.dist(places[index][1], centre), places[index][0]))
    return [found.source(index) for index in kept]


def _collection(question: NearestQuery, version: int, features: Iterable[dict[str, Any]]) -> bytes:
    document = {
        "type": "FeatureCollection",
        "cell": question.cell.code,
        "k": question.k,
        "catalogue_version": version,
        "features": list(features),
    }
    return to_json(document)


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
