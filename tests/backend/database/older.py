"""Databases as earlier releases left them."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib.resources import files

import psycopg

from nabij_backend import sql

_VERSIONS = files("nabij_backend.migrations") / "versions"


def leave_empty(_connection: psycopg.Connection, _revision: str) -> None:
    """Write nothing."""


@contextmanager
def at_revision(
    url: str, revision: str, fill: Callable[[psycopg.Connection, str], None] = leave_empty
) -> Generator[psycopg.Connection]:
    """Make the schema as of ``revision``, such as 0004, in an empty database; for its superuser.

    ``fill`` is called after each revision on the way, to write what its release wrote.
    """
    scripts = sorted(each.name for each in _VERSIONS.iterdir() if each.name.endswith(".sql"))
    with psycopg.connect(url) as connection:
        for statement in sql.load("roles_and_extensions").values():
            connection.execute(statement)
        connection.execute("SET ROLE nabij_owner")
        connection.execute(
            "CREATE TABLE nabij.alembic_version"
            " (version_num varchar(32) CONSTRAINT alembic_version_pkc PRIMARY KEY)"
        )
        for script in scripts:
            if script[: len(revision)] <= revision:
                connection.execute((_VERSIONS / script).read_bytes())
                connection.execute("RESET ROLE")
                fill(connection, script[: len(revision)])
                connection.execute("SET ROLE nabij_owner")
        connection.execute("INSERT INTO nabij.alembic_version VALUES (%s)", [revision])
        connection.execute("RESET ROLE")
        yield connection
