"""``/v1/cells``, ``/v1/me/nearby``, ``/v1/places/all``."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from nabij_backend.caller.access_log import note_read
from nabij_backend.caller.dependencies import ForPerson, TheParts
from nabij_backend.catalogue.dependencies import TheCatalogue
from nabij_backend.enums import Reader, Technology
from nabij_backend.http.problems import ProblemType
from nabij_backend.http.representations import Stored, answer, not_modified, once, preferred
from nabij_backend.http.response_cache import keep
from nabij_backend.http.responses import BY_MANDATE, HELD, SIGNED_IN, WITH_PARAMETERS, problems
from nabij_backend.http.schemas import CELL_SCHEMA
from nabij_backend.sources import service
from nabij_backend.sources.repository import NearestQuery
from nabij_backend.sources.schemas import AllPlaces, CellAnswer, NearbyAnswer
from nabij_backend.sources.service import LARGEST_K
from nabij_backend.status import service as status_service
from nabij_consent import NEARBY_SOURCES
from nabij_geo import Cell

router = APIRouter(tags=["sources"])

_PUBLIC = "public, max-age=60"
_A_DAY = "public, max-age=86400"


class GeoJson(JSONResponse):
    """An answer in GeoJSON (RFC 7946), described as JSON is."""

    media_type = service.GEOJSON


_BOUNDED: Final = (ProblemType.TOO_FAR, ProblemType.TOO_MANY)
_K = Annotated[int, Query(ge=1, le=LARGEST_K, description="How many nearest are asked for.")]


@router.get(
    "/v1/cells/{code}/sources",
    response_model=CellAnswer,
    response_class=GeoJson,
    responses={
        **HELD,
        **problems(
            *WITH_PARAMETERS,
            *_BOUNDED,
            ProblemType.INVALID_CELL,
            ProblemType.OUTSIDE_GRID,
            ProblemType.UNAVAILABLE,
        ),
    },
)
async def sources_of_cell(  # noqa: PLR0913, PLR0917 - a parameter each
    parts: TheParts,
    catalogue: TheCatalogue,
    request: Request,
    code: Annotated[str, Path(json_schema_extra=CELL_SCHEMA)],
    k: _K = 10,
    technology: Technology | None = None,
) -> Response:
    """Return every source among the k nearest for some place in the cell.

    Public: no sign-in is read.

    For a server that knows a square and nothing more: a phone or a page that knows a place ranks
    `/v1/catalogue` and asks nothing.
    """
    question = NearestQuery(Cell.parse(code), k, technology)
    version = await catalogue.version()
    name = service.answer_name(question, version)
    held = not_modified(request, name, _PUBLIC)
    if held is not None:
        keep(request, version)
        return held

    encoding = preferred(request)

    async def work_out() -> Stored:
        async with parts.database.statement("sources_of_cell") as connection:
            return await service.answer(connection, question, encoding)

    stored = await catalogue.answers.get((question, encoding), work_out)
    if stored.name == name:
        keep(request, version)
    return answer(request, stored, _PUBLIC)


@router.get(
    "/v1/me/nearby",
    response_model=NearbyAnswer,
    response_class=GeoJson,
    responses=problems(
        *SIGNED_IN,
        *BY_MANDATE,
        *WITH_PARAMETERS,
        *_BOUNDED,
        ProblemType.NO_SQUARE,
        ProblemType.ERASED,
    ),
)
async def sources_near_me(
    parts: TheParts,
    request: Request,
    session: ForPerson,
    k: _K = 10,
    technology: Technology | None = None,
) -> Response:
    """Return the same for this customer's square, with distances as intervals."""
    now = parts.clock()
    cell, *_ = await status_service.squares(session, now)
    await note_read(
        session, Reader.DASHBOARD, NEARBY_SOURCES.slug, entry_id=parts.new_id(), now=now
    )
    content = await service.nearby(session.connection, NearestQuery(cell, k, technology))
    return once(request, content, service.GEOJSON)


@router.get("/v1/places/all", response_model=AllPlaces, responses={**HELD, **problems()})
async def all_places(parts: TheParts, request: Request) -> Response:
    """Return every place with its cell, so that typing one needs no call that tells which."""
    stored = await run_in_threadpool(service.all_places, parts.settings.places)
    return answer(request, stored, _A_DAY)
