"""``/.well-known/jwks.json``."""

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from nabij_backend.dependencies import TheParts
from nabij_backend.http.schemas import Wire
from nabij_backend.openapi import problems

router = APIRouter(tags=["proof"])


class Key(Wire):
    """A public Ed25519 key (RFC 8037)."""

    kty: str
    crv: str
    x: str
    kid: Annotated[str, Field(description="RFC 7638 thumbprint.")]
    use: str
    nbf: Annotated[int | None, Field(description="Signs nothing earlier; seconds since 1970.")] = (
        None
    )
    exp: Annotated[int | None, Field(description="Signs nothing later; seconds since 1970.")] = None


class KeySet(Wire):
    """The keys whose signatures count, retired ones included (RFC 7517)."""

    keys: tuple[Key, ...]


@router.get("/.well-known/jwks.json", responses=problems(), response_model_exclude_none=True)
async def signing_keys(parts: TheParts, response: Response) -> KeySet:
    """The public keys that receipts and checkpoints are checked with."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return KeySet.model_validate(await run_in_threadpool(_document, parts))


def _document(parts: TheParts) -> dict[str, list[dict[str, str | int]]]:
    return parts.signer.public().document()
