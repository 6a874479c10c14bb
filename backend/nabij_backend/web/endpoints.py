"""The page at each of its addresses, and its parts. A browser is told to trust nobody else.

Without JavaScript the page says what is needed and where to write: to the notice's address, and
where no notice can be read, to customer service.
"""

from functools import cache
from html import escape
from pathlib import Path
from typing import Final

import psycopg
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from psycopg_pool import PoolTimeout

from nabij_backend import representations
from nabij_backend.dependencies import Parts, TheParts
from nabij_backend.notices import service as notices
from nabij_backend.problems import Problem, ProblemType
from nabij_backend.representations import Stored
from nabij_backend.web.policy import security_headers

router = APIRouter(include_in_schema=False)

BUILT: Final = Path(__file__).parent / "static"
PAGES: Final = (
    *("/", "/sources", "/privacy", "/consent"),
    *("/signin", "/statement", "/cookies", "/accessibility"),
)
_FOREVER: Final = "public, max-age=31536000, immutable"
_MEDIA_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_NOBODY: Final = {"nl": "de klantenservice", "en": "customer service"}


async def page(parts: TheParts) -> Response:
    """The page; which part of it is shown, its own router decides by the address."""
    file = BUILT / "index.html"
    if not file.is_file():
        raise Problem(ProblemType.NO_PAGE)
    text = await run_in_threadpool(file.read_text, "utf-8")
    for language, contact in (await _contacts(parts)).items():
        text = text.replace(f"{{contact.{language}}}", contact)
    headers = security_headers(parts.settings) | {"Cache-Control": "no-cache"}
    return HTMLResponse(text, headers=headers)


for _path in PAGES:
    router.add_api_route(_path, page, name=f"page {_path}")


@router.get("/assets/{name}")
def asset(request: Request, name: str) -> Response:
    """A part of it. Its name holds a digest of its content, so it never changes."""
    files = {file.name: file for file in (BUILT / "assets").glob("*") if file.is_file()}
    if name not in files:
        raise Problem(ProblemType.NOT_FOUND)
    response = representations.answer(request, _stored(files[name]), _FOREVER)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@cache
def _stored(file: Path) -> Stored:
    return Stored(file.name, file.read_bytes(), _MEDIA_TYPES[file.suffix])


async def _contacts(parts: Parts) -> dict[str, str]:
    """Where to write, by language; the page is there while the database is not."""
    try:
        async with parts.database.transaction() as connection:
            notice = await notices.current(connection)
    except (Problem, psycopg.OperationalError, PoolTimeout):
        return _NOBODY
    email = escape(notice.controller.privacy_officer_email)
    return dict.fromkeys(_NOBODY, f'<a href="mailto:{email}">{email}</a>')
