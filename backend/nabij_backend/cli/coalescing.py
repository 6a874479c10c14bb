"""A transport that sends head and body of a response together.

An ASGI server writes the head, then the body, and uvloop sends what is written at once: two calls
of the kernel and, Nagle's algorithm (RFC 896) being off, two packets for each response.
"""

import asyncio
from typing import Any


class CoalescingTransport:
    """Sends what is written in one turn of the event loop with one call; else is ``transport``."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._written: list[bytes] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the transport has
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send ``data`` when this turn of the event loop is over."""
        if not self._written:
            self._loop.call_soon(self._send)
        self._written.append(data)

    def close(self) -> None:
        """Send what is written, and close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        written, self._written = self._written, []
        if written and not self._transport.is_closing():
            self._transport.writelines(written)
