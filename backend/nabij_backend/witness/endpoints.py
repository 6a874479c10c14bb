"""HTTP interface of the witness: ``POST /add-checkpoint``, and its key."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from nabij_backend.signed_notes import LARGEST_NOTE_BYTES, TreeHead
from nabij_backend.witness import service
from nabij_backend.witness.state import WitnessState

_LARGEST_BODY_BYTES = 2 * LARGEST_NOTE_BYTES
_LARGEST_EVIDENCE_BYTES = 4 * 1024 * 1024


def witness_app(
    state: WitnessState,
    logs: service.Logs,
    evidence: service.Evidence,
    clock: Callable[[], datetime],
) -> Starlette:
    """Return a witness of these logs."""

    async def add_checkpoint(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LARGEST_BODY_BYTES:
                return PlainTextResponse("The request is longer than 32 KiB.\n", 413)
        # Not awaited: of two requests, one is decided and kept before the other is looked at.
        answer = service.add_checkpoint(state, logs, evidence, body, clock())
        return Response(answer.text, answer.status, media_type=answer.media_type)

    async def key(_request: Request) -> Response:
        return PlainTextResponse(f"{state.memory.key.vkey}\n")

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/key", key, methods=["GET"]),
        ]
    )


def evidence_file(file: Path) -> service.Evidence:
    """Append what contradicts itself to a file, up to 4 MiB, and say so on standard error."""

    def keep(last: TreeHead, note: str) -> None:
        sys.stderr.write("A log showed a head that does not go with the last one: not cosigned.\n")
        if not file.exists() or file.stat().st_size < _LARGEST_EVIDENCE_BYTES:
            with file.open("a", encoding="utf-8") as opened:
                opened.write(f"cosigned before:\n{last.text}\nshown now:\n{note}\n")

    return keep
