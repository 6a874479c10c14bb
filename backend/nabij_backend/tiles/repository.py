"""The statement that draws a tile."""

from dataclasses import dataclass

from nabij_backend import sql
from nabij_backend.db import Connection

DEEPEST = 14
CAP = 1_000
_SINGLE_FROM = 8
_SQUARES_PER_SIDE = 16
_WORLD_M = 40_075_016.685578488
"""The side of Web Mercator's square, EPSG:3857."""

_SQL = sql.load("tiles")


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of the web's map grid, which exists: 0 <= x, y < 2^z."""

    z: int
    x: int
    y: int


async def drawn(connection: Connection, tile: Tile) -> bytes:
    """The sources in a tile as a Mapbox vector tile; empty where there are none."""
    parameters = {
        "z": tile.z,
        "x": tile.x,
        "y": tile.y,
        "side_m": _WORLD_M / 2**tile.z,
        "single_from": _SINGLE_FROM,
        "squares": _SQUARES_PER_SIDE,
        "cap": CAP,
    }
    row = await (await connection.execute(_SQL["tile"], parameters)).fetchone()
    if row is None:
        raise RuntimeError("A statement that always answers one row answered none.")
    return row["tile"]
