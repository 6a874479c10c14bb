"""The statement that finds candidates of a cell, beside the plainest one."""

from typing import Any

import psycopg

from bench.installation import installed
from bench.measure import Comparison, compare
from nabij_backend import sql
from nabij_geo import Cell, Position, candidate_radius_m

_SOURCES = 20_000
_K = 10
_LIMIT = 2_001
_SOURCES_SQL = sql.load("sources")

_BY_DISTANCE = """
SELECT * FROM source
ORDER BY ST_Distance(geom, ST_Point(%(easting_m)s, %(northing_m)s, 3035)) LIMIT %(k)s
"""


def run() -> list[Comparison]:
    """Find the candidates of one cell."""
    with installed(_SOURCES, durable=False) as here, here.connect() as connection:
        return [_answering(connection)]


def _answering(connection: psycopg.Connection) -> Comparison:
    cell = Cell.containing(Position(52.0907, 5.1214))
    parameters: dict[str, Any] = {
        "northing_m": cell.centre.northing_m,
        "easting_m": cell.centre.easting_m,
        "k": _K,
        "technology": None,
    }

    def candidates() -> None:
        row = connection.execute(_SOURCES_SQL["kth_distance"], parameters).fetchone() or (0.0,)
        radius_m = candidate_radius_m(cell, row[0])
        found = parameters | {"radius_m": radius_m, "limit": _LIMIT}
        connection.execute(_SOURCES_SQL["candidates"], found)

    def by_distance() -> None:
        connection.execute(_BY_DISTANCE, parameters)

    name = f"candidates of a cell, {_SOURCES:,} sources"
    against = "k nearest by sorting distances"
    return compare(name, candidates, against, by_distance, calls=20)
