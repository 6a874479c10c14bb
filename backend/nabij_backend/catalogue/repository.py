"""The statements about the catalogue as a whole."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.rows import tuple_row

from nabij_backend import sql
from nabij_backend.db import Connection
from nabij_geo import CatalogueSource, Cell, Columns

_SQL = sql.load("catalogue")
_BATCH = 2_000
_CORNER: Final = 2


@dataclass(frozen=True, slots=True)
class Edition:
    """A version of the catalogue, and when it came about."""

    version: int
    changed_at: datetime


async def version(connection: Connection) -> int:
    """Return the number of the catalogue as it is now."""
    return (await _one(connection, "version"))["version"]


async def edition(connection: Connection) -> Edition:
    """Return the catalogue as it is now."""
    return Edition(**await _one(connection, "edition"))


async def renumber(connection: Connection, now: datetime) -> None:
    """Give the catalogue a number that it never had, as the owner.

    After a restore the numbers of versions that are lost would come again, and caches hold those.
    """
    await connection.execute(_SQL["renumber"], {"now": now})


@dataclass(frozen=True, slots=True)
class PublishedRows:
    """Every source as it is published: rows of each square of 100 km, in columns of these names."""

    names: Sequence[str]
    regions: Mapping[str, Sequence[tuple[Any, ...]]]

    def columns(self) -> dict[str, Columns]:
        """Return the columns of each square, as ``nabij_geo.Catalogue`` has them."""
        return {region: self._columns(rows) for region, rows in self.regions.items()}

    def _columns(self, rows: Sequence[tuple[Any, ...]]) -> Columns:
        columns: dict[str, Sequence[Any]] = dict(
            zip(self.names, zip(*rows, strict=True), strict=True)
        )
        bands = zip(columns.pop("least_kw"), columns.pop("most_kw"), strict=True)
        columns["capacity_band_kw"] = [None if band[0] is None else band for band in bands]
        return columns


async def published(connection: Connection) -> PublishedRows:
    """Return every source, by the square of 100 km that it is in."""
    regions: defaultdict[tuple[int, int], list[tuple[Any, ...]]] = defaultdict(list)
    async with connection.cursor(name="published", row_factory=tuple_row) as cursor:
        await cursor.execute(_SQL["published"])
        names = [column.name for column in cursor.description or ()]
        while rows := await cursor.fetchmany(_BATCH):
            for northing_m, easting_m, *row in rows:
                regions[northing_m, easting_m].append(tuple(row))
    codes = {Cell(100_000, *corner).code: rows for corner, rows in regions.items()}
    return PublishedRows(names[_CORNER:], codes)


def as_published(row: dict[str, Any]) -> CatalogueSource:
    """Return the source of a row that has the columns of one."""
    least_kw, most_kw = row.pop("least_kw"), row.pop("most_kw")
    band_kw = None if least_kw is None else (least_kw, most_kw)
    return CatalogueSource(**row, capacity_band_kw=band_kw)


async def attribution(connection: Connection) -> list[dict[str, Any]]:
    """Register, licence and number of sources of each that is owed to."""
    return await (await connection.execute(_SQL["attribution"])).fetchall()


async def _one(connection: Connection, name: str) -> dict[str, Any]:
    row = await (await connection.execute(_SQL[name])).fetchone()
    if row is None:
        raise RuntimeError("A statement that always answers one row answered none.")
    return row
