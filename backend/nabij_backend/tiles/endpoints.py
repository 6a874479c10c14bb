"""``/v1/tiles``. No identity and no cookie is looked at: a cache can serve them all.

A tile's address names the catalogue, so its content never changes; once the catalogue has, the
address is gone and the answer says where the new one is.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response, status

from nabij_backend.catalogue import repository as catalogue
from nabij_backend.dependencies import TheParts
from nabij_backend.openapi import WITH_PARAMETERS, problems
from nabij_backend.problems import Problem, ProblemType
from nabij_backend.representations import Stored, answer
from nabij_backend.tiles import repository
from nabij_backend.tiles.repository import DEEPEST, Tile
from nabij_backend.tiles.schemas import TileJson, VectorLayer

router = APIRouter(tags=["sources"])

_FOREVER: Final = "public, max-age=31536000, immutable"
_FIELDS: Final = {
    "id": "Of the source; left out where the point stands for several.",
    "technology": "How it makes energy.",
    "owner_kind": "Who owns it; left out where the point stands for several.",
    "kW": "Capacity, together; left out where unknown.",
    "count": "How many sources the point stands for.",
}


class VectorTile(Response):
    """A Mapbox vector tile."""

    media_type = "application/vnd.mapbox-vector-tile"


@router.get("/v1/tiles", responses=problems(ProblemType.UNAVAILABLE))
async def tiles(parts: TheParts, response: Response) -> TileJson:
    """Where the tiles of the current catalogue are (TileJSON 3.0)."""
    version = await parts.catalogue.version()
    response.headers["Cache-Control"] = "public, max-age=60"
    return TileJson(
        tilejson="3.0.0",
        tiles=(f"/v1/tiles/{version}/{{z}}/{{x}}/{{y}}",),
        vector_layers=(VectorLayer(id="sources", fields=_FIELDS),),
        minzoom=0,
        maxzoom=DEEPEST,
        catalogue_version=version,
    )


@router.get(
    "/v1/tiles/{version}/{z}/{x}/{y}",
    response_class=VectorTile,
    responses={
        status.HTTP_304_NOT_MODIFIED: {"description": "You hold this tile."},
        **problems(
            *WITH_PARAMETERS,
            ProblemType.NOT_FOUND,
            ProblemType.OTHER_CATALOGUE,
            ProblemType.UNAVAILABLE,
        ),
    },
)
async def tile(  # noqa: PLR0913, PLR0917 - a tile's address has these parts
    parts: TheParts,
    request: Request,
    version: Annotated[int, Path(ge=0, lt=2**63)],
    z: Annotated[int, Path(ge=0, le=DEEPEST)],
    x: Annotated[int, Path(ge=0, lt=2**DEEPEST)],
    y: Annotated[int, Path(ge=0, lt=2**DEEPEST)],
) -> Response:
    """The sources in a tile of the web's map grid (EPSG:3857), as of one catalogue."""
    if max(x, y) >= 2**z:
        raise Problem(ProblemType.NOT_FOUND)
    _require(version, await parts.catalogue.version(), (z, x, y))

    async def draw() -> Stored:
        async with parts.database.snapshot() as connection:
            drawn_of = await catalogue.version(connection)
            content = await repository.drawn(connection, Tile(z, x, y))
        return Stored(f"{drawn_of}-{z}-{x}-{y}", content, VectorTile.media_type)

    stored = await parts.catalogue.answers.get(Tile(z, x, y), draw)
    _require(version, int(stored.name.partition("-")[0]), (z, x, y))
    return answer(request, stored, _FOREVER)


def _require(version: int, current: int, tile: tuple[int, int, int]) -> None:
    if version != current:
        address = "/".join(map(str, tile))
        raise Problem(ProblemType.OTHER_CATALOGUE, instead=f"/v1/tiles/{current}/{address}")
