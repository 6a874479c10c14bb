"""A catalogue made of nothing but places, and what is truly nearest in it."""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from nabij_backend.db import operator_connection
from nabij_backend.enums import Technology
from nabij_backend.sources.importer import SavedMapping, import_sources
from nabij_geo import Cell, GridPoint, Position, unproject

_NOW = datetime(2026, 6, 1, tzinfo=UTC)

_NEAREST = """
SELECT source_id FROM source
WHERE %(technology)s::technology IS NULL OR technology = %(technology)s::technology
ORDER BY ST_Distance(ST_Transform(geom, 4326)::geography,
                     ST_Point(%(longitude_deg)s, %(latitude_deg)s)::geography)
LIMIT %(k)s
"""


def fill(url: str, folder: Path, places: Iterable[tuple[Technology, Position]]) -> None:
    """Import a source for each place, named by its number."""
    path = folder / "sources.csv"
    header = "id,name,technology,owner_kind,capacity_kw,latitude,longitude,story\n"
    path.write_text(header + "".join(_lines(places)), encoding="utf-8")
    with operator_connection(url) as connection:
        import_sources(
            connection, path, mapping=SavedMapping(licence="CC0-1.0"), made_up=True, now=_NOW
        )


def scattered(cell: Cell, number: int, seed: int) -> list[tuple[Technology, Position]]:
    """Sources in and around a cell: most of them close, one in ten a wind turbine."""
    chance = _chance(seed)
    return [
        (
            Technology.WIND if chance.random() < 0.1 else Technology.SOLAR,
            unproject(
                GridPoint(
                    chance.gauss(cell.centre.northing_m, 3 * cell.resolution_m),
                    chance.gauss(cell.centre.easting_m, 3 * cell.resolution_m),
                )
            ),
        )
        for _ in range(number)
    ]


def corners_and_inside(cell: Cell, number: int, seed: int) -> Iterator[Position]:
    """The corners of a cell, and so many places within it."""
    chance = _chance(seed)
    for north in (0, cell.resolution_m):
        for east in (0, cell.resolution_m):
            yield unproject(GridPoint(cell.northing_m + north, cell.easting_m + east))
    for _ in range(number):
        north = chance.uniform(0, cell.resolution_m)
        east = chance.uniform(0, cell.resolution_m)
        yield unproject(GridPoint(cell.northing_m + north, cell.easting_m + east))


def truly_nearest(
    superuser: psycopg.Connection, position: Position, k: int, technology: Technology | None = None
) -> list[str]:
    """The k nearest by PostGIS's geodesic distance, measured to every source."""
    parameters = {
        "longitude_deg": position.longitude_deg,
        "latitude_deg": position.latitude_deg,
        "k": k,
        "technology": technology,
    }
    return [row[0] for row in superuser.execute(_NEAREST, parameters)]


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - repeatable, not secret


def _lines(places: Iterable[tuple[Technology, Position]]) -> Iterator[str]:
    for number, (technology, position) in enumerate(places):
        where = f"{position.latitude_deg:.7f},{position.longitude_deg:.7f}"
        yield f"{number},Source {number},{technology},cooperative,10,{where},For all.\n"
