"""An import over statistics of what the catalogue was before: no table is read for each row."""

import psycopg
import pytest

from tests.backend.sources.importing import Take

ROWS = 1_000
LINES = [f"{n},M,wind,cooperative,900,{45 + n / 100:.3f},5.1\n" for n in range(ROWS)]
READ = """
SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_xact_all_tables
WHERE schemaname = 'nabij' OR relname LIKE 'incoming%'
"""


@pytest.fixture(params=[1, 2_000])
def empty_to_the_planner(superuser: psycopg.Connection, request: pytest.FixtureRequest) -> None:
    """A catalogue that was analyzed when it had a page and no rows; its index may have many."""
    superuser.execute("RESET ROLE")
    for rows in (request.param, 1):
        superuser.execute("VACUUM nabij.source")
        superuser.execute(
            "INSERT INTO nabij.source (source_id, name, technology, owner_kind, licence, made_up,"
            " located, geom, latitude_e5, longitude_e5)"
            " SELECT n, 'x', 'wind', 'public', 'CC0', false, 'site',"
            " ST_Point(4000000, 3000000 + n, 3035), 5200000, 500000"
            " FROM generate_series(1, %s) AS n",
            (rows,),
        )
        superuser.execute("DELETE FROM nabij.source")
    superuser.execute("ANALYZE nabij.source")
    superuser.execute("SET ROLE nabij_operator")


def rows_read(connection: psycopg.Connection) -> int:
    """Count what the connection read; it may still count what earlier transactions did."""
    ((read,),) = connection.execute(READ).fetchall()
    return read


@pytest.mark.usefixtures("empty_to_the_planner")
def test_no_table_is_read_for_each_row(take: Take, connection: psycopg.Connection) -> None:
    other = [line.replace("900", "950") for line in LINES]
    for lines, register in ((LINES, "one"), (LINES, "two"), (other, "two")):
        with connection.transaction():
            before = rows_read(connection)
            take(*lines, register=register)
            assert rows_read(connection) - before < 100 * ROWS
