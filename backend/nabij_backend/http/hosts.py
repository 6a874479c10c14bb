"""Host names that the service answers to.

A request that names another host was meant for another service, or comes from a page whose name was
pointed at this one (DNS rebinding): it is answered 421 (RFC 9110 §15.5.20). Nothing here is ever
built from the name that a request has.
"""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from nabij_backend.http.every_answer import EveryAnswer
from nabij_backend.http.problems import ProblemType, answer
from nabij_backend.identity.loopback import is_loopback
from nabij_backend.settings import Settings

# Whoever watches a process asks it by its address; these tell nothing about anybody.
_UNDER_ANY_NAME: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")


def known_hosts(settings: Settings) -> frozenset[str]:
    """Return the host names of the settings, and this machine's where only it is served."""
    public = urlsplit(settings.public_url).hostname
    here = _THIS_MACHINE if is_loopback(settings.host) else ()
    return frozenset({*([] if public is None else [public]), *settings.hosts, *here})


class Hosts:
    """Answers 421 to a request that names a host not known."""

    def __init__(self, app: ASGIApp, settings: Callable[[], Settings]) -> None:
        self._app = app
        self._settings = settings
        self._known: tuple[Settings, frozenset[str]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        known = scope["type"] != "http" or scope["path"] in _UNDER_ANY_NAME or self._knows(scope)
        app = self._app if known else EveryAnswer(answer(ProblemType.OTHER_HOST))
        await app(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        named = Headers(scope=scope).get("Host", "")
        settings = self._settings()
        if self._known is None or self._known[0] is not settings:
            self._known = settings, known_hosts(settings)
        known = self._known[1]
        # As almost everybody writes it.
        host, _, port = named.partition(":")
        return (host in known and (not port or port.isdecimal())) or _host(named) in known


def _host(named: str) -> str:
    try:
        host = urlsplit(f"//{named}").hostname or ""
    except ValueError:
        return ""
    return host.removesuffix(".")
