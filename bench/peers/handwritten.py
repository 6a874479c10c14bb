"""What somebody would write by hand for the same questions: Starlette, psycopg, one statement each.

It asks for no consent, logs nothing, limits nobody, and trusts its database. The list for a square
is pruned as ours is, since without that it is not right for every place in the square.

    python bench/peers/handwritten.py PORT
"""

import gzip
import json
import os
import sys
from base64 import urlsafe_b64decode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nabij_geo import Cell, Position, candidate_radius_m, project, prune

_KEY = Ed25519PrivateKey.from_private_bytes(
    Path(os.environ["NABIJ_DATA_FOLDER"], "identity.key").read_bytes()
)
_FARTHEST = """
SELECT max(distance) AS distance_m FROM (
    SELECT geom <-> ST_Point(%(e)s, %(n)s, 3035) AS distance FROM source
    ORDER BY geom <-> ST_Point(%(e)s, %(n)s, 3035) LIMIT %(k)s
) AS nearest
"""
_WITHIN = """
SELECT source_id, latitude_e5, longitude_e5, technology::text, owner_kind::text, licence, made_up,
       located, name, story, language, register, capacity_kw, least_kw, most_kw, count
FROM source WHERE ST_DWithin(geom, ST_Point(%(e)s, %(n)s, 3035), %(r)s)
"""
_SQUARE_OF = "SELECT cell FROM gps_status WHERE subject_id = %(subject)s::uuid LIMIT 1"
_pool = AsyncConnectionPool(
    os.environ["NABIJ_DATABASE_URL"],
    kwargs={
        "autocommit": True,
        "row_factory": dict_row,
        "options": "-c search_path=nabij,public",
    },
    min_size=8,
    max_size=8,
    open=False,
)


async def _near(connection: Any, cell: Cell, k: int) -> bytes:  # noqa: ANN401 - rows are dictionaries
    around: dict[str, Any] = {"n": cell.centre.northing_m, "e": cell.centre.easting_m, "k": k}
    row = await (await connection.execute(_FARTHEST, around)).fetchone()
    around["r"] = candidate_radius_m(cell, row["distance_m"])
    rows = await (await connection.execute(_WITHIN, around)).fetchall()
    positions = [Position(row["latitude_e5"] / 1e5, row["longitude_e5"] / 1e5) for row in rows]
    places = [(row["source_id"], project(each)) for row, each in zip(rows, positions, strict=True)]
    features = [
        {
            "type": "Feature",
            "id": rows[index]["source_id"],
            "geometry": {
                "type": "Point",
                "coordinates": [positions[index].longitude_deg, positions[index].latitude_deg],
            },
            "properties": rows[index],
        }
        for index in prune(cell, places, k)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, default=str).encode()


async def _square(request: Request) -> Response:
    cell = Cell.parse(request.path_params["code"])
    async with _pool.connection() as connection:
        content = await _near(connection, cell, int(request.query_params["k"]))
    return _compressed(content)


async def _nearby(request: Request) -> Response:
    token = request.headers["authorization"].removeprefix("Bearer ")
    signed, _, signature = token.rpartition(".")
    _KEY.public_key().verify(_decoded(signature), signed.encode())
    subject = json.loads(_decoded(signed.partition(".")[2]))["sub"]
    async with _pool.connection() as connection:
        row: Any = await (await connection.execute(_SQUARE_OF, {"subject": subject})).fetchone()
        content = await _near(connection, Cell.parse(row["cell"]), 10)
    return _compressed(content)


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _compressed(content: bytes) -> Response:
    return Response(
        gzip.compress(content, 6),
        headers={"Content-Encoding": "gzip"},
        media_type="application/geo+json",
    )


@asynccontextmanager
async def _lifespan(_app: Starlette) -> AsyncGenerator[None]:
    async with _pool:
        yield


app = Starlette(
    routes=[Route("/v1/cells/{code}/sources", _square), Route("/v1/me/nearby", _nearby)],
    lifespan=_lifespan,
)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
