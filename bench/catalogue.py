"""The catalogue on a device: how large, how soon, and how short a list for a square is.

Of the same made-up sources, beside plain JSON and GeoJSON, ranked by sorting geodesic distances.
"""

import gzip
import json
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bench.installation import installed
from bench.measure import Comparison, compare
from nabij_backend import sql
from nabij_backend.catalogue.repository import as_published
from nabij_geo import (
    Catalogue,
    CatalogueSource,
    Cell,
    Position,
    candidate_radius_m,
    decode,
    encode,
    geodesic_distance_m,
    nearest,
    project,
    prune,
)

_SOURCES = 200_000
_AMSTERDAM = Position(52.3731, 4.8926)
_K = 5
_PUBLISHED = sql.load("catalogue")["published"]


def run() -> list[Comparison]:
    """Size, time to the first list and to the next ones, and the length of a square's list."""
    with installed(_SOURCES, durable=False) as here, here.connect() as connection:
        sources = published(connection)
    of = f"{_SOURCES:,} sources"
    file = _compact(encode(Catalogue.of(1, "all", sources)))
    plain = _compact([_members(each) for each in sources])
    geojson = _compact(_collection(sources))
    held = decode(json.loads(file))
    nearest(held, _AMSTERDAM, _K)
    return [
        _size(f"catalogue file, {of}", file, "as JSON objects", plain),
        _size(f"catalogue file, {of}", file, "as GeoJSON", geojson),
        compare(
            f"first {_K} nearest, file just read, {of}",
            lambda: nearest(decode(json.loads(file)), _AMSTERDAM, _K),
            "GeoJSON, sorted by distance",
            lambda: _by_distance(json.loads(geojson)["features"]),
            calls=1,
            rounds=3,
        ),
        compare(
            f"{_K} nearest, file held, {of}",
            lambda: nearest(held, _AMSTERDAM, _K),
            "GeoJSON, sorted by distance",
            _prepared(json.loads(geojson)["features"]),
            calls=1,
            rounds=3,
        ),
        _list_length(sources),
    ]


def published(connection: psycopg.Connection) -> list[CatalogueSource]:
    """Every source of a database, as the catalogue has it."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_PUBLISHED).fetchall()
    for row in rows:
        del row["region_northing_m"], row["region_easting_m"]
    return [as_published(row) for row in rows]


def _compact(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _members(source: CatalogueSource) -> dict[str, Any]:
    return {name: getattr(source, name) for name in CatalogueSource.__slots__}


def _collection(sources: list[CatalogueSource]) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "id": each.id,
            "geometry": {
                "type": "Point",
                "coordinates": [each.position.longitude_deg, each.position.latitude_deg],
            },
            "properties": _members(each),
        }
        for each in sources
    ]
    return {"type": "FeatureCollection", "features": features}


def _size(name: str, ours: bytes, against: str, theirs: bytes) -> Comparison:
    ours_kb, theirs_kb = (len(gzip.compress(each, 6)) / 1_000 for each in (ours, theirs))
    return Comparison(name, ours_kb, against, theirs_kb, unit="kB gzip")


def _by_distance(features: list[dict[str, Any]]) -> list[tuple[float, str]]:
    return _prepared(features)()


def _prepared(features: list[dict[str, Any]]) -> Callable[[], list[tuple[float, str]]]:
    places = [
        (Position(latitude, longitude), each["id"])
        for each in features
        for longitude, latitude in [each["geometry"]["coordinates"]]
    ]
    return lambda: sorted(
        (geodesic_distance_m(_AMSTERDAM, place), source_id) for place, source_id in places
    )[:_K]


def _list_length(sources: list[CatalogueSource]) -> Comparison:
    cell, k = Cell.containing(_AMSTERDAM), 10
    placed = sorted(
        (
            (
                (point.northing_m - cell.centre.northing_m) ** 2
                + (point.easting_m - cell.centre.easting_m) ** 2
            )
            ** 0.5,
            each.id,
            point,
        )
        for each in sources
        for point in [project(each.position)]
    )
    radius_m = candidate_radius_m(cell, placed[k - 1][0])
    near = [(source_id, point) for distance_m, source_id, point in placed if distance_m <= radius_m]
    kept = prune(cell, near, k)
    name = f"list for a square of Amsterdam, k = {k}"
    return Comparison(name, len(kept), "all within the radius", len(near), unit="sources")
