"""The private database of a developer, for ``nabij_backend.cli.database``."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from pydantic import SecretStr

from nabij_backend.cli.database import bring_up_to_date
from nabij_backend.db import Role, transaction_as
from nabij_backend.settings import Settings
from nabij_dev import embedded

_DATABASE = "nabij"


def require_usable(settings: Settings) -> None:
    """Check that the cluster is there, without making one.

    Raises:
        EmbeddedError: it is not there, or no PostgreSQL with PostGIS is installed.
    """
    if not embedded.is_made(settings.data_folder):
        embedded.require_programs()
        raise embedded.NotMade


@contextmanager
def running(settings: Settings) -> Generator[Settings]:
    """Run the cluster while the context is open; yields settings with its database, migrated.

    Raises:
        EmbeddedError: the cluster cannot be used.
    """
    with embedded.cluster(settings.data_folder) as cluster:
        _create_if_missing(cluster.url())
        url = cluster.url(_DATABASE)
        bring_up_to_date(url)
        found = settings.model_copy(update={"database_url": SecretStr(url)})
        _begin_if_new(found)
        yield found


def _begin_if_new(settings: Settings) -> None:
    """Give a cluster its keys when it is made; later nothing replaces them."""
    from nabij_backend.installation import begin, known_keys  # noqa: PLC0415 - takes a second

    async def make() -> None:
        async with transaction_as(Role.OWNER, settings.required_database_url) as connection:
            if not await known_keys(connection):
                await begin(connection, settings)

    asyncio.run(make())


def _create_if_missing(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_DATABASE)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return  # somebody else was first
