"""A database that goes away for a while."""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from nabij_dev import embedded

_ALLOW = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")


@contextmanager
def closed(cluster: embedded.Cluster, url: str) -> Generator[None]:
    """Nobody is let into the database meanwhile, and who was there is thrown out."""
    with psycopg.connect(url) as inside:
        name = inside.info.dbname
    with psycopg.connect(cluster.url(), autocommit=True) as outside:
        outside.execute(_ALLOW.format(sql.Identifier(name), sql.SQL("false")))
        throw_out(outside, name)
        yield
        outside.execute(_ALLOW.format(sql.Identifier(name), sql.SQL("true")))


def throw_out(connection: psycopg.Connection, database: str) -> None:
    """End every other connection to the database, and return when they have ended."""
    connection.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
        "WHERE datname = %s AND pid <> pg_backend_pid()",
        [database],
    )
