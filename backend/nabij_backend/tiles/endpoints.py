"""``/v1/tiles``. No identity and no cookie is looked at: a cache can serve them all.

A tile's address names the catalogue, so its content never changes; once the catalogue has, the
address is gone and the answer says where the new one is.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Response, status

from nabij_backend.catalogue import repository as catalogue
from nabij_backend.dependencies import TheParts
from nabij_backend.openapi import WITH_PARAMETERS, problems
from nabij_backend.problems import Problem, ProblemType
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
    version: Annotated[int, Path(ge=0, lt=2**63)],
    z: Annotated[int, Path(ge=0, le=DEEPEST)],
    x: Annotated[int, Path(ge=0, lt=2**DEEPEST)],
    y: Annotated[int, Path(ge=0, lt=2**DEEPEST)],
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """The sources in a tile of the web's map grid (EPSG:3857), as of one catalogue."""
    if max(x, y) >= 2**z:
        raise Problem(ProblemType.NOT_FOUND)
    current = await parts.catalogue.version()
    if version != current:
        raise Problem(ProblemType.OTHER_CATALOGUE, instead=f"/v1/tiles/{current}/{z}/{x}/{y}")
    headers = {"ETag": f'"{version}-{z}-{x}-{y}"', "Cache-Control": _FOREVER}
    if headers["ETag"] in if_none_match:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    async with parts.database.snapshot() as connection:
        current = await catalogue.version(connection)
        if version != current:
            raise Problem(ProblemType.OTHER_CATALOGUE, instead=f"/v1/tiles/{current}/{z}/{x}/{y}")
        return VectorTile(await repository.drawn(connection, Tile(z, x, y)), headers=headers)
