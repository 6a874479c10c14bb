"""A ceiling: a bare Starlette route that answers with the same bytes whatever is asked.

    python bench/peers/constant.py PORT FILE [NAME VALUE]...

The pairs are headers.
"""

import sys
from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_PORT, _FILE, *_PAIRS = sys.argv[1:]
_BYTES: Final = Path(_FILE).read_bytes()
_HEADERS: Final = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))


async def _answer(_request: Request) -> Response:
    return Response(_BYTES, headers=_HEADERS)


app = Starlette(routes=[Route("/{path:path}", _answer)])
uvicorn.run(app, host="127.0.0.1", port=int(_PORT), log_level="error", access_log=False)
