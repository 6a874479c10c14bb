"""The migrations make what the code describes, once, however often and by however many."""

from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import psycopg
import pytest
import typer

from nabij_backend import sql
from nabij_backend.cli import output
from nabij_backend.migrations import newest_revision
from nabij_backend.migrations.run import drift, migrate
from nabij_backend.tables import metadata


def test_the_migrations_make_the_tables_of_the_code(shared_url: str) -> None:
    assert drift(shared_url) == []


def test_the_migrations_make_the_constraints_of_the_code(
    shared_superuser: psycopg.Connection,
) -> None:
    made = shared_superuser.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint "
        "WHERE connamespace = 'nabij'::regnamespace AND conrelid <> 0 "
        "AND conrelid <> 'nabij.alembic_version'::regclass"
    ).fetchall()
    described = {
        (table.name, str(constraint.name))
        for table in metadata.tables.values()
        for part in (table, *table.columns)
        for constraint in part.constraints
    }
    assert set(made) == described


def test_a_column_that_was_added_by_hand_is_told(
    database_url: str, superuser: psycopg.Connection
) -> None:
    superuser.execute("ALTER TABLE gps_status ADD COLUMN latitude double precision")
    (difference,) = drift(database_url)
    assert "latitude" in difference


def test_migrating_again_changes_nothing(database_url: str, superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE catalogue SET version = 7")
    assert migrate(database_url) == newest_revision()
    assert superuser.execute("SELECT version FROM catalogue").fetchall() == [(7,)]


def test_two_migrators_at_once_make_one_schema(empty_url: str) -> None:
    with ThreadPoolExecutor(2) as migrators:
        revisions = list(migrators.map(migrate, [empty_url, empty_url]))
    assert revisions == [newest_revision()] * 2
    assert drift(empty_url) == []


def test_a_database_from_before_the_first_release_is_left_alone_with_advice(
    empty_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    versions = files("nabij_backend.migrations") / "versions"
    with psycopg.connect(empty_url) as connection:
        for statement in sql.load("prepare").values():
            connection.execute(statement)
        connection.execute("SET ROLE nabij_owner")
        connection.execute("CREATE TABLE nabij.alembic_version (version_num varchar(32) NOT NULL)")
        for file in ("0001_tables.sql", "0002_guards.sql"):
            connection.execute((versions / file).read_bytes())
        connection.execute("INSERT INTO nabij.alembic_version VALUES ('0002')")
        connection.execute("INSERT INTO nabij.notice VALUES (1, 'digest', '{}', now())")
    with pytest.raises(typer.Exit), output.failures(as_json=False):
        migrate(empty_url)
    assert "delete the data folder" in capsys.readouterr().err
    with psycopg.connect(empty_url) as connection:
        assert connection.execute("SELECT version_num FROM nabij.alembic_version").fetchall() == [
            ("0002",)
        ]
