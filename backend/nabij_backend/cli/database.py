"""The database of a command, and ``nabij migrate``."""

import asyncio
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from importlib.metadata import entry_points
from typing import Protocol, cast

import psycopg

from nabij_backend.cli import output
from nabij_backend.db import Role, connection_as
from nabij_backend.errors import NoDatabase
from nabij_backend.migrations import newest_revision
from nabij_backend.schema import require_schema
from nabij_backend.settings import Settings
from nabij_backend.sql import load

_SQL = load("health")


class NoDatabaseNamed(NoDatabase):
    """No database is named.

    Set NABIJ_DATABASE_URL to a PostgreSQL with PostGIS, as postgresql://user:password@host/name.
    """


class PrivateDatabase(Protocol):
    """A database that runs only while it is used: a plugin for developers brings one."""

    def require_usable(self, settings: Settings) -> None:
        """Check that it is there, without making one.

        Raises:
            NoDatabase: it is not there, or cannot run here.
        """
        ...

    def running(self, settings: Settings) -> AbstractContextManager[Settings]:
        """Run it while the context is open; gives settings that name it.

        Raises:
            NoDatabase: it cannot run here.
        """
        ...


@contextmanager
def with_database(settings: Settings) -> Generator[Settings]:
    """Give settings that name a database: the one that is set, or a developer's private one.

    Raises:
        NoDatabase: none is set, and no private one can run here.
    """
    if settings.database_url is not None:
        yield settings
        return
    with private_database().running(settings) as found:
        yield found


def private_database() -> PrivateDatabase:
    """Return the private database that a plugin brings.

    Raises:
        NoDatabaseNamed: none does, as in production.
    """
    for plugin in entry_points(group="nabij.private_database"):
        return cast("PrivateDatabase", plugin.load())
    raise NoDatabaseNamed


def command() -> None:
    """Bring the database to the newest schema; it may run again at any time."""
    settings = output.settings()
    with with_database(settings) as found:
        bring_up_to_date(found.required_database_url)
    revision = newest_revision()
    output.answer({"revision": revision}, f"The database is at revision {revision}.")


def bring_up_to_date(url: str) -> None:
    """Migrate the database at ``url``, unless it is at the newest revision already."""
    if revision_of(url) == newest_revision():
        return
    from nabij_backend.migrations.run import migrate  # noqa: PLC0415 - takes a second to load

    migrate(url)


def revision_of(url: str) -> str | None:
    """Return the revision that the database at ``url`` is at; None where it has no schema."""
    with psycopg.connect(url) as connection:
        try:
            row = connection.execute(_SQL["revision"]).fetchone()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            return None
    return None if row is None else row[0]


def require_installation_at_start(settings: Settings) -> None:
    """Refuse to start on another schema than this release's, or with another installation's keys.

    Where the database is away, not migrated yet or a newer release's, the service says so once it
    runs.

    Raises:
        OtherSchema: something was changed by hand.
        WrongKeys: as ``require_installation``.
        IdentityMisconfigured: a key is missing or cannot be read.
    """
    from nabij_backend.installation import require_installation  # noqa: PLC0415 - likewise

    with suppress(psycopg.OperationalError, psycopg.errors.UndefinedTable):
        url = settings.required_database_url
        if asyncio.run(_revision(url)) == newest_revision():
            with psycopg.connect(url) as connection:
                require_schema(connection)
        asyncio.run(require_installation(settings))


async def _revision(url: str) -> str | None:
    async with connection_as(Role.API, url) as connection:
        row = await (await connection.execute(_SQL["revision"])).fetchone()
    return None if row is None else row["version_num"]
