"""The statements on PostgreSQL: the price of consent, and of exact candidates."""

import asyncio
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from bench.measure import Comparison, compare
from nabij_backend import sql
from nabij_backend.cli.notice import publish_notice
from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.migrations.run import migrate
from nabij_backend.sources.importer import SavedMapping, import_sources
from nabij_consent import SALT_BYTES
from nabij_dev import embedded
from nabij_dev.made_up import write_community
from nabij_geo import Cell, Position, candidate_radius_m

_NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
_HOUR = _NOW.replace(minute=0)
_SOURCES = 20_000
_K = 10
_STATUS = sql.load("status")
_SOURCES_SQL = sql.load("sources")

_UNGATED = """
INSERT INTO ungated (subject_id, purpose, device_id, hour, resolution_m, northing_m, easting_m)
VALUES (%(subject_id)s, 'nearby-sources', %(device_id)s, %(now)s, 1000, 3263000, 3973000)
ON CONFLICT (subject_id, purpose, device_id) DO UPDATE SET
    hour = excluded.hour, northing_m = excluded.northing_m, easting_m = excluded.easting_m
"""
_BY_DISTANCE = """
SELECT * FROM source
ORDER BY ST_Distance(geom, ST_Point(%(easting_m)s, %(northing_m)s, 3035)) LIMIT %(k)s
"""


def run() -> list[Comparison]:
    """Report one square, and answer one cell, each beside the plainest statement for it."""
    with filled(_SOURCES) as connection:
        return [_reporting(connection), _answering(connection)]


def _reporting(connection: psycopg.Connection) -> Comparison:
    subject_id, device_id = uuid4(), uuid4()
    _grant(connection, subject_id)
    connection.execute("CREATE TABLE ungated (LIKE gps_status INCLUDING ALL)")
    parameters: dict[str, Any] = {
        "subject_id": subject_id,
        "device_id": device_id,
        "platform": "linux",
        "now": _NOW,
        "reports": Jsonb([_report()]),
    }

    def gated() -> None:
        with connection.transaction():
            connection.execute("SELECT set_config('nabij.subject', %s, true)", [str(subject_id)])
            connection.execute(_STATUS["report"], parameters)

    def ungated() -> None:
        with connection.transaction():
            connection.execute(_UNGATED, parameters | {"now": _HOUR})

    return compare("report a square", gated, "ungated, unlocked upsert", ungated, calls=100)


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
        connection.execute(_SOURCES_SQL["within"], parameters | {"radius_m": radius_m})

    def by_distance() -> None:
        connection.execute(_BY_DISTANCE, parameters)

    name = f"candidates of a cell, {_SOURCES:,} sources"
    return compare(name, candidates, "k nearest by sorting distances", by_distance, calls=20)


@contextmanager
def filled(sources: int) -> Generator[psycopg.Connection]:
    """A connection to a database with a notice and so many made-up sources."""
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded.cluster(Path(folder, "cluster"), durable=False) as cluster,
    ):
        migrate(cluster.url())
        asyncio.run(publish_notice(cluster.url(), STARTER_NOTICE))
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute("SET search_path = nabij, public")
            connection.execute("UPDATE clock_tolerance SET apart = '100 years'")  # of _NOW
            community = Path(folder, "community.csv")
            write_community(community, seed=1, count=sources)
            import_sources(
                connection,
                community,
                mapping=SavedMapping(licence="CC0-1.0"),
                made_up=True,
                now=_NOW,
            )
            connection.execute("ANALYZE")
            yield connection


def _grant(connection: psycopg.Connection, subject_id: UUID) -> None:
    nonce = uuid4()
    connection.execute("INSERT INTO subject VALUES (%s)", [subject_id])
    connection.execute(
        "INSERT INTO notice_served VALUES (%s, %s, 1, 'nl', %s, %s)",
        [subject_id, nonce, _NOW, _NOW],
    )
    connection.execute(
        "INSERT INTO consent_event (subject_id, number, event_id, kind, purpose, signals,"
        " notice_version, nonce, device_id, method, occurred_at, recorded_at, salt, leaf_hash)"
        " VALUES"
        " (%s, 1, %s, 'granted', 'nearby-sources', '{gps}', 1, %s, %s, 'app', %s, %s, %s, %s)",
        [subject_id, uuid4(), nonce, uuid4(), _NOW, _NOW, bytes(SALT_BYTES), bytes(32)],
    )
    connection.execute(
        "INSERT INTO live_grant (subject_id, purpose, signal, epoch, resolution_m, event_number,"
        " notice_version, granted_at, expires_at, retention_days)"
        " VALUES (%s, 'nearby-sources', 'gps', 1, 1000, 1, 1, %s, %s, 30)",
        [subject_id, _NOW, _NOW + timedelta(days=365)],
    )


def _report() -> dict[str, object]:
    return {
        "place": 0,
        "purpose": "nearby-sources",
        "signal": "gps",
        "epoch": 1,
        "hour": _HOUR.isoformat(),
        "resolution_m": 1_000,
        "northing_m": 3_263_000,
        "easting_m": 3_973_000,
    }
