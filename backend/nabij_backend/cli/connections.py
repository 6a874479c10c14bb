"""Limits of client connections, so that no client keeps others out.

Rules:

1. the head of a request arrives within ``NABIJ_REQUEST_WAIT_S``, counted from the connection's
   beginning or from the head's first byte; its body within as long again (``bodies``);
2. who does not read what they asked for is cut off after as long;
3. one connection more than ``NABIJ_CONNECTIONS`` is closed as it comes, and that number leaves file
   descriptors for everything else: accepting never fails for want of them;
4. what a client provokes is logged once a minute, however often it happens;
5. a request that tells its length twice, by Content-Length and Transfer-Encoding, is answered 400
   and its connection closed (RFC 9112 §6.3): a proxy in front may see another request behind it;
6. who asks is who connects, unless that is one of ``NABIJ_TRUSTED_PROXIES``: then the last address
   of ``X-Forwarded-For`` that is none of them. What clients put before it counts for nothing.
"""

import asyncio
import logging
import resource
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from nabij_backend.settings import Settings

# For connections to the database, files and what libraries open.
_SPARE_DESCRIPTORS = 256
_FEWEST = 16
_KEEP_ALIVE_S = 5
_SAID_AGAIN_AFTER_S = 60.0

_Timer: TypeAlias = asyncio.TimerHandle | None


class Config(uvicorn.Config):
    """How the service is served. Its own logs would repeat paths, so ours replace them."""

    def __init__(self, app: FastAPI) -> None:
        settings = cast("Settings", app.state.parts.settings)
        super().__init__(
            app,
            http=Connection,
            log_config=None,
            log_level="warning",
            access_log=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_keep_alive=min(_KEEP_ALIVE_S, settings.request_wait_s),  # type: ignore[arg-type]
        )
        self.request_wait_s = settings.request_wait_s
        self.most_connections = _bearable(settings.connections)


class OneLength(h11.Connection):
    """Reads requests by rule 5; h11 itself refuses two values of Content-Length."""

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """Read on."""
        event = super().next_event()
        if isinstance(event, h11.Request):
            names = {name for name, _ in event.headers}
            if {b"content-length", b"transfer-encoding"} <= names:
                raise h11.RemoteProtocolError("The request has two lengths.")
        return event


class Connection(H11Protocol):
    """One client, by rules 1 to 5."""

    _head: _Timer = None
    _stalled: _Timer = None

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*given, **named)
        self.conn = OneLength(h11.SERVER)

    @property
    def _ours(self) -> Config:
        return cast("Config", self.config)

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Take the client, or close the connection at once by rule 3."""
        if len(self.connections) >= self._ours.most_connections:
            self.logger.warning("More connections than NABIJ_CONNECTIONS: closing new ones.")
            self.transport = transport
            transport.abort()
            return
        super().connection_made(transport)
        self._head = self._cut_off_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; the time of a head is over when it is whole."""
        if self._head is None and self.conn.their_state is h11.IDLE:
            self._head = self._cut_off_later()
        super().data_received(data)
        if self._head is not None and self.conn.their_state is not h11.IDLE:
            self._head.cancel()
            self._head = None

    def pause_writing(self) -> None:
        """Wait for the client to read, as long as rule 2 says."""
        super().pause_writing()
        self._stalled = self._cut_off_later()

    def resume_writing(self) -> None:
        """Go on: the client reads."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _cut_off_later(self) -> asyncio.TimerHandle:
        return self.loop.call_later(self._ours.request_wait_s, self.transport.abort)

    def _cancel(self) -> None:
        for timer in (self._head, self._stalled):
            if timer is not None:
                timer.cancel()


class Seldom(logging.Filter):
    """Lets each message of a logger through once a minute, by rule 4."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether it is time to say this again."""
        message = str(record.msg)
        if record.created - self._said.get(message, float("-inf")) < _SAID_AGAIN_AFTER_S:
            return False
        self._said[message] = record.created
        return True


def say_seldom() -> None:
    """Let the libraries that serve say each thing once a minute."""
    for name in ("asyncio", "uvicorn.error"):
        logger = logging.getLogger(name)
        if not any(isinstance(each, Seldom) for each in logger.filters):
            logger.addFilter(Seldom())


def _bearable(wanted: int) -> int:
    """As many connections as are wanted and as there are file descriptors for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _SPARE_DESCRIPTORS
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(hard, needed)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return max(_FEWEST, soft - _SPARE_DESCRIPTORS)
    return wanted
