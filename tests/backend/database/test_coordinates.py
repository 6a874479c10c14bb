"""No column about a person takes a coordinate, whichever column and however it is written."""

from itertools import product
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from tests.backend.database.guards import personal_tables
from tests.backend.database.roles import become
from tests.backend.database.rows import ROWS, STRANGER, insert, raw

# Amsterdam in degrees (WGS 84) and in metres (EPSG:3035), to the metre and finer.
COORDINATES = ("52.3728", "4.8936", "3263123", "3973456", "3263123.47", "3973456.12")

# A number, a text, some bytes, and seconds since 1970.
SPELLINGS: tuple[LiteralString, ...] = (
    "{}",
    "'{}'",
    "convert_to('{}', 'UTF8')",
    "to_timestamp({})",
)

WRITABLE = """
SELECT table_name::text, column_name::text FROM information_schema.columns
WHERE table_schema = 'nabij' AND table_name = ANY (%s) AND is_generated = 'NEVER'
  AND (has_column_privilege('nabij_api', format('nabij.%%I', table_name), column_name, 'INSERT')
       OR has_column_privilege('nabij_api', format('nabij.%%I', table_name), column_name, 'UPDATE'))
"""


def spelt() -> list[str]:
    """Every coordinate in every spelling."""
    return [spelling.format(each) for each, spelling in product(COORDINATES, SPELLINGS)]


def stored(connection: psycopg.Connection, table: str, column: str, expression: str) -> bool:
    """Whether a row holds just that value, after the attempt to write it there."""
    (row,) = connection.execute(
        sql.SQL("SELECT count(*) > 0 FROM {} WHERE {} = {}").format(
            sql.Identifier(table), sql.Identifier(column), raw(expression)
        )
    ).fetchall()
    return row[0]


def kept(connection: psycopg.Connection, row: int, column: str, *, update: bool) -> list[str]:
    """The coordinates that ``column`` of the given one of ``ROWS`` keeps as they are."""
    table, values = ROWS[row]
    found: list[str] = []
    for expression in spelt():
        try:
            with connection.transaction(force_rollback=True):
                if update:
                    connection.execute(insert(table, values))
                    connection.execute(
                        sql.SQL("UPDATE {} SET {} = {}").format(
                            sql.Identifier(table), sql.Identifier(column), raw(expression)
                        )
                    )
                else:
                    connection.execute(insert(table, values | {column: expression}))
                if stored(connection, table, column, expression):
                    found.append(f"{table}.{column} keeps {expression}")
        except psycopg.Error:
            continue
    return found


def test_the_rows_are_all_that_the_service_may_write_about_people(
    shared_superuser: psycopg.Connection,
) -> None:
    personal = personal_tables(shared_superuser)
    writable = set(shared_superuser.execute(WRITABLE, [personal]).fetchall())
    assert {(table, column) for table, row in ROWS for column in row} == writable


def test_the_rows_are_accepted_as_they_are(stranger: psycopg.Connection) -> None:
    for table, row in ROWS:
        assert stranger.execute(insert(table, row)).rowcount == 1


@pytest.mark.parametrize("way", ["insert", "update"])
@pytest.mark.parametrize(
    "row", range(len(ROWS)), ids=[f"{n} {row[0]}" for n, row in enumerate(ROWS)]
)
def test_no_column_keeps_a_coordinate(stranger: psycopg.Connection, row: int, way: str) -> None:
    for table, values in ROWS[:row]:
        stranger.execute(insert(table, values))
    for column in ROWS[row][1]:
        assert kept(stranger, row, column, update=way == "update") == []


def test_a_column_that_keeps_a_coordinate_is_found(
    surroundings: str, shared_superuser: psycopg.Connection
) -> None:
    assert surroundings
    with shared_superuser.transaction(force_rollback=True):
        become(shared_superuser, STRANGER)
        shared_superuser.execute("ALTER TABLE notice_served ALTER locale TYPE text")
        shared_superuser.execute(insert(*ROWS[0]))
        assert "notice_served.locale keeps '52.3728'" in kept(
            shared_superuser, 2, "locale", update=False
        )
