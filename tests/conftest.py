"""A real PostGIS for every test that asks for one, and the real service on top of it."""

import asyncio
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr
from starlette.testclient import TestClient

from nabij.testing import ManualClock
from nabij_backend import embedded
from nabij_backend.app import create_app
from nabij_backend.cli.notice import publish_notice
from nabij_backend.identity import LocalIdentity
from nabij_backend.migrations.run import migrate
from nabij_backend.notices.starter import STARTER_NOTICE
from nabij_backend.settings import Settings
from tests.service import Service


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Cluster]:
    """One server for all test processes of a run."""
    run = tmp_path_factory.getbasetemp()
    shared = run.parent if run.name.startswith("popen-") else run
    with embedded.cluster(shared / "cluster", durable=False) as found:
        yield found


@pytest.fixture(scope="session")
def template(cluster: embedded.Cluster) -> str:
    """The name of a migrated database, to copy."""
    name = f"template_{uuid4().hex}"
    _run(cluster, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    migrate(cluster.url(name))
    return name


@pytest.fixture
def database_url(cluster: embedded.Cluster, template: str) -> Iterator[str]:
    """A migrated database of this test alone, for a superuser."""
    with _copied(cluster, template) as url:
        yield url


@pytest.fixture
def empty_url(cluster: embedded.Cluster) -> Iterator[str]:
    """A database with nothing in it."""
    name = f"empty_{uuid4().hex}"
    _run(cluster, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield cluster.url(name)
    _run(cluster, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def shared_url(cluster: embedded.Cluster, template: str) -> Iterator[str]:
    """A migrated database for the tests of a module that leave it as they find it."""
    with _copied(cluster, template) as url:
        yield url


@pytest.fixture
def superuser(database_url: str) -> Iterator[psycopg.Connection]:
    """Sees and may do everything; each statement commits by itself."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET search_path = nabij, public")
        yield connection


@pytest.fixture(scope="module")
def shared_superuser(shared_url: str) -> Iterator[psycopg.Connection]:
    """The same, in the database that a module shares."""
    with psycopg.connect(shared_url, autocommit=True) as connection:
        connection.execute("SET search_path = nabij, public")
        yield connection


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Of a service with this test's database and local identity."""
    return _settings(database_url, tmp_path)


@pytest.fixture
def clock() -> ManualClock:
    """The service's time; stands still until a test turns it."""
    return ManualClock()


@pytest.fixture
def service(settings: Settings, clock: ManualClock) -> Iterator[Service]:
    """The service with a published notice, to be called in this process."""
    with _serving(settings, clock) as served:
        yield served


@pytest.fixture(scope="module")
def shared_service(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The same, for the tests of a module that leave it as they find it."""
    settings = _settings(shared_url, tmp_path_factory.mktemp("shared"))
    with _serving(settings, ManualClock()) as served:
        yield served


@contextmanager
def _copied(cluster: embedded.Cluster, template: str) -> Generator[str]:
    name = f"test_{uuid4().hex}"
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    _run(cluster, copy.format(sql.Identifier(name), sql.Identifier(template)))
    yield cluster.url(name)
    _run(cluster, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _settings(url: str, folder: Path) -> Settings:
    return Settings(database_url=SecretStr(url), data_folder=folder / "data", pool_size=4)


@contextmanager
def _serving(settings: Settings, clock: ManualClock) -> Generator[Service]:
    asyncio.run(publish_notice(settings.required_database_url, STARTER_NOTICE))
    app = create_app(settings, clock=clock)
    identity = LocalIdentity.open(settings.data_folder)
    with TestClient(app, raise_server_exceptions=False) as http:
        yield Service(http, identity, clock, settings)


def _run(cluster: embedded.Cluster, statement: sql.Composed) -> None:
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(statement)
