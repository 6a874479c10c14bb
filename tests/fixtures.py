"""A real PostGIS for every test that asks for one, and the real service on top of it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from nabij.testing import ManualClock
from nabij_backend.settings import Settings
from nabij_dev import embedded
from tests.backend.cli.commands import Command, Done, invoke
from tests.databases import Database, Databases, blank_database
from tests.keys import give_keys
from tests.service import Service
from tests.services import Services

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
def migrated(databases: Databases) -> Iterator[Database]:
    """A migrated database of this test alone."""
    with databases.lent() as database:
        yield database


@pytest.fixture
def database_url(migrated: Database) -> str:
    """Its address, for a superuser."""
    return migrated.url


@pytest.fixture
def nabij(database_url: str, tmp_path: Path) -> Command:
    """``nabij`` on a migrated database of the test's own, with its own data folder."""
    give_keys(tmp_path)

    def command(*arguments: str, **variables: str) -> Done:
        own = {"database_url": database_url, "data_folder": str(tmp_path)}
        return invoke(*arguments, **(own | variables))

    return command


@pytest.fixture
def empty_url(cluster: embedded.Cluster) -> Iterator[str]:
    """A database with nothing in it."""
    with blank_database(cluster) as url:
        yield url


@pytest.fixture(scope="module")
def shared_migrated(databases: Databases) -> Iterator[Database]:
    """A migrated database for the tests of a module that leave it as they find it."""
    with databases.lent() as database:
        yield database


@pytest.fixture(scope="module")
def shared_url(shared_migrated: Database) -> str:
    """Its address, for a superuser."""
    return shared_migrated.url


@pytest.fixture
def superuser(migrated: Database) -> psycopg.Connection:
    """Sees and may do everything; each statement commits by itself."""
    return migrated.superuser()


@pytest.fixture(scope="module")
def shared_superuser(shared_migrated: Database) -> psycopg.Connection:
    """The same, in the database that a module shares."""
    return shared_migrated.superuser()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Of a service with this test's database and local identity."""
    return _settings(database_url, tmp_path)


@pytest.fixture
def clock() -> ManualClock:
    """The service's time; stands still until a test turns it."""
    return ManualClock()


@pytest.fixture(scope="session")
def services() -> Services:
    """The services of this test process."""
    return Services()


@pytest.fixture
def service(
    services: Services, migrated: Database, settings: Settings, clock: ManualClock
) -> Iterator[Service]:
    """The service with a published notice, to be called in this process."""
    with services.lent(migrated, settings, clock) as service:
        yield service


@pytest.fixture(scope="module")
def shared_service(
    services: Services, shared_migrated: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The same, for the tests of a module that leave it as they find it."""
    settings = _settings(shared_migrated.url, tmp_path_factory.mktemp("shared"))
    with services.lent(shared_migrated, settings, ManualClock()) as service:
        yield service


def _settings(url: str, folder: Path) -> Settings:
    own = {"database_url": SecretStr(url), "data_folder": give_keys(folder / "data")}
    return _usual_settings().model_copy(update=own)


@cache
def _usual_settings() -> Settings:
    """Read the environment once: it takes half as long as emptying a database."""
    return Settings(pool_size=4, work_in_process=False, customer_rate=0)
