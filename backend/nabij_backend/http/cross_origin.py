"""Cross-origin access: public answers for pages of any origin, and no others.

Every such answer says so, to whoever asks: a shared cache that kept it for a caller without an
``Origin`` has it for one with. That is why this is not Starlette's CORSMiddleware, which says it
to those alone who name their origin.
"""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PUBLIC: Final = (
    *("/v1/catalogue", "/v1/cells", "/v1/places/all"),
    *("/assets", "/nabij-nearby.js"),
)
_ANYBODY: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
}
_PREFLIGHT: Final = {
    **_ANYBODY,
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def is_public(path: str) -> bool:
    """Return whether what stands at ``path`` looks at no identity."""
    return any(path == each or path.startswith(f"{each}/") for each in _PUBLIC)


class CrossOrigin:
    """Lets every page read what is public (the Fetch standard's CORS protocol, no credentials)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or not is_public(scope["path"]):
            await self._app(scope, receive, send)
            return
        asked = {name for name, _ in scope["headers"]}
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in asked:
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send)
            return

        async def allow(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_ANYBODY)
            await send(message)

        await self._app(scope, receive, allow)
