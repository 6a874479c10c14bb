"""Headers of every answer.

Rules:

1. no browser guesses its type;
2. nobody keeps it, neither a browser nor a proxy, unless it says itself that it may be kept (a
   cache may keep what says nothing, RFC 9111 §4.2.2, and Varnish does so for two minutes);
3. HEAD is answered where GET is, without the content (RFC 9110 §9.3.2).
"""

import asyncio

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class EveryAnswer:
    """Adds what is missing by rules 1 and 2, and answers HEAD by rule 3."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        begun, is_read = asyncio.Event(), False

        async def receive_on() -> Message:
            nonlocal is_read
            if head and is_read:
                # A stream has no end by itself: whoever asked for its head leaves with that.
                await begun.wait()
                return {"type": "http.disconnect"}
            message = await receive()
            is_read = not message.get("more_body", False)
            return message

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.set()
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Cache-Control", "no-store")
            elif head:
                return
            await send(message)

        asked = {**scope, "method": "GET"} if head else scope
        await self._app(asked, receive_on, send_on)
        if head and begun.is_set():
            await send({"type": "http.response.body"})
