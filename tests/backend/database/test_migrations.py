"""The migrations run once, however often and by however many they are asked for."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import psycopg
import pytest
import typer
from psycopg import sql
from psycopg.conninfo import make_conninfo

from nabij_backend.cli import output
from nabij_backend.migrations import newest_revision
from nabij_backend.migrations.run import Busy, migrate
from tests.architecture.workspace import ROOT
from tests.backend.cli.commands import PATIENCE_S, environment
from tests.backend.database.older import at_revision
from tests.backend.database.schemas import differences_of
from tests.backend.waiting import pids_of_who_waits, until


def test_alembic_migrates_as_everybody_expects(empty_url: str) -> None:
    alembic = [sys.executable, "-m", "alembic", "upgrade", "head"]
    done = subprocess.run(
        alembic,
        cwd=ROOT,
        env=environment({"database_url": empty_url}),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not differences_of(empty_url)


def test_migrating_again_changes_nothing(database_url: str, superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE catalogue SET version = 7")
    assert migrate(database_url) == newest_revision()
    assert superuser.execute("SELECT version FROM catalogue").fetchall() == [(7,)]


def test_who_migrates_again_needs_no_superuser(
    database_url: str, superuser: psycopg.Connection
) -> None:
    login = f"migrator_{uuid4().hex}"
    superuser.execute(
        sql.SQL("CREATE ROLE {} LOGIN IN ROLE nabij_owner").format(sql.Identifier(login))
    )
    try:
        as_migrator = make_conninfo(database_url, user=login)
        assert migrate(as_migrator) == newest_revision()
    finally:
        superuser.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(login)))


def test_two_migrators_at_once_make_one_schema(empty_url: str) -> None:
    with ThreadPoolExecutor(2) as migrators:
        revisions = list(migrators.map(migrate, [empty_url, empty_url]))
    assert revisions == [newest_revision()] * 2
    assert not differences_of(empty_url)


def test_a_database_from_before_the_first_release_is_left_alone_with_advice(
    empty_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with at_revision(empty_url, "0002") as connection:
        connection.execute("INSERT INTO nabij.notice VALUES (1, 'digest', '{}', now())")
    with pytest.raises(typer.Exit), output.failures():
        migrate(empty_url)
    assert "delete the data folder" in capsys.readouterr().err
    with psycopg.connect(empty_url) as connection:
        assert connection.execute("SELECT version_num FROM nabij.alembic_version").fetchall() == [
            ("0002",)
        ]


_SOMEBODY = UUID(int=7)
_OLD_SOURCE = """
INSERT INTO nabij.source VALUES
    (%s, %s, %s, %s, %s, 'Van ons', 'CC0', false, %s, ST_Point(%s, %s, 3035), '{"name": "old"}')
