"""Migration of a database to the newest schema.

One migration runs at a time (advisory lock), in one transaction, as ``nabij_owner``. It waits for a
table for half a second only, since whoever wants the table waits behind it, and then begins again:
before PostgreSQL looks for deadlocks, and ends a transaction of somebody else to resolve one.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from alembic import command, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from nabij_backend import sql
from nabij_backend.errors import UserError
from nabij_backend.migrations import newest_revision, require_known

SCHEMA = "nabij"
_LOCK_WAIT_MS = 500
_PAUSE_S = 3.0
_HELD = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
_MIGRATING = 0x6E6162696A  # "nabij": the advisory lock that only migrations take


class Busy(UserError):
    """Something holds a table that the migration changes, so nothing was changed.

    End long transactions, which pg_stat_activity shows, and run `nabij migrate` again.
    """


def migrate(url: str, *, tries: int = 20, pause: Callable[[float], None] = time.sleep) -> str:
    """Apply what is missing to the database at ``url``; returns the revision it is at then.

    Begins so many times where a table is held, with a pause of some seconds in between.

    The login needs to be a superuser once, to create the roles and the PostGIS extension;
    afterwards membership of ``nabij_owner`` will do.

    Raises:
        NewerSchema: a newer release migrated it.
        Busy: a table was held each time.
        psycopg.Error: the database is out of reach or the login may not do this.
    """
    for _ in range(tries - 1):
        try:
            return _migrate(url)
        except _HELD:
            pause(_PAUSE_S)
    try:
        return _migrate(url)
    except _HELD:
        raise Busy from None


def _migrate(url: str) -> str:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with prepared(url) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return newest_revision()


@contextmanager
def prepared(url: str) -> Generator[Connection]:
    """Open the transaction of a migration, with roles and extension made, as the schema's owner.

    Raises:
        NewerSchema: a newer release migrated it.
    """
    with _connected(url) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        connection.execute(text(f"SET LOCAL lock_timeout = {_LOCK_WAIT_MS}"))
        require_known(_revision_of(connection))
        for statement in sql.statements("roles_and_extensions"):
            connection.execute(text(statement))
        connection.execute(text("SET LOCAL ROLE nabij_owner"))
        yield connection


def _revision_of(connection: Connection) -> str | None:
    opts = {"version_table_schema": SCHEMA}
    return MigrationContext.configure(connection, opts=opts).get_current_revision()


def apply_file(revision: str) -> None:
    """Run the SQL file that stands beside the revision module ``revision``."""
    connection = op.get_bind().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("Migrations run on psycopg.")
    connection.execute(Path(revision).with_suffix(".sql").read_bytes())


@contextmanager
def _connected(url: str) -> Generator[Connection]:
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool
    )
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.Error):
            raise error.orig from None  # SQLAlchemy's own message has the statement in it
        raise
