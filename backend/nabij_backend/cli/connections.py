"""Limits of client connections, so that no client keeps others out.

Rules:

1. the head of a request arrives within ``NABIJ_REQUEST_WAIT_S``, counted from the connection's
   beginning or from the head's first byte; its body within as long again (``bodies``);
2. who does not read what they asked for is cut off after as long;
3. one connection more than ``NABIJ_CONNECTIONS`` is closed as it comes, and that number leaves file
   descriptors for everything else: accepting never fails for want of them;
4. what a client provokes is logged once a minute, however often it happens;
5. a request of which a proxy in front may see another end or another host is answered 400 and its
   connection closed: one that tells its length twice (RFC 9112 §6.3), one with two hosts or none
   (§3.2), and one of another version than 1.0 or 1.1;
6. who asks is who connects, unless that is one of ``NABIJ_TRUSTED_PROXIES``: then the last address
   of ``X-Forwarded-For`` that is none of them. What clients put before it counts for nothing;
7. a head that is not whole has at most ``_LONGEST_HEAD`` bytes.
"""

import asyncio
import logging
import resource
from typing import TYPE_CHECKING, TypeAlias, cast

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from nabij_backend.cli.coalescing import CoalescingTransport

if TYPE_CHECKING:
    from httptools import HttpRequestParser

    from nabij_backend.settings import Settings

# For connections to the database, files and what libraries open.
_SPARE_DESCRIPTORS = 256
_FEWEST = 16
_KEEP_ALIVE_S = 5
_SAID_AGAIN_AFTER_S = 60.0
_LONGEST_HEAD = 65_536
_VERSIONS = ("1.0", "1.1")

_Timer: TypeAlias = asyncio.TimerHandle | None


class Config(uvicorn.Config):
    """How the service is served. Its own logs would repeat paths, so ours replace them."""

    def __init__(self, app: FastAPI) -> None:
        settings = cast("Settings", app.state.parts.settings)
        super().__init__(
            app,
            http=Connection,
            ws="none",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_keep_alive=min(_KEEP_ALIVE_S, settings.request_wait_s),  # type: ignore[arg-type]
        )
        self.request_wait_s = settings.request_wait_s
        self.most_connections = _bearable(settings.connections)


class _Refused(Exception):
    """A request that the parser reads and this service refuses, by rule 5."""


class Connection(HttpToolsProtocol):
    """One client, by rules 1 to 5 and 7."""

    _head: _Timer = None
    _stalled: _Timer = None
    # From the first byte of a head to its last; from there to the last byte of its body.
    _in_head = False
    _in_body = False
    _head_bytes = 0

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
        together = CoalescingTransport(transport, self.loop)
        super().connection_made(cast("asyncio.Transport", together))
        self._head = self._cut_off_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, by rules 1 and 7."""
        super().data_received(data)
        self._head_bytes = self._head_bytes + len(data) if self._in_head else 0
        if self._head_bytes > _LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of this request is too long.")
        # Line feeds before a request begin none, and end the wait for the next one.
        if self._head is None and self._awaits_request():
            self._head = self._cut_off_later()

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin to answer; the time of the head is over."""
        self._in_head, self._in_body = False, True
        if self._head is not None:
            self._head.cancel()
            self._head = None
        parser = cast("HttpRequestParser", self.parser)
        version = parser.get_http_version()
        hosts = sum(name == b"host" for name, _ in self.headers)
        if version not in _VERSIONS or hosts > 1 or (hosts == 0 and version == "1.1"):
            raise _Refused
        super().on_headers_complete()
        if parser.should_upgrade():
            # To nothing that we know: what comes next may be in another protocol.
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """Have read all of a request."""
        self._in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on to the next request, unless the rest of this one is still to come."""
        if self._in_body and not self.pipeline:
            self.transport.close()
        super().on_response_complete()

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

    def _awaits_request(self) -> bool:
        """Return whether nothing is under way, and no timer waits for the next request."""
        last = cast("RequestResponseCycle | None", self.cycle)
        under_way = self._in_body or (last is not None and not last.response_complete)
        return not under_way and self.timeout_keep_alive_task is None

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
