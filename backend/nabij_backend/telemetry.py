"""What the service tells its operators, and what it never tells.

Every line is one JSON object with the process, and those of a request have its id, which is made
here. An access is logged as method, route template, status and duration: never the path, the query,
a header or a body. An error is logged as its type and the lines of code it passed; its message may
hold what came in, so it is left out. Of what a library logs the template is kept, without what the
library would fill in, such as the host of the database; where there is no template, nothing of it.
"""

import logging
import os
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import structlog
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.typing import EventDict, Processor

from nabij_backend.every_answer import EveryAnswer
from nabij_backend.problems import ProblemType, answer

_OURS = "nabij"
log = structlog.stdlib.get_logger(_OURS)


def _add_process(_logger: Any, _method: str, line: EventDict) -> EventDict:  # noqa: ANN401 - any
    return {**line, "process": os.getpid()}


_PROCESSORS: tuple[Processor, ...] = (
    merge_contextvars,
    structlog.processors.add_log_level,
    _add_process,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.JSONRenderer(),
)


def configure_logging(level: int = logging.INFO, *, file: Path | None = None) -> None:
    """One JSON object a line on standard error, or at the end of ``file``."""
    handler = logging.StreamHandler() if file is None else logging.FileHandler(file, delay=True)
    handler.setFormatter(LibraryFormatter())
    logging.basicConfig(handlers=[handler], level=level)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_PROCESSORS],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


class LibraryFormatter(logging.Formatter):
    """Writes what a library logs as our own lines are; ours are written already."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record as one line."""
        if record.name == _OURS:
            return record.getMessage()
        error = record.exc_info[0] if record.exc_info else None
        line: Any = {
            "event": "library",
            "logger": record.name,
            "template": str(record.msg) if record.args else None,
            "error": None if error is None else error.__qualname__,
        }
        for process in _PROCESSORS:
            line = process(None, record.levelname.lower(), line)
        return line


class AccessLog:
    """Logs and counts each request by its route, and answers for errors that nobody answered for.

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
