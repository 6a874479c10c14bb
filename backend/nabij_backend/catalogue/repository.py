"""The statements about the catalogue as a whole."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nabij_backend import sql
from nabij_backend.db import Connection
from nabij_geo import CatalogueSource, Cell

_SQL = sql.load("catalogue")
_BATCH = 2_000


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


async def published(connection: Connection) -> AsyncGenerator[tuple[Cell, CatalogueSource]]:
    """Yield every source, each with the square of 100 km that it is in."""
    async with connection.cursor(name="published") as cursor:
        cursor.itersize = _BATCH
        await cursor.execute(_SQL["published"])
        async for row in cursor:
            region = Cell(100_000, row.pop("region_northing_m"), row.pop("region_easting_m"))
            yield region, as_published(row)


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
