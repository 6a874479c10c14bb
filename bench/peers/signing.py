"""The least that an act of consent with a receipt can be: one row and one signature.

python bench/peers/signing.py PORT
"""

import json
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import OKPKey
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_SEED = Path(os.environ["NABIJ_DATA_FOLDER"], "signing", "active.key").read_bytes()
_KEY = OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(_SEED))
_HEADER = {"alg": "Ed25519", "kid": _KEY.thumbprint()}
_pool = AsyncConnectionPool(
    os.environ["NABIJ_DATABASE_URL"],
    kwargs={"autocommit": True, "options": "-c search_path=nabij,public"},
    min_size=8,
    max_size=8,
    open=False,
)


async def _act(request: Request) -> Response:
    act = await request.json()
    receipt = jws.serialize_compact(_HEADER, json.dumps(act), _KEY, ["Ed25519"])
    async with _pool.connection() as connection:
        await connection.execute(
            "INSERT INTO bench.bare_act (act_id, act) VALUES (%s, %s)", [uuid4(), json.dumps(act)]
        )
    return JSONResponse({"receipt": receipt}, 201)


@asynccontextmanager
async def _lifespan(_app: Starlette) -> AsyncGenerator[None]:
    async with _pool:
        yield


app = Starlette(routes=[Route("/{path:path}", _act, methods=["POST"])], lifespan=_lifespan)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
