"""A real PostGIS for every test that asks for one, and the real service on top of it."""

import asyncio
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from nabij.testing import ManualClock
from nabij_backend import embedded
from nabij_backend.app import create_app
from nabij_backend.cli.notice import publish_notice
from nabij_backend.identity import LocalIdentity
from nabij_backend.notices.starter import STARTER_NOTICE
from nabij_backend.settings import Settings
from tests.databases import Databases, blank_database
from tests.service import Service

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def cluster() -> Iterator[embedded.Cluster]:
    """One server for all test processes, kept for the next run."""
    with embedded.cluster(ROOT / ".nabij" / "test", durable=False) as found:
        yield found


@pytest.fixture(scope="session")
def databases(cluster: embedded.Cluster) -> Iterator[Databases]:
    """The databases of this test process."""
    lender = Databases(cluster)
    yield lender
    lender.close()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated database of this test alone, for a superuser."""
    with databases.lent() as url:
        yield url


@pytest.fixture
def empty_url(cluster: embedded.Cluster) -> Iterator[str]:
    """A database with nothing in it."""
    with blank_database(cluster) as url:
        yield url


@pytest.fixture(scope="module")
def shared_url(databases: Databases) -> Iterator[str]:
    """A migrated database for the tests of a module that leave it as they find it."""
    with databases.lent() as url:
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


def _settings(url: str, folder: Path) -> Settings:
    return Settings(
        database_url=SecretStr(url),
        data_folder=folder / "data",
        pool_size=4,
        work_in_process=False,
    )


@contextmanager
def _serving(settings: Settings, clock: ManualClock) -> Generator[Service]:
    asyncio.run(publish_notice(settings.required_database_url, STARTER_NOTICE))
    app = create_app(settings, clock=clock)
    identity = LocalIdentity.open(settings.data_folder)
    with TestClient(app, raise_server_exceptions=False) as http:
        yield Service(http, identity, clock, settings)
