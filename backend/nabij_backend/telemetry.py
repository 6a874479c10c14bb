"""The log of the service: one JSON object a line, with the process and the id of the request.

Of what a library logs the template is kept, without what the library would fill in, such as the
host of the database; where there is no template, nothing of it.
"""

import logging
import os
import sys
from contextlib import suppress
from typing import Any, TextIO

import structlog
from structlog.contextvars import merge_contextvars
from structlog.typing import EventDict, FilteringBoundLogger, Processor

log: FilteringBoundLogger = structlog.get_logger()


def _add_process(_logger: Any, _method: str, line: EventDict) -> EventDict:  # noqa: ANN401 - any
    line["process"] = os.getpid()
    return line


_PROCESSORS: tuple[Processor, ...] = (
    merge_contextvars,
    structlog.processors.add_log_level,
    _add_process,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.JSONRenderer(),
)


def configure_logging(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Write one JSON object a line to ``stream``, or to standard error."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(LibraryFormatter())
    logging.basicConfig(handlers=[handler], level=level)
    structlog.configure(
        processors=[*_PROCESSORS],
        logger_factory=lambda *_: _Lines(out),
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )


class _Lines:
    """Writes lines of ours, which need no record of the standard library, and takes less time.

    A line that cannot be written is lost, as one of a library is: a full disk or a closed stream
    stops no request.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        """Write one line."""
        with suppress(OSError, ValueError):
            self._stream.write(f"{line}\n")
            self._stream.flush()

    debug = info = warning = error = critical = msg


class LibraryFormatter(logging.Formatter):
    """Writes what a library logs as our own lines are."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record as one line."""
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
