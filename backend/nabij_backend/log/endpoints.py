"""``/v1/log`` and ``/.well-known/jwks.json``: public.

What names log and size, and no witness, is for good, since a log only grows. Without the log it is
about the one that grows now, which is another after a restore.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool

from nabij_backend.caller.dependencies import PublicConnection, TheParts
from nabij_backend.http.problems import ProblemType
from nabij_backend.http.responses import WITH_PARAMETERS, problems
from nabij_backend.log import service
from nabij_backend.log.dependencies import TheNotary
from nabij_backend.log.schemas import (
    HASH_PATTERN,
    Consistency,
    Inclusion,
    KeySet,
    NewestCheckpoint,
)
from nabij_consent import LARGEST_TREE

router = APIRouter(tags=["proof"])

_FOR_GOOD = "public, max-age=31536000, immutable"
_FOR_NOW = "public, max-age=1"
_Size = Annotated[int, Query(ge=1, le=LARGEST_TREE, description="How many leaves.")]
_Log = Annotated[
    UUID | None,
    Query(description="The log, as its checkpoints name it. None: the one that grows now."),
]
_PROOF = (*WITH_PARAMETERS, ProblemType.NOT_IN_LOG, ProblemType.UNAVAILABLE)


@router.get(
    "/v1/log/checkpoint", responses=problems(ProblemType.NOT_IN_LOG, ProblemType.UNAVAILABLE)
)
async def newest_checkpoint(
    notary: TheNotary, connection: PublicConnection, response: Response
) -> NewestCheckpoint:
    """Return the newest signed checkpoint.

    Keep one elsewhere: nobody can take back what came before it.
    """
    response.headers["Cache-Control"] = _FOR_NOW
    return await service.newest_checkpoint(connection, notary)


@router.get("/v1/log/proof/inclusion", responses=problems(*_PROOF))
async def inclusion_proof(  # noqa: PLR0913, PLR0917 - a parameter each
    notary: TheNotary,
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
    found = await service.inclusion(connection, leaf, log_id, tree_size, notary)
    # A note may be cosigned yet.
    for_good = log_id is not None and tree_size is not None and found.note is None
    response.headers["Cache-Control"] = _FOR_GOOD if for_good else _FOR_NOW
    return found


@router.get("/v1/log/proof/consistency", responses=problems(*_PROOF))
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


@router.get("/.well-known/jwks.json", responses=problems(), response_model_exclude_none=True)
async def signing_keys(parts: TheParts, response: Response) -> KeySet:
    """Return the public keys that receipts and checkpoints are checked with."""
    response.headers["Cache-Control"] = "public, max-age=300"
    keys = await run_in_threadpool(parts.signer.public)
    return KeySet.model_validate(keys.document())