"""


def test_what_was_published_of_private_persons_becomes_a_number(empty_url: str) -> None:
    with at_revision(empty_url, "0004") as connection:
        connection.execute("UPDATE nabij.catalogue SET version = 6")
        for row in (
            ("mastr:1", "Lindeweg 7", "solar", "person", 4.2, "cell", 4003500, 3236500),
            ("mastr:2", "Lindeweg 9", "solar", "unknown", 9.9, "site", 4003412, 3236634),
            ("mastr:3", "Lindeweg 11", "wind", "person", None, "cell", 4003500, 3236500),
            ("osm:4", "Zonneveld", "solar", "unknown", 900, "site", 4003412, 3236634),
        ):
            connection.execute(_OLD_SOURCE, row)
    assert migrate(empty_url) == newest_revision()
    assert not differences_of(empty_url)
    with psycopg.connect(empty_url, options="-c search_path=nabij,public") as connection:
        found = connection.execute(
            "SELECT left(source_id, 11), name, technology::text, count, least_kw, most_kw,"
            " register FROM source ORDER BY count DESC, technology"
        ).fetchall()
        moved = connection.execute(
            "SELECT max(ST_Distance(geom, ST_Point(4003412, 3236634, 3035))) FROM source"
            " WHERE name IS NOT NULL"
        ).fetchone()
        everything = connection.execute(
            "SELECT (SELECT string_agg(s::text, '') FROM source AS s)"
            " || (SELECT string_agg(n::text, '') FROM neighbour AS n)"
        ).fetchone()
        assert connection.execute("SELECT version FROM catalogue").fetchone() == (7,)
    assert found == [
        ("neighbours:", None, "solar", 2, 0, 15, None),
        ("osm:4", "Zonneveld", "solar", 1, None, None, "osm"),
        ("neighbours:", None, "wind", 1, None, None, None),
    ]
    assert moved is not None
    assert moved[0] < 1
    assert "Lindeweg" not in str(everything)


def test_a_table_that_is_held_is_waited_for_a_moment_and_asked_for_again(empty_url: str) -> None:
    migrate(empty_url)
    with psycopg.connect(empty_url) as holder:
        holder.execute("LOCK nabij.alembic_version IN ACCESS EXCLUSIVE MODE")
        assert migrate(empty_url, pause=lambda _: holder.rollback()) == newest_revision()
        holder.execute("LOCK nabij.alembic_version IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(Busy, match="nothing was changed"):
            migrate(empty_url, tries=1)


# PostgreSQL checks for a deadlock once in each wait. Half of the migration's `lock_timeout` gives
# the other session time to wait, too.
@pytest.mark.parametrize(("deadlock_timeout", "resolved"), [("1s", 0), ("250ms", 1)])
def test_a_migration_gives_way_before_a_deadlock_is_resolved_and_begins_again(
    empty_url: str, deadlock_timeout: str, resolved: int
) -> None:
    """With the shorter timeout PostgreSQL ends the migration; with its default nobody is ended."""
    with at_revision(empty_url, "0024"):
        pass
    with psycopg.connect(empty_url) as other, ThreadPoolExecutor(1) as thread:
        other.execute("LOCK nabij.notice_served IN ROW EXCLUSIVE MODE")
        with psycopg.connect(empty_url, autocommit=True) as superuser:
            superuser.execute(
                sql.SQL("ALTER DATABASE {} SET deadlock_timeout = {}").format(
                    sql.Identifier(other.info.dbname), deadlock_timeout
                )
            )
            migrated = thread.submit(migrate, empty_url, pause=lambda _: other.commit())
            pids_of_who_waits(superuser)
        other.execute("LOCK nabij.access_log IN ROW EXCLUSIVE MODE")
        assert migrated.result() == newest_revision()
    assert deadlocks_of(empty_url) == resolved


def deadlocks_of(url: str) -> int:
    """Return how many deadlocks PostgreSQL counted; a session reports its own as it ends."""
    counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    others = (
        "SELECT FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        asyncio.run(until(lambda: connection.execute(others).fetchone() is None))
        ((number,),) = connection.execute(counted)
    return number


def test_requests_and_looks_of_before_the_first_release_are_carried_over(empty_url: str) -> None:
    with at_revision(empty_url, "0002") as connection:
        connection.execute("SET search_path = nabij, public")
        connection.execute("INSERT INTO subject VALUES (%s)", [_SOMEBODY])
        for kind, checked, answered in (
            ("insight", False, None),
            ("erasure", True, None),
            ("correction", True, "2026-05-09"),
        ):
            connection.execute(
                "INSERT INTO request VALUES (%s, gen_random_uuid(), %s, %s, '2026-05-01', "
                "'2026-05-29', %s)",
                [_SOMEBODY, kind, checked, answered],
            )
        for number, (reader, purpose) in enumerate((("dashboard", "shown"), ("Otto", "A call: 7"))):
            connection.execute(
                "INSERT INTO access_log VALUES (%s, %s, %s, %s, '2026-05-02')",
                [_SOMEBODY, number, reader, purpose],
            )
    migrate(empty_url)
    with psycopg.connect(empty_url, options="-c search_path=nabij,public") as connection:
        requests = connection.execute(
            "SELECT kind::text, identity_check::text, outcome::text FROM request ORDER BY kind"
        ).fetchall()
        looks = connection.execute(
            "SELECT reader::text, purpose FROM access_log ORDER BY reader"
        ).fetchall()
    assert requests == [
        ("correction", "signed-in", "done"),
        ("erasure", "signed-in", None),
        ("insight", None, None),
    ]
    assert looks == [("dashboard", "shown"), ("operator", "a-call")]
