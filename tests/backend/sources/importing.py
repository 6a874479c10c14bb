"""Imports as an operator makes them."""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from nabij_backend.sources.importer import ImportResult, SavedMapping, import_sources

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HEADER = "id,name,technology,owner_kind,capacity_kw,latitude,longitude\n"
Connection = psycopg.Connection[tuple[object, ...]]
Take = Callable[..., ImportResult]


def written(folder: Path, *lines: str, name: str = "sources.csv") -> Path:
    path = folder / name
    path.write_text("".join(lines), encoding="utf-8")
    return path


def imported(
    connection: Connection,
    path: Path,
    *,
    crs: str | None = None,
    rejects: Path | None = None,
    now: datetime = NOW,
) -> ImportResult:
    return import_sources(
        connection, path, mapping=SavedMapping(crs=crs, licence="CC0-1.0"), rejects=rejects, now=now
    )


def taken_out(options: dict[str, Any]) -> dict[str, Any]:
    """Take the options of a mapping out of those of an import."""
    names = {each.name for each in fields(SavedMapping)} & set(options)
    return {name: options.pop(name) for name in names}


def place(connection: Connection, source_id: str) -> tuple[float, float]:
    """Longitude and latitude in degrees."""
    ((longitude_e5, latitude_e5),) = connection.execute(
        "SELECT longitude_e5, latitude_e5 FROM nabij.source WHERE source_id = %s", (source_id,)
    ).fetchall()
    assert isinstance(longitude_e5, int)
    assert isinstance(latitude_e5, int)
    return longitude_e5 / 1e5, latitude_e5 / 1e5


def neighbours(connection: Connection) -> list[tuple[object, ...]]:
    """What is published of private persons."""
    return connection.execute(
        "SELECT technology::text, count, least_kw, most_kw, latitude_e5, longitude_e5"
        " FROM nabij.source WHERE owner_kind = 'person' ORDER BY technology, latitude_e5"
    ).fetchall()
