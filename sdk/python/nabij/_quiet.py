"""Keeps what this package asks out of the logs of the libraries that ask it.

At INFO, httpx2 logs each address, and in an address of ours may stand a square; at DEBUG, the
layers below log headers, and in one stands the token. While a call of ours is under way, in this
thread or task, those records are dropped. The app's own calls are logged as ever.
"""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

# A filter works on the very logger that a record is made with, not on those below it.
_LOGGERS: Final = (
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
    "httpcore2.socks",
    "hpack.hpack",
    "hpack.table",
)

_under_way: ContextVar[bool] = ContextVar("_under_way", default=False)


@contextmanager
def unlogged() -> Generator[None]:
    """Log nothing of the requests made inside."""
    token = _under_way.set(True)
    try:
        yield
    finally:
        _under_way.reset(token)


def _is_of_the_app(_record: logging.LogRecord) -> bool:
    return not _under_way.get()


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_is_of_the_app)
