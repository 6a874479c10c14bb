"""Limits of request bodies: strict JSON, no larger and no slower than the settings allow.

The bytes that arrive are counted, whatever ``Content-Length`` promises.
"""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nabij_backend.http.problems import ProblemType, answer
from nabij_backend.http.strict_json import NotStrict, require_strict


class JsonBodies:
    """Reads the body before the application does, and refuses what it would not take."""

    def __init__(self, app: ASGIApp, largest_bytes: int, wait_s: float) -> None:
        self._app = app
        self._largest_bytes = largest_bytes
        self._wait_s = wait_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._wait_s):
                body = await self._read(receive)
        except TimeoutError:
            await answer(ProblemType.TOO_SLOW)(scope, receive, send)
            return
        if body is None:
            await answer(ProblemType.TOO_LARGE)(scope, receive, send)
        elif body and _media_type(scope) != "application/json":
            await answer(ProblemType.WRONG_MEDIA_TYPE)(scope, receive, send)
        elif body and not _is_strict(body):
            await answer(ProblemType.INVALID_JSON)(scope, receive, send)
        else:
            await self._app(scope, _once(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        """Return the body; None as soon as it is too large."""
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._largest_bytes:
                return None
        return body


def _is_strict(body: bytes) -> bool:
    try:
        require_strict(body)
    except NotStrict:
        return False
    return True


def _media_type(scope: Scope) -> str:
    return Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()


def _once(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that gives the body that was read, then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
