"""No migration loses what somebody wrote: databases of earlier releases, filled, are upgraded."""

import psycopg
import pytest
from psycopg import sql

from nabij_backend.migrations import newest_revision
from nabij_backend.migrations.run import migrate
from tests.backend.database.filled import fill
from tests.backend.database.older import at_revision
from tests.backend.database.schemas import differences_of

STOPS = ("0002", "0003", "0009", "0014", "0016", "0019", "0020", "0021", "0022")
# What an earlier release queued for a device is found out anew.
FOUND_OUT_ANEW = {"push_outbox"}


def counts(connection: psycopg.Connection) -> dict[str, int]:
    """How many rows each table has that has any."""
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'nabij'")
    found: dict[str, int] = {}
    for (table,) in tables.fetchall():
        query = sql.SQL("SELECT count(*) FROM nabij.{}")
        row = connection.execute(query.format(sql.Identifier(table))).fetchone()
        found[table] = row[0] if row else 0
    return {table: number for table, number in found.items() if number}


@pytest.mark.parametrize("revision", STOPS)
def test_each_row_is_there_after_the_upgrade(empty_url: str, revision: str) -> None:
    with at_revision(empty_url, revision, fill) as connection:
        before = counts(connection)
    assert len(before) >= 18
    assert migrate(empty_url) == newest_revision()
    assert not differences_of(empty_url)
    with psycopg.connect(empty_url) as connection:
        after = counts(connection)
    lost = {
        table: (number, after.get(table, 0))
        for table, number in before.items()
        if after.get(table, 0) < number and table not in FOUND_OUT_ANEW
    }
    assert lost == {}
