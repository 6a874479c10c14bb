"""``/v1/log``: public, and for good where a size is named, since the log only grows."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from nabij_backend.dependencies import PublicConnection
from nabij_backend.log import service
from nabij_backend.log.schemas import (
    HASH_PATTERN,
    Consistency,
    Inclusion,
    NewestCheckpoint,
)
from nabij_backend.openapi import WITH_PARAMETERS, problems
from nabij_backend.problems import ProblemType
from nabij_consent import LARGEST_TREE

router = APIRouter(prefix="/v1/log", tags=["proof"])

_FOR_GOOD = "public, max-age=31536000, immutable"
_FOR_NOW = "public, max-age=1"
_Size = Annotated[int, Query(ge=1, le=LARGEST_TREE, description="How many leaves.")]
_PROOF = (*WITH_PARAMETERS, ProblemType.NOT_IN_LOG, ProblemType.UNAVAILABLE)


@router.get("/checkpoint", responses=problems(ProblemType.NOT_IN_LOG, ProblemType.UNAVAILABLE))
async def newest_checkpoint(connection: PublicConnection, response: Response) -> NewestCheckpoint:
    """The newest signed head. Keep one elsewhere: nobody can take back what came before it."""
    response.headers["Cache-Control"] = _FOR_NOW
    return await service.newest_checkpoint(connection)


@router.get("/proof/inclusion", responses=problems(*_PROOF))
async def inclusion_proof(
    connection: PublicConnection,
    response: Response,
    leaf_hash: Annotated[str, Query(pattern=HASH_PATTERN, description="The receipt names it.")],
    tree_size: Annotated[
        int | None, Query(ge=1, le=LARGEST_TREE, description="None: of the newest checkpoint.")
    ] = None,
) -> Inclusion:
    """Proof that an act is in the log; with the signed head where one was signed of that size."""
    response.headers["Cache-Control"] = _FOR_NOW if tree_size is None else _FOR_GOOD
    return await service.inclusion(connection, bytes.fromhex(leaf_hash), tree_size)


@router.get("/proof/consistency", responses=problems(*_PROOF))
async def consistency_proof(
    connection: PublicConnection, response: Response, first: _Size, second: _Size
) -> Consistency:
    """Proof that the log of the second size begins with that of the first."""
    response.headers["Cache-Control"] = _FOR_GOOD
    return await service.consistency(connection, first, second)
