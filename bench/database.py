"""The statement that finds candidates of a cell, beside the plainest one."""

from dataclasses import asdict

import psycopg

from bench.installation import installed
from bench.measure import Comparison, compare
from nabij_backend import sql
from nabij_backend.sources.repository import NearestQuery
from nabij_backend.sources.service import MOST_SOURCES, reach
from nabij_geo import Cell, Position

_SOURCES = 20_000
_K = 10
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
    question = NearestQuery(cell, _K, technology=None).parameters
    parameters = question | asdict(reach(cell)) | {"limit": MOST_SOURCES}

    def candidates() -> None:
        connection.execute(_SOURCES_SQL["candidates"], parameters)

    def by_distance() -> None:
        connection.execute(_BY_DISTANCE, parameters)

    name = f"candidates of a cell, {_SOURCES:,} sources"
    against = "k nearest by sorting distances"
    return compare(name, candidates, against, by_distance, calls=20)
