"""Which sources are near a cell: exact for every place in it, without knowing the place.

The answer holds every source that is among the k nearest for some place in the cell
(``nabij_geo.candidate_radius_m`` has the proof); the phone ranks it by its own position.
"""

import asyncio
import hashlib
import json
import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any

from nabij_backend.db import Connection, Database
from nabij_backend.places import Place as GazetteerPlace
from nabij_backend.places import dutch_places
from nabij_backend.sources import repository
from nabij_backend.sources.repository import Question
from nabij_backend.sources.schemas import AllPlaces, Place, PlaceName, Places
from nabij_geo import Cell, Position, candidate_radius_m, project

LARGEST_K = 100
_MOST_PLACES = 10
_WHOLE_GRID_M = 1e7
"""Farther than any two places on the grid."""


@dataclass(frozen=True, slots=True)
class Answer:
    """GeoJSON text, and the ETag that names it."""

    geojson: str
    entity_tag: str


class Catalogue:
    """The catalogue's version, looked up at most once in ``freshness``.

    So a client that already holds the current answer is told so without any database work.
    """

    freshness = timedelta(seconds=2)

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._known: tuple[int, datetime] | None = None
        self._looking = asyncio.Lock()

    async def version(self) -> int:
        """The version now, or as it was at most ``freshness`` ago."""
        async with self._looking:
            now = self._clock()
            if self._known is None or not timedelta(0) <= now - self._known[1] < self.freshness:
                async with self._database.transaction() as connection:
                    self._known = await repository.catalogue_version(connection), now
            return self._known[0]


def entity_tag(question: Question, version: int) -> str:
    """A strong ETag: the same question to the same catalogue has the same bytes for an answer."""
    parts = f"{question.cell.code} {question.k} {question.technology} {version}"
    return f'"{hashlib.sha256(parts.encode()).hexdigest()[:32]}"'


async def candidates(connection: Connection, question: Question) -> Answer:
    """The answer to ``question``; ``connection`` sees one moment of the catalogue."""
    version = await repository.catalogue_version(connection)
    kth_distance_m = await repository.kth_distance_m(connection, question)
    radius_m = candidate_radius_m(question.cell, kth_distance_m)
    features = await repository.within(connection, question, min(radius_m, _WHOLE_GRID_M))
    geojson = (
        f'{{"type":"FeatureCollection","cell":"{question.cell.code}","k":{question.k},'
        f'"catalogue_version":{version},"features":[{features}]}}'
    )
    return Answer(geojson, entity_tag(question, version))


async def nearby(connection: Connection, question: Question) -> str:
    """The same with each source's distance from the cell, as an interval."""
    answer = json.loads((await candidates(connection, question)).geojson)
    for feature in answer["features"]:
        feature["properties"]["distance_m"] = _distance_m(question.cell, feature)
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _distance_m(cell: Cell, feature: dict[str, Any]) -> dict[str, int]:
    longitude_deg, latitude_deg = feature["geometry"]["coordinates"]
    interval = cell.distance_interval(project(Position(latitude_deg, longitude_deg)))
    return {"nearest": math.floor(interval.nearest_m), "farthest": math.ceil(interval.farthest_m)}


def find_places(typed: str, countries: tuple[str, ...]) -> Places:
    """Places whose name begins as ``typed`` does, accents and case aside; the largest first."""
    wanted = _folded(typed)
    found = (place for place in dutch_places(countries) if _is_called(place, wanted))
    return Places(places=[_place(place) for place in islice(found, _MOST_PLACES)])


@cache
def all_places(countries: tuple[str, ...]) -> str:
    """Every place as JSON text: who holds it types a place without telling anybody which."""
    named = (_place(place) for place in dutch_places(countries))
    places = tuple(
        PlaceName(name=each.name, region=each.region, cell=each.cell, population=each.population)
        for each in named
    )
    return AllPlaces(places=places, source="GeoNames, CC BY 4.0").model_dump_json()


def _is_called(place: GazetteerPlace, wanted: str) -> bool:
    return any(_folded(name).startswith(wanted) for name in (place.name, *place.other_names))


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _place(place: GazetteerPlace) -> Place:
    return Place(
        name=place.name,
        region=place.region or None,
        country=place.country,
        cell=Cell.containing(Position(place.latitude_deg, place.longitude_deg)),
        population=place.population,
    )
