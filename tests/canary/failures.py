"""A database that fails in every way, most of which repeat what was sent."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Final, LiteralString

import psycopg
from psycopg import sql

from tests.backend.closing import closed
from tests.canary.installation import Installation

_TABLES: Final[tuple[LiteralString, ...]] = ("gps_status", "consent_event", "device")
_TELL: Final = """
CREATE FUNCTION public.tell_all() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION '%', NEW USING DETAIL = NEW::text, HINT = NEW::text;
END $$
"""
_TELL_OF_EACH: Final = """
CREATE TRIGGER tell_all BEFORE INSERT OR UPDATE ON {0}
FOR EACH ROW EXECUTE FUNCTION public.tell_all()
"""


@contextmanager
def _errors_tell_rows(at: Installation) -> Generator[None]:
    with at.superuser() as connection:
        connection.execute(_TELL)
        _on_each(connection, _TELL_OF_EACH)
        yield
        connection.execute("DROP FUNCTION public.tell_all CASCADE")


@contextmanager
def _tables_are_gone(at: Installation) -> Generator[None]:
    with at.superuser() as connection:
        _on_each(connection, "ALTER TABLE {0} RENAME TO {1}")
        yield
        _on_each(connection, "ALTER TABLE {1} RENAME TO {0}")


@contextmanager
def _tables_are_locked(at: Installation) -> Generator[None]:
    with at.superuser() as connection, connection.transaction():
        _on_each(connection, "LOCK {0} IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def _database_is_closed(at: Installation) -> Generator[None]:
    with closed(at.cluster, at.service.url):
        yield


def _on_each(connection: psycopg.Connection, statement: LiteralString) -> None:
    for table in _TABLES:
        names = sql.Identifier(table), sql.Identifier(f"{table}_away")
        connection.execute(sql.SQL(statement).format(*names))


FAILURES: Final[tuple[Callable[[Installation], AbstractContextManager[None]], ...]] = (
    _errors_tell_rows,
    _tables_are_gone,
    _tables_are_locked,
    _database_is_closed,
)
