"""The page at its addresses, its assets, and what other pages embed.

Without JavaScript the page says what is needed and where to write: to the notice's address, and
where no notice can be read, to customer service.
"""

import hashlib
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

import psycopg
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from psycopg_pool import PoolTimeout

from nabij_backend.caller.dependencies import Parts, TheParts
from nabij_backend.http import representations
from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.http.representations import Stored
from nabij_backend.notices import service as notices
from nabij_backend.web.policy import security_headers

router = APIRouter(include_in_schema=False)

BUILT: Final = Path(__file__).parent / "static"
PAGES: Final = (
    *("/", "/sources", "/privacy", "/consent"),
    *("/signin", "/statement", "/cookies", "/accessibility"),
)
EMBEDDED: Final = "/embed"
"""What the pages of a setting may show in a frame."""
DOCUMENTED: Final = "/elements"
SCRIPT: Final = "/nabij-nearby.js"
WORKER: Final = "/offline.js"
_A_MINUTE: Final = "public, max-age=60"
_FOREVER: Final = "public, max-age=31536000, immutable"
_MEDIA_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_ANEW: Final = {"Cache-Control": "no-cache"}
_NOBODY: Final = {"nl": "de klantenservice", "en": "customer service", "email": ""}


async def page(parts: TheParts) -> Response:
    """Return the page; which part of it is shown, its own router decides by the address."""
    text = await _read("index.html")
    for name, contact in (await _contacts(parts)).items():
        text = text.replace(f"{{contact.{name}}}", contact)
    return HTMLResponse(text, headers=security_headers(parts.settings) | _ANEW)


for _path in PAGES:
    router.add_api_route(_path, page, name=f"page {_path}")


@router.get(DOCUMENTED)
async def elements(parts: TheParts) -> Response:
    """Return the page for developers who embed `<nabij-nearby>`."""
    text = await _read("elements.html")
    return HTMLResponse(text, headers=security_headers(parts.settings) | _ANEW)


@router.get(EMBEDDED)
async def embed(parts: TheParts) -> Response:
    """`<nabij-nearby>` alone, for a frame; nobody signs in there."""
    text = await _read("embed.html")
    embedders = parts.settings.embedders
    return HTMLResponse(text, headers=security_headers(parts.settings, embedders) | _ANEW)


@router.get(SCRIPT)
def script(request: Request) -> Response:
    """`<nabij-nearby>` as one script, which loads its parts from here, too."""
    return _static(request, BUILT / SCRIPT[1:], _A_MINUTE)


@router.get(WORKER)
def worker(request: Request) -> Response:
    """Return the service worker, which keeps what is public for when there is no network."""
    return _static(request, BUILT / WORKER[1:], _ANEW["Cache-Control"])


@router.get("/assets/{name}")
def asset(request: Request, name: str) -> Response:
    """Return an asset of the page. Its name holds a digest, so it never changes."""
    files = {file.name: file for file in (BUILT / "assets").glob("*") if file.is_file()}
    if name not in files:
        raise Problem(ProblemType.NOT_FOUND)
    return _static(request, files[name], _FOREVER)


def _static(request: Request, file: Path, kept: str) -> Response:
    if not file.is_file():
        raise Problem(ProblemType.NO_PAGE)
    return representations.answer(request, _stored(file), kept)


@cache
def _stored(file: Path) -> Stored:
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return Stored(digest, content, _MEDIA_TYPES[file.suffix], lasting=True)


async def _read(name: str) -> str:
    file = BUILT / name
    if not file.is_file():
        raise Problem(ProblemType.NO_PAGE)
    return await run_in_threadpool(file.read_text, "utf-8")


async def _contacts(parts: Parts) -> dict[str, str]:
    """Return where to write: in each language, and customer service's address for the page's foot.

    The page is there while the database is not.
    """
    try:
        async with parts.database.transaction("page") as connection:
            notice = await notices.current(connection)
    except (Problem, psycopg.OperationalError, PoolTimeout):
        return _NOBODY
    officer = escape(notice.controller.privacy_officer_email)
    link = f'<a href="mailto:{officer}">{officer}</a>'
    return {"nl": link, "en": link, "email": escape(notice.controller.email)}
