"""Keeps what this package asks out of the logs of the libraries that ask it, and out of reports.

At INFO, httpx2 logs each address, and in an address of ours may stand a square; at DEBUG, the
layers below log headers, and in one stands the token. While a call of ours is under way, in this
thread or task, those records are dropped. The app's own calls are logged as ever.

Sentry, where the app has it, keeps the address of each request of httpx2 as a breadcrumb, and adds
headers that tie requests of one trace together, those that carry no name among them. While a call
of ours is under way it has a client without integrations, which does neither.
"""

import logging
import sys
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import cache
from typing import Any, Final

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
    """Log and report nothing of the requests made inside."""
    token = _under_way.set(True)
    try:
        with _unreported():
            yield
    finally:
        _under_way.reset(token)


def _unreported() -> AbstractContextManager[object]:
    sentry = sys.modules.get("sentry_sdk")
    if sentry is None or not sentry.get_client().is_active():
        return nullcontext()
    return _without_integrations(sentry)


@contextmanager
def _without_integrations(sentry: Any) -> Generator[None]:  # noqa: ANN401 - it is the app's to have
    with sentry.new_scope() as scope:
        scope.set_client(_silent_client(sentry))
        yield


@cache
def _silent_client(sentry: Any) -> Any:  # noqa: ANN401 - the same
    # What is left out would be taken from the environment: an address to send to, for one.
    return sentry.Client(dsn="", release="", environment="", default_integrations=False)


def _is_of_the_app(_record: logging.LogRecord) -> bool:
    return not _under_way.get()


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_is_of_the_app)
