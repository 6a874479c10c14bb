"""The log of the service: one JSON object a line, with the process and the id of the request.

Of what a library logs the template is kept, without what the library would fill in, such as the
host of the database; where there is no template, nothing of it.
"""

import logging
import os
from pathlib import Path
from typing import Any

import structlog
from structlog.contextvars import merge_contextvars
from structlog.typing import EventDict, Processor

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
    """Write one JSON object a line to standard error, or to the end of ``file``."""
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
