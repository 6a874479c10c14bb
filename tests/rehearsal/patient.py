"""A transport as an app's: it asks the next host again where one is away or cannot answer now."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle

import httpx2

from tests.backend.cli.commands import PATIENCE_S

_PAUSE_S = 0.05


@dataclass(slots=True)
class Waits:
    """How requests fared.

    Attributes:
        requests: how many there were.
        retried: how many of them were asked more than once.
        longest_s: the longest that one took until it was answered.
    """

    requests: int = 0
    retried: int = 0
    longest_s: float = 0.0


@dataclass(slots=True)
class Patient(httpx2.BaseTransport):
    """Asks hosts in turn until one answers; gives up after two minutes, with what was said last."""

    hosts: Sequence[str]
    waits: Waits = field(default_factory=Waits)
    _below: httpx2.HTTPTransport = field(default_factory=httpx2.HTTPTransport)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer, however often it has to be asked."""
        body = request.read()
        begun = time.monotonic()
        for asked, host in enumerate(cycle(self.hosts), start=1):
            is_late = time.monotonic() - begun > PATIENCE_S
            try:
                answer = self._below.handle_request(
                    httpx2.Request(
                        request.method,
                        httpx2.URL(host).join(request.url.raw_path.decode()),
                        headers=request.headers,
                        content=body,
                    )
                )
            except httpx2.TransportError:
                if is_late:
                    raise
            else:
                if is_late or not answer.is_server_error:
                    self._count(asked, time.monotonic() - begun)
                    return answer
                answer.close()
            time.sleep(_PAUSE_S)
        raise AssertionError("There is no host to ask.")

    def close(self) -> None:
        """Close all connections."""
        self._below.close()

    def _count(self, asked: int, took_s: float) -> None:
        with self._counting:
            self.waits.requests += 1
            self.waits.retried += asked > 1
            self.waits.longest_s = max(self.waits.longest_s, took_s)
