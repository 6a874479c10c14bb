"""The request log: each request by its route, and each error that nothing else answered.

A request is logged as method, route template, status and duration: never the path, the query, a
header or a body. An error is logged as its type and the lines of code that it passed; its message
may hold what came in, so it is left out.
"""

import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from nabij_backend.http.every_answer import EveryAnswer
from nabij_backend.http.problems import ProblemType, answer
from nabij_backend.telemetry import log


class RequestLog:
    """Logs and counts each request by its route, and answers 500 for an error that nothing handled.

    ``count`` is told the method, the template of the route, the status and the seconds of each.
    """

    def __init__(
        self,
        app: ASGIApp,
        count: Callable[[str, str, int, float], None] | None = None,
        seconds: Callable[[], float] = time.perf_counter,
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        self._app = app
        self._count = count
        self._seconds = seconds
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with bound_contextvars(request=self._new_id().hex):
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        statuses: list[int] = []

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        begun = self._seconds()
        try:
            await self._app(scope, receive, watch)
        except Exception as error:  # noqa: BLE001 - the last one to know; logged and answered
            _log_error(error, scope)
            if not statuses:
                await EveryAnswer(answer(ProblemType.INTERNAL))(scope, receive, watch)
        elapsed_s, request, status = self._seconds() - begun, _request(scope), statuses[0]
        if self._count is not None:
            self._count(request["method"], request["route"], status, elapsed_s)
        log.info("request", **request, status=status, duration_ms=round(elapsed_s * 1000, 1))


def _request(scope: Scope) -> dict[str, Any]:
    route = scope.get("route")
    template = route.path if isinstance(route, APIRoute) else "none"
    return {"method": scope["method"], "route": template}


def _log_error(error: Exception, scope: Scope) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{Path(frame.filename).stem}:{frame.lineno} {frame.name}" for frame in frames[-5:]]
    log.error("error", **_request(scope), error=type(error).__qualname__, where=where)
