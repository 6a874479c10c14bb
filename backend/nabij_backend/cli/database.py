"""Which database a command works on, and ``nabij migrate``."""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from pydantic import SecretStr

from nabij_backend import embedded
from nabij_backend.cli import output
from nabij_backend.migrations.run import migrate
from nabij_backend.settings import Settings

_EMBEDDED_DATABASE = "nabij"


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
        migrate(url)
        yield settings.model_copy(update={"database_url": SecretStr(url)})


def command(*, as_json: output.Json = False) -> None:
    """Bring the database to the newest schema; it may run again at any time."""
    with output.failures(as_json=as_json):
        settings = output.settings(as_json=as_json)
        with with_database(settings) as found:
            revision = migrate(found.required_database_url)
    if as_json:
        output.print_json({"revision": revision})
    else:
        output.say(f"The database is at revision {revision}.")


def _create_if_missing(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute(
                sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_EMBEDDED_DATABASE))
            )
        except psycopg.errors.DuplicateDatabase:
            return
        except psycopg.errors.UniqueViolation:
            return
