"""The real service behind a real socket, with a notice and a made-up community of sources."""

import asyncio
import os
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg.rows import TupleRow

import nabij
from nabij_backend.cli.notice import current_notice, publish_notice
from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.clock import utc_now
from nabij_backend.db import operator_connection
from nabij_backend.identity import LocalIdentity
from nabij_backend.settings import Settings
from nabij_backend.sources.importer import SavedMapping, import_sources
from nabij_consent import Notice, next_version
from nabij_dev.demo.server import running_server
from nabij_dev.made_up import write_community
from tests.rehearsal.neighbours import WITHOUT_TLS, free_port, proxy_before

# By the geodesic on the ellipsoid, over all sources, with no index and no plane in between.
_BRUTE_FORCE = """
    SELECT source_id, public.ST_Distance(
        public.ST_Transform(geom, 4326)::public.geography,
        public.ST_Point(%s, %s, 4326)::public.geography
    ) AS distance_m
    FROM source ORDER BY distance_m LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class RunningService:
    """A service that listens on ``address``."""

    address: str
    settings: Settings
    clock: Callable[[], datetime] = utc_now

    @property
    def url(self) -> str:
        """The database's address, for a superuser."""
        return self.settings.required_database_url

    def token(self, name: str) -> nabij.Token:
        """Somebody's sign-in."""
        identity = LocalIdentity.open(self.settings.data_folder)
        return lambda: identity.issue(name, now=self.clock(), lifetime=timedelta(hours=1))

    def publish(self, notice: Notice) -> None:
        """Publish the next notice."""
        assert asyncio.run(publish_notice(self.url, notice))

    def publish_next(self, change: Callable[[Notice], Notice]) -> Notice:
        """Publish the current notice with a material change."""
        current = asyncio.run(current_notice(self.url))
        assert current is not None
        notice = next_version(current, change(current), material=True)
        self.publish(notice)
        return notice

    def rows(self, query: LiteralString, *parameters: object) -> list[TupleRow]:
        """What the superuser sees."""
        with psycopg.connect(self.url, options="-c search_path=nabij,public") as connection:
            return connection.execute(query, parameters).fetchall()

    def change(self, statement: LiteralString, *parameters: object, guarded: bool = True) -> None:
        """Let the superuser change rows; not ``guarded``: whatever triggers would say."""
        with psycopg.connect(self.url, options="-c search_path=nabij,public") as connection:
            if not guarded:
                connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(statement, parameters)

    def nearest(self, position: nabij.Position, k: int) -> dict[str, float]:
        """The true k nearest and their distances in metres, nearest first."""
        return dict(self.rows(_BRUTE_FORCE, position.longitude_deg, position.latitude_deg, k))


@contextmanager
def serving(
    settings: Settings, clock: Callable[[], datetime] = utc_now
) -> Generator[RunningService]:
    """A service with a published notice; behind the proxy that NABIJ_BEHIND names, if it does."""
    with running_server(settings, clock) as address, _behind_proxy(address) as reached:
        service = RunningService(reached, settings, clock)
        service.publish(STARTER_NOTICE)
        yield service


@contextmanager
def _behind_proxy(address: str) -> Generator[str]:
    """Put the proxy that NABIJ_BEHIND names before it, without TLS: tests read the bytes."""
    program = os.environ.get("NABIJ_BEHIND")
    if program is None:
        yield address
        return
    with tempfile.TemporaryDirectory() as folder:
        proxy = proxy_before(program, address, Path(folder, "proxy"), free_port())
        proxy.start(WITHOUT_TLS[program])
        try:
            yield proxy.url.replace("https:", "http:")
        finally:
            proxy.stop()


def make_up_sources(url: str, count: int = 2_000) -> None:
    """Fill the catalogue with a made-up community of so many sources."""
    with tempfile.TemporaryDirectory() as folder, operator_connection(url) as connection:
        file = Path(folder, "community.csv")
        write_community(file, seed=2026, count=count)
        import_sources(
            connection, file, mapping=SavedMapping(licence="CC0-1.0"), made_up=True, now=utc_now()
        )
