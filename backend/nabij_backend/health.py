"""Liveness, readiness, metrics and descriptions of problems."""

import asyncio
from typing import Literal

import psycopg
from fastapi import APIRouter, Response, status
from prometheus_client import CONTENT_TYPE_LATEST
from psycopg_pool import PoolTimeout

from nabij_backend import sql
from nabij_backend.caller.dependencies import TheParts
from nabij_backend.db import Connection
from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.http.responses import WITH_PARAMETERS, problems
from nabij_backend.http.schemas import Wire
from nabij_backend.identity import IdentityMisconfigured
from nabij_backend.identity.keys import installation_of
from nabij_backend.installation import Installation, WrongKeys
from nabij_backend.log.known import LogDisagrees
from nabij_backend.migrations import serves_this_release
from nabij_backend.rights.erasure.ledger import (
    InvalidLedger,
    ledger_file,
    require_usable,
)

router = APIRouter(tags=["health"])
# For those who run the service, where the settings ask for it: no part of what it offers to apps.
measured = APIRouter(include_in_schema=False)

_SQL = sql.load("health")


class Alive(Wire):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Readiness(Wire):
    """Whether requests can be served, and what is waited for where not."""

    ready: bool
    waiting_for: tuple[str, ...]


class ProblemDescription(Wire):
    """What a problem type means."""

    type: str
    title: str
    status: int


@router.get("/healthz")
async def alive() -> Alive:
    """Answer while the process runs, and ask nothing else."""
    return Alive()


@router.get("/readyz", responses={status.HTTP_503_SERVICE_UNAVAILABLE: {"model": Readiness}})
async def ready(parts: TheParts, response: Response) -> Readiness:
    """Return whether there is a database with a schema of this release, a notice and space.

    The ledger of erasures must be this installation's and have space: nobody is erased without it.
    The keys must be this installation's. The log must go on from the newest checkpoint that this
    host knows: a restore is checked first.
    """
    try:
        async with parts.database.transaction("ready", reserved=True) as connection:
            waiting_for = await _waiting_for(connection)
            if not waiting_for:
                ours = Installation(parts.signer, parts.identity_key)
                await ours.require_keys(connection)
                await ours.admit(connection)
        if not waiting_for:
            file, installation = ledger_file(parts.settings), installation_of(parts.identity_key)
            await asyncio.to_thread(require_usable, file, installation)
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedFunction):
        waiting_for = ("migration",)
    except (psycopg.errors.DiskFull, OSError):
        waiting_for = ("disk",)
    except (WrongKeys, IdentityMisconfigured):
        waiting_for = ("keys",)
    except LogDisagrees:
        waiting_for = ("log",)
    except InvalidLedger:
        waiting_for = ("ledger",)
    except (psycopg.Error, PoolTimeout):
        waiting_for = ("database",)
    if waiting_for:
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    return Readiness(ready=not waiting_for, waiting_for=waiting_for)


@measured.get("/metrics")
async def metrics(parts: TheParts) -> Response:
    """Numbers for Prometheus, about nobody."""
    return Response(parts.metrics.text(), media_type=CONTENT_TYPE_LATEST)


@router.get(
    "/problems/{slug}",
    responses=problems(*WITH_PARAMETERS, ProblemType.NOT_FOUND),
)
async def problem_description(slug: str) -> ProblemDescription:
    """Return what the ``type`` of a problem means."""
    for kind in ProblemType:
        if kind.value.slug == slug:
            return ProblemDescription(type=kind.uri, title=kind.title, status=kind.status)
    raise Problem(ProblemType.NOT_FOUND)


async def _waiting_for(connection: Connection) -> tuple[str, ...]:
    row = await (await connection.execute(_SQL["state"])).fetchone()
    if row is None or not serves_this_release(row["revision"], row["oldest_release"]):
        return ("migration",)
    missing = () if row["has_notice"] else ("notice",)
    if not missing:
        await connection.execute(_SQL["space"])
    return missing
