"""``/v1/catalogue``. No identity and no cookie is looked at: a cache can serve them all.

A file's address names its version, so its content never changes; once the catalogue has, the
address is gone and the answer says where the new one is.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response

from nabij_backend.catalogue.dependencies import TheCatalogue
from nabij_backend.catalogue.schemas import CatalogueDocument, CatalogueManifest
from nabij_backend.http import representations
from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.http.response_cache import keep
from nabij_backend.http.responses import HELD, WITH_PARAMETERS, problems
from nabij_backend.http.schemas import LARGEST_INTEGER
from nabij_geo import EVERYWHERE

router = APIRouter(tags=["sources"])

_A_MINUTE: Final = "public, max-age=60"
_FOREVER: Final = "public, max-age=31536000, immutable"


@router.get(
    "/v1/catalogue",
    response_model=CatalogueManifest,
    responses={**HELD, **problems(ProblemType.UNAVAILABLE)},
)
async def catalogue(current_catalogue: TheCatalogue, request: Request) -> Response:
    """Return what the current version of the catalogue consists of, signed."""
    current = await current_catalogue.published()
    keep(request, current.version)
    return representations.answer(request, current.manifest, _A_MINUTE)


@router.get(
    "/v1/catalogue/{version}/{region}",
    response_model=CatalogueDocument,
    responses={
        **HELD,
        **problems(
            *WITH_PARAMETERS,
            ProblemType.NOT_FOUND,
            ProblemType.OTHER_CATALOGUE,
            ProblemType.UNAVAILABLE,
        ),
    },
)
async def catalogue_file(
    current_catalogue: TheCatalogue,
    request: Request,
    version: Annotated[int, Path(ge=0, le=LARGEST_INTEGER)],
    region: Annotated[
        str,
        Path(
            pattern=rf"^({EVERYWHERE}|CRS3035RES100000mN[0-9]{{6,7}}E[0-9]{{6,7}})$",
            description="`all`, or the code of a 100 km cell.",
            examples=[EVERYWHERE],
        ),
    ],
) -> Response:
    """Return all sources, or those of one square of 100 km, for the device to rank."""
    current = await current_catalogue.published()
    if version != current.version:
        now = f"/v1/catalogue/{current.version}/{region}"
        raise Problem(ProblemType.OTHER_CATALOGUE, instead=now)
    if region not in current.files:
        raise Problem(ProblemType.NOT_FOUND)
    keep(request, current.version)
    return representations.answer(request, current.files[region], _FOREVER)
