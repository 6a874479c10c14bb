"""The statements about sources."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from psycopg.rows import tuple_row

from nabij_backend import sql
from nabij_backend.catalogue.repository import as_published
from nabij_backend.db import Connection
from nabij_backend.enums import Technology
from nabij_geo import CatalogueSource, Cell, GridPoint

_SQL = sql.load("sources")
_NORTHING: Final = 2
_EASTING: Final = 3
_ID: Final = 4


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


@dataclass(frozen=True, slots=True)
class Reach:
    """How far from a cell's centre sources are looked for, in metres in the grid's plane.

    As far as ``margin_m`` and ``widening`` times the distance of the k-th nearest, and no farther
    than ``farthest_m``; nowhere where the k-th is farther than ``kth_at_most_m``, unless there are
    fewer than k.
    """

    margin_m: float
    widening: float
    kth_at_most_m: float
    farthest_m: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """The sources within reach, of one version of the catalogue.

    ``kth_distance_m``: from the cell's centre, infinite where there are fewer than k. ``places``:
    the id and the place of each.
    """

    version: int
    kth_distance_m: float
    places: Sequence[tuple[str, GridPoint]]
    _columns: Sequence[str]
    _rows: Sequence[tuple[Any, ...]]

    def source(self, index: int) -> CatalogueSource:
        """Return one of them."""
        return as_published(dict(zip(self._columns, self._rows[index], strict=True)))


async def candidates(
    connection: Connection, question: NearestQuery, reach: Reach, limit: int
) -> Candidates:
    """Return the sources within reach of the cell's centre, ``limit`` at most."""
    parameters = question.parameters | asdict(reach) | {"limit": limit}
    async with connection.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(_SQL["candidates"], parameters)
        columns = [column.name for column in cursor.description or ()]
        rows = await cursor.fetchall()
    version, kth_distance_m, *_ = rows[0]
    found = [row for row in rows if row[_ID] is not None]
    places = [(row[_ID], GridPoint(row[_NORTHING], row[_EASTING])) for row in found]
    shown = [row[_ID:] for row in found]
    return Candidates(version, kth_distance_m, places, columns[_ID:], shown)


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
