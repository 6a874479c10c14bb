"""Which database a command works on, and ``nabij migrate``."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager, suppress

import psycopg
from psycopg import sql
from pydantic import SecretStr

from nabij_backend import embedded
from nabij_backend.cli import output
from nabij_backend.db import Role, connection_as, transaction_as
from nabij_backend.migrations import newest_revision
from nabij_backend.schema import require_schema
from nabij_backend.settings import Settings
from nabij_backend.sql import load

_EMBEDDED_DATABASE = "nabij"
_SQL = load("health")


@contextmanager
def with_database(settings: Settings) -> Generator[Settings]:
    """The settings with a database: the one they name, or the private one, brought up to date.

    The private cluster runs for as long as somebody is inside.
    """
    if settings.database_url is not None:
        yield settings
        return
    with embedded.cluster(settings.data_folder) as cluster:
        _create_if_missing(cluster.url())
        url = cluster.url(_EMBEDDED_DATABASE)
        bring_up_to_date(url)
        found = settings.model_copy(update={"database_url": SecretStr(url)})
        _begin_if_new(found)
        yield found


def command(*, as_json: output.Json = False) -> None:
    """Bring the database to the newest schema; it may run again at any time."""
    with output.failures(as_json=as_json):
        settings = output.settings(as_json=as_json)
        with with_database(settings) as found:
            bring_up_to_date(found.required_database_url)
    if as_json:
        output.print_json({"revision": newest_revision()})
    else:
        output.say(f"The database is at revision {newest_revision()}.")


def bring_up_to_date(url: str) -> None:
    """Migrate the database at ``url``, unless it is at the newest revision already."""
    if revision_of(url) == newest_revision():
        return
    from nabij_backend.migrations.run import migrate  # noqa: PLC0415 - takes a second to load

    migrate(url)


def revision_of(url: str) -> str | None:
    """The revision that the database at ``url`` is at; None where it has no schema."""
    with psycopg.connect(url) as connection:
        try:
            row = connection.execute(_SQL["revision"]).fetchone()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            return None
    return None if row is None else row[0]


def _begin_if_new(settings: Settings) -> None:
    """Give a cluster its keys when it is made; later nothing replaces them."""
    from nabij_backend.installation import begin, known_keys  # noqa: PLC0415 - takes a second

    async def make() -> None:
        async with transaction_as(Role.OWNER, settings.required_database_url) as connection:
            if not await known_keys(connection):
                await begin(connection, settings)

    asyncio.run(make())


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


def _create_if_missing(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute(
                sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_EMBEDDED_DATABASE))
            )
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return  # somebody else was first
