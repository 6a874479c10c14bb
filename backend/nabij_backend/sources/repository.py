"""The statements about sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nabij_backend import sql
from nabij_backend.catalogue.repository import as_published
from nabij_backend.db import Connection
from nabij_backend.enums import Technology
from nabij_geo import CatalogueSource, Cell, Position

_SQL = sql.load("sources")


@dataclass(frozen=True, slots=True)
class NearestQuery:
    """Which sources are asked for: around a cell, so many, of one technology or of all."""

    cell: Cell
    k: int
    technology: Technology | None

    @property
    def parameters(self) -> dict[str, Any]:
        """As the statements name them."""
        return {
            "northing_m": self.cell.centre.northing_m,
            "easting_m": self.cell.centre.easting_m,
            "k": self.k,
            "technology": self.technology,
        }


async def kth_distance_m(connection: Connection, question: NearestQuery) -> tuple[int, float]:
    """Return the catalogue's version, and how far from the cell's centre the k-th nearest is.

    In metres in the plane; infinite: there are fewer than k.
    """
    row = await _one(connection, "kth_distance", question.parameters)
    return row["version"], row["distance_m"]


async def candidates(
    connection: Connection, question: NearestQuery, radius_m: float, limit: int
) -> list[tuple[str, Position]]:
    """Return the sources within ``radius_m`` of the cell's centre, ``limit`` at most."""
    parameters = question.parameters | {"radius_m": radius_m, "limit": limit}
    cursor = await connection.execute(_SQL["candidates"], parameters)
    return [
        (row["id"], Position(row["latitude_e5"] / 1e5, row["longitude_e5"] / 1e5))
        for row in await cursor.fetchall()
    ]


async def details(
    connection: Connection, question: NearestQuery, ids: Sequence[str]
) -> list[CatalogueSource]:
    """Return these sources, those nearest to the cell's centre first."""
    parameters = question.parameters | {"ids": list(ids)}
    cursor = await connection.execute(_SQL["details"], parameters)
    return [as_published(row) for row in await cursor.fetchall()]


async def listed(
    connection: Connection, technology: Technology | None, limit: int
) -> list[dict[str, Any]]:
    """Return up to ``limit`` sources by name."""
    parameters = {"technology": technology, "limit": limit}
    return await (await connection.execute(_SQL["listed"], parameters)).fetchall()


async def counted(connection: Connection) -> dict[str, int]:
    """Return how many sources there are, by technology."""
    rows = await (await connection.execute(_SQL["count"])).fetchall()
    return {row["technology"]: row["sources"] for row in rows}


async def _one(connection: Connection, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    row = await (await connection.execute(_SQL[name], parameters)).fetchone()
    if row is None:
        raise RuntimeError("A statement that always answers one row answered none.")
    return row
