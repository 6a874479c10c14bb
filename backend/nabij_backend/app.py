"""The composition root: all parts of the service are wired together here."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from importlib.metadata import version
from uuid import UUID, uuid4

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import Lifespan

from nabij_backend import health
from nabij_backend.caller.dependencies import Parts
from nabij_backend.catalogue import endpoints as catalogue
from nabij_backend.catalogue.service import CurrentCatalogue
from nabij_backend.clock import utc_now
from nabij_backend.consents import endpoints as consents
from nabij_backend.consents.objections import endpoints as objections
from nabij_backend.consents.receipts import endpoints as receipts
from nabij_backend.db import Database
from nabij_backend.devices import endpoints as devices
from nabij_backend.disclosure import endpoints as disclosure
from nabij_backend.events import endpoints as events
from nabij_backend.events.feed import Feed
from nabij_backend.google import Outages
from nabij_backend.http.body_limit import JsonBodies
from nabij_backend.http.cross_origin import CrossOrigin
from nabij_backend.http.every_answer import EveryAnswer
from nabij_backend.http.hosts import Hosts
from nabij_backend.http.limits import AddressLimit, Limits
from nabij_backend.http.problems import answer_with_problems
from nabij_backend.http.request_log import RequestLog
from nabij_backend.http.response_cache import ResponseCache
from nabij_backend.identity.keys import identity_key
from nabij_backend.identity.providers import open_app_check, open_provider
from nabij_backend.installation import installation
from nabij_backend.jobs import JobRuntime, working
from nabij_backend.log import endpoints as log
from nabij_backend.metrics import Metrics
from nabij_backend.notices import endpoints as notices
from nabij_backend.openapi import DescribedApi
from nabij_backend.public_url import require_reachable
from nabij_backend.rights import endpoints as rights
from nabij_backend.rights.erasure import endpoints as erasure
from nabij_backend.rights.export import endpoints as export
from nabij_backend.sessions import endpoints as sessions
from nabij_backend.settings import Settings
from nabij_backend.signing import Signer, signing_folder
from nabij_backend.sources import endpoints as sources
from nabij_backend.status import endpoints as status
from nabij_backend.web import endpoints as web
from nabij_backend.web import security_txt

_FEATURES = (
    sessions,
    notices,
    consents,
    receipts,
    objections,
    log,
    devices,
    events,
    status,
    catalogue,
    sources,
    rights,
    export,
    erasure,
    disclosure,
    health,
    security_txt,
    web,
)


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    new_id: Callable[[], UUID] = uuid4,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> FastAPI:
    """Return the service for ``settings``, which name a database.

    Raises:
        IdentityMisconfigured: the identity settings would let anybody in; the message says what
            to change.
        NotReachable: receipts would name an address that their holders do not reach.
    """
    metrics = Metrics()
    ours = installation(settings)
    database = Database(
        settings,
        new_id=new_id,
        count=metrics.count,
        observe=metrics.transacted,
        admit=ours.ask,
    )
    parts = open_parts(
        settings, database, metrics, clock=clock, new_id=new_id, random_bytes=random_bytes
    )
    require_reachable(settings)
    runtime = JobRuntime(settings, database, clock, new_id, random_bytes, parts.signer, metrics)

    metrics.add_gauges(lambda: {**database.gauges(), "nabij_streams": {"": app.state.feed.streams}})

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        await database.open()
        looking = asyncio.create_task(parts.identity.look(clock()))
        async with working(runtime) if settings.work_in_process else nullcontext():
            yield
        looking.cancel()
        await app.state.feed.close()
        await database.close()
        await asyncio.to_thread(parts.close)

    app = described_api(lifespan)
    if settings.metrics:
        _add_routes(app, health.measured)
    use_parts(app, parts)
    answer_with_problems(app)
    app.add_middleware(CrossOrigin)
    app.add_middleware(
        JsonBodies,
        largest_bytes=settings.largest_body_bytes,
        wait_s=settings.request_wait_s,
    )
    app.add_middleware(EveryAnswer)
    app.add_middleware(ResponseCache, sent=lambda: app.state.catalogue.responses)
    app.add_middleware(AddressLimit, rates=lambda: app.state.parts.limits.addresses)
    app.add_middleware(Hosts, settings=lambda: app.state.parts.settings)
    app.add_middleware(RequestLog, count=metrics.requested)
    return app


def open_parts(  # noqa: PLR0913 - time, identifiers and randomness are passed in
    settings: Settings,
    database: Database,
    metrics: Metrics,
    *,
    clock: Callable[[], datetime] = utc_now,
    new_id: Callable[[], UUID] = uuid4,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> Parts:
    """Make the parts of the service for ``settings``, on top of ``database`` and ``metrics``.

    Raises:
        IdentityMisconfigured: as ``create_app``.
    """
    tell = Outages(metrics.google_failed).tell
    return Parts(
        settings=settings,
        database=database,
        identity=open_provider(settings, tell),
        app_check=open_app_check(settings, tell),
        identity_key=identity_key(settings),
        signer=Signer.open(signing_folder(settings)),
        metrics=metrics,
        clock=clock,
        new_id=new_id,
        random_bytes=random_bytes,
        limits=Limits.of(settings),
    )


def use_parts(app: FastAPI, parts: Parts) -> None:
    """Let the endpoints of ``app`` find ``parts``, and a feed and a catalogue made of them."""
    feed = Feed(parts.settings.required_database_url, parts.database)
    app.state.parts = parts
    app.state.feed = feed
    app.state.catalogue = CurrentCatalogue(parts.database, feed, parts.clock, parts.signer)


def described_api(lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """Return all routes and their description, with nothing behind them yet."""
    api = DescribedApi(
        title="Nabij",
        summary="Community energy near you, without knowing where you are.",
        version=version("nabij-backend"),
        lifespan=lifespan,
        redirect_slashes=False,
        # Their pages load scripts from elsewhere; `/openapi.json` is what tools read.
        docs_url=None,
        redoc_url=None,
    )
    for feature in _FEATURES:
        _add_routes(api, feature.router)
    return api


def _add_routes(api: FastAPI, router: APIRouter) -> None:
    """Add the routes themselves; an operation is called as its function is.

    Not by `include_router`: each included router is asked in turn whether a path is its own, twice,
    and none says which other methods the path has.
    """
    for route in router.routes:
        if isinstance(route, APIRoute):
            route.unique_id = route.name
        api.router.routes.append(route)
