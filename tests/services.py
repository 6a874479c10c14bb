"""Running services for tests: each test finds one as it starts.

Starting a service, opening its connections and making its routes ready take longer than most tests.
So they are kept with the database, and the notice is copied. All that remembers anything is made
anew for each test: keys, clock, catalogue and feed.
"""

import asyncio
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI
from starlette.testclient import TestClient

from nabij.testing import ManualClock
from nabij_backend.app import create_app, open_parts, use_parts
from nabij_backend.cli.notice import publish_notice
from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.identity import LocalIdentity
from nabij_backend.installation import installation
from nabij_backend.settings import Settings
from tests.databases import Database
from tests.service import Service


class Services:
    """Lends the services of one test process."""

    def __init__(self) -> None:
        self._running: dict[Settings, _Running] = {}
        self._notice = b""

    @contextmanager
    def lent(
        self, database: Database, settings: Settings, clock: ManualClock
    ) -> Generator[Service]:
        """The service for ``settings``, which name this database; it has published a notice."""
        self._publish(database)
        with ExitStack() as test:
            # Metrics remember all that was done: where they are shown, the service is not kept.
            keeper = test if settings.metrics else database.uses
            yield test.enter_context(self._started(settings, keeper).lent(settings, clock))

    def _publish(self, database: Database) -> None:
        if self._notice:
            database.put("notice", self._notice)
        else:
            assert asyncio.run(publish_notice(database.url, STARTER_NOTICE))
            self._notice = database.rows("notice")

    def _started(self, settings: Settings, keeper: ExitStack) -> "_Running":
        wherever = settings.model_copy(update={"data_folder": Path()})
        if wherever not in self._running:
            self._running[wherever] = _Running(settings, keeper)
            keeper.callback(self._running.pop, wherever)
        return self._running[wherever]


class _Running:
    """A started service; stops with its keeper."""

    def __init__(self, settings: Settings, keeper: ExitStack) -> None:
        self._app = create_app(settings)
        started = keeper.enter_context(
            TestClient(self._app, "http://localhost", raise_server_exceptions=False)
        )
        assert started.portal is not None
        self._portal = started.portal
        transport = _Within(started.portal, self._app)
        base_url = str(started.base_url)
        self._http = keeper.enter_context(httpx2.Client(transport=transport, base_url=base_url))

    @contextmanager
    def lent(self, settings: Settings, clock: ManualClock) -> Generator[Service]:
        """It, with parts of a test's own."""
        kept = self._app.state.parts
        kept.database.admit = installation(settings).ask
        own = open_parts(settings, kept.database, kept.metrics, clock=clock)
        use_parts(self._app, own)
        identity = LocalIdentity.open(settings.data_folder)
        yield Service(self._app, self._http, identity, clock, settings)
        assert not self._http.cookies
        self._portal.call(self._app.state.feed.close)


class _Within(httpx2.BaseTransport):
    """Asks the app inside its own event loop: one change of thread a request, not seven.

    The extension ``address`` of a request says from where it comes; by default from this machine.
    """

    def __init__(self, portal: BlockingPortal, app: FastAPI) -> None:
        self._portal = portal
        self._app = app

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        return self._portal.call(self._answered, request)

    async def _answered(self, request: httpx2.Request) -> httpx2.Response:
        client = (request.extensions.get("address", "127.0.0.1"), 1)
        app = httpx2.ASGITransport(self._app, raise_app_exceptions=False, client=client)
        answer = await app.handle_async_request(request)
        body = b"".join([part async for part in answer.aiter_raw()])  # as it was compressed
        stream = httpx2.ByteStream(body)
        return httpx2.Response(answer.status_code, headers=answer.headers, stream=stream)
