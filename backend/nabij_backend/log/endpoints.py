"""``/v1/log``: public.

What names log and size, and no witness, is for good, since a log only grows. Without the log it is
about the one that grows now, which is another after a restore.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from nabij_backend.dependencies import PublicConnection, TheParts
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
_Log = Annotated[
    UUID | None,
    Query(description="The log, as its checkpoints name it. None: the one that grows now."),
]
_PROOF = (*WITH_PARAMETERS, ProblemType.NOT_IN_LOG, ProblemType.UNAVAILABLE)


@router.get("/checkpoint", responses=problems(ProblemType.NOT_IN_LOG, ProblemType.UNAVAILABLE))
async def newest_checkpoint(
    parts: TheParts, connection: PublicConnection, response: Response
) -> NewestCheckpoint:
    """The newest signed head. Keep one elsewhere: nobody can take back what came before it."""
    response.headers["Cache-Control"] = _FOR_NOW
    return await service.newest_checkpoint(connection, parts.notary)


@router.get("/proof/inclusion", responses=problems(*_PROOF))
async def inclusion_proof(  # noqa: PLR0913, PLR0917 - a parameter each
    parts: TheParts,
    connection: PublicConnection,
    response: Response,
    leaf_hash: Annotated[str, Query(pattern=HASH_PATTERN, description="The receipt names it.")],
    log_id: _Log = None,
    tree_size: Annotated[
        int | None,
        Query(
            ge=1,
            le=LARGEST_TREE,
            description="None: the largest that witnesses cosigned and that has the act, if any;"
            " else that of the newest checkpoint.",
        ),
    ] = None,
) -> Inclusion:
    """Proof that an act is in the log; with the signed head where one was signed of that size."""
    leaf = bytes.fromhex(leaf_hash)
    found = await service.inclusion(connection, leaf, log_id, tree_size, parts.notary)
    # A note may be cosigned yet.
    for_good = log_id is not None and tree_size is not None and found.note is None
    response.headers["Cache-Control"] = _FOR_GOOD if for_good else _FOR_NOW
    return found


@router.get("/proof/consistency", responses=problems(*_PROOF))
async def consistency_proof(
    connection: PublicConnection,
    response: Response,
    first: _Size,
    second: _Size,
    log_id: _Log = None,
) -> Consistency:
    """Proof that the log of the second size begins with that of the first."""
    found = await service.consistency(connection, log_id, first, second)
    response.headers["Cache-Control"] = _FOR_NOW if log_id is None else _FOR_GOOD
    return found
