"""``/`` and what the page is made of. The page tells a browser to trust nobody else."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from nabij_backend.dependencies import TheParts
from nabij_backend.problems import Problem, ProblemType
from nabij_backend.web.policy import security_headers

router = APIRouter(include_in_schema=False)

BUILT: Final = Path(__file__).parent / "static"
_FOREVER: Final = "public, max-age=31536000, immutable"


@router.get("/")
def page(parts: TheParts) -> Response:
    """The dashboard's page."""
    file = BUILT / "index.html"
    if not file.is_file():
        raise Problem(ProblemType.NO_PAGE)
    headers = security_headers(parts.settings) | {"Cache-Control": "no-cache"}
    return FileResponse(file, headers=headers, media_type="text/html")


@router.get("/assets/{name}")
def asset(name: str) -> Response:
    """A part of it. Its name holds a digest of its content, so it never changes."""
    files = {file.name: file for file in (BUILT / "assets").glob("*") if file.is_file()}
    if name not in files:
        raise Problem(ProblemType.NOT_FOUND)
    headers = {"Cache-Control": _FOREVER, "X-Content-Type-Options": "nosniff"}
    return FileResponse(files[name], headers=headers)
