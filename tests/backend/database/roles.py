"""PostgreSQL as our roles meet it."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

ROLES: tuple[LiteralString, ...] = (
    "nabij_owner",
    "nabij_api",
    "nabij_operator",
    "nabij_worker",
    "nabij_auditor",
)

# SQLSTATEs, as PostgreSQL's appendix A names them.
INSUFFICIENT_PRIVILEGE = "42501"
FOREIGN_KEY_VIOLATION = "23503"
CHECK_VIOLATION = "23514"
INTEGRITY_CONSTRAINT_VIOLATION = "23000"
GENERATED_ALWAYS = "428C9"
ACTIVE_SQL_TRANSACTION = "25001"


@contextmanager
def acting_as(
    role: LiteralString, url: str, *, subject: UUID | None = None
) -> Generator[psycopg.Connection]:
    """A transaction as ``role`` for ``subject``, undone at the end."""
    with psycopg.connect(url) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        connection.execute("SET search_path = nabij, public, pg_temp")
        if subject is not None:
            become(connection, subject)
        yield connection
        connection.rollback()


def become(connection: psycopg.Connection, subject: UUID) -> None:
    """See the rows of ``subject`` for the rest of the transaction."""
    connection.execute("SELECT set_config('nabij.subject', %s, true)", [str(subject)])


def refusal(
    connection: psycopg.Connection,
    statement: LiteralString,
    parameters: Mapping[str, object] | None = None,
) -> str | None:
    """The SQLSTATE with which PostgreSQL refuses ``statement``; fails where it does not."""
    with pytest.raises(psycopg.Error) as caught, connection.transaction():
        connection.execute(statement, parameters)
    return caught.value.sqlstate
