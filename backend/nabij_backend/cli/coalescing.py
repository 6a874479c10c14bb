"""A transport that sends head and body of a response together.

An ASGI server writes the head, then the body, and uvloop sends what is written at once: two calls
of the kernel and, Nagle's algorithm (RFC 896) being off, two packets for each response.
"""

import asyncio
from typing import Any, Final

MOST_BYTES: Final = 65_536


class CoalescingTransport:
    """Sends what is written in one turn of the event loop with one call; else is ``transport``.

    From ``MOST_BYTES`` on it is sent at once, so that a writer who never waits is told to pause.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._written: list[bytes] = []
        self._bytes = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the transport has
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send ``data`` when this turn of the event loop is over, or at once if it is much."""
        if not self._written:
            self._loop.call_soon(self._send)
        self._written.append(data)
        self._bytes += len(data)
        if self._bytes >= MOST_BYTES:
            self._send()

    def close(self) -> None:
        """Send what is written, and close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        written, self._written, self._bytes = self._written, [], 0
        if written and not self._transport.is_closing():
            self._transport.writelines(written)
