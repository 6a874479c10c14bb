"""What the service tells its operators, and what it never tells.

An access is logged as method, route template, status and duration: never the path, the query, a
header or a body. An error is logged as its type and the lines of code it passed; its message may
hold what came in, so it is left out.
"""

import logging
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nabij_backend.problems import ProblemType, answer

log = structlog.stdlib.get_logger("nabij")


def configure_logging(level: int = logging.INFO, *, file: Path | None = None) -> None:
    """One JSON object a line on standard error, or at the end of ``file``."""
    logging.basicConfig(format="%(message)s", level=level, filename=file)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


class AccessLog:
    """Logs each request by its route, and answers for errors that nobody else answered for."""

    def __init__(self, app: ASGIApp, seconds: Callable[[], float] = time.perf_counter) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
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
                await answer(ProblemType.INTERNAL)(scope, receive, watch)
        elapsed_ms = round((self._seconds() - begun) * 1000, 1)
        log.info("request", **_request(scope), status=statuses[0], duration_ms=elapsed_ms)


def _request(scope: Scope) -> dict[str, Any]:
    route = scope.get("route")
    template = route.path if isinstance(route, APIRoute) else "none"
    return {"method": scope["method"], "route": template}


def _log_error(error: Exception, scope: Scope) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{Path(frame.filename).stem}:{frame.lineno} {frame.name}" for frame in frames[-5:]]
    log.error("error", **_request(scope), error=type(error).__qualname__, where=where)
