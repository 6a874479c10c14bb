"""Whatever somebody drops or alters in the schema is named, by whoever looks."""

import re
from typing import Final

import psycopg
import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from nabij_backend.schema import (
    OtherSchema,
    columns_of,
    describe,
    described,
    differences,
    expected,
    is_comparable,
    require_schema,
)
from nabij_backend.tables import metadata, sources

# What an earlier check of the schema had not seen, and what it had.
DAMAGES: Final = {
    "row security off": (
        "ALTER TABLE gps_status DISABLE ROW LEVEL SECURITY",
        "table gps_status",
    ),
    "row security not forced": (
        "ALTER TABLE live_grant NO FORCE ROW LEVEL SECURITY",
        "table live_grant",
    ),
    "a policy dropped": ("DROP POLICY own_rows ON live_grant", "policy live_grant own_rows"),
    "a trigger dropped": (
        "DROP TRIGGER insert_only ON consent_event",
        "trigger consent_event insert_only",
    ),
    "a trigger disabled": (
        "ALTER TABLE consent_event DISABLE TRIGGER insert_only",
        "trigger consent_event insert_only",
    ),
    "more privileges": (
        "GRANT UPDATE ON consent_event TO nabij_api",
        "grant table consent_event to nabij_api",
    ),
    "a check dropped": (
        "ALTER TABLE gps_status DROP CONSTRAINT gps_status_resolution_m_check",
        "constraint nabij.gps_status gps_status_resolution_m_check",
    ),
    "a check weakened": (
        """
        ALTER TABLE gps_status DROP CONSTRAINT gps_status_resolution_m_check,
            ADD CONSTRAINT gps_status_resolution_m_check CHECK (resolution_m > 0)
        """,
        "constraint nabij.gps_status gps_status_resolution_m_check",
    ),
    "a check that old rows need not meet": (
        """
        ALTER TABLE gps_status DROP CONSTRAINT gps_status_resolution_m_check,
            ADD CONSTRAINT gps_status_resolution_m_check
                CHECK (resolution_m IN (1000, 10000, 100000)) NOT VALID
        """,
        "constraint nabij.gps_status gps_status_resolution_m_check",
    ),
    "a generated column changed": (
        """
        ALTER TABLE gps_status DROP COLUMN cell,
            ADD COLUMN cell text GENERATED ALWAYS AS (northing_m || ' ' || easting_m) STORED
        """,
        "column gps_status.cell",
    ),
    "a column added": (
        "ALTER TABLE gps_status ADD COLUMN latitude double precision",
        "column gps_status.latitude",
    ),
    "statistics about people": (
        "ALTER TABLE gps_status ALTER COLUMN northing_m SET STATISTICS 100",
        "column gps_status.northing_m",
    ),
    "a role around row security": ("ALTER ROLE nabij_api BYPASSRLS", "role nabij_api"),
    "a function's body": (
        """
        CREATE OR REPLACE FUNCTION current_subject() RETURNS uuid LANGUAGE sql STABLE
            RETURN '00000000-0000-4000-8000-000000000000'::uuid
        """,
        "function nabij.current_subject()",
    ),
    "a history": (
        "CREATE TABLE history AS SELECT * FROM gps_status",
        "table history",
    ),
    "a copy as it happens": (
        "CREATE RULE copy AS ON INSERT TO gps_status DO ALSO NOTIFY heard",
        "rule gps_status copy",
    ),
    "foreign keys that are not kept": (
        "ALTER TABLE gps_status DISABLE TRIGGER ALL",
        "trigger gps_status of gps_status_subject_id_purpose_signal_fkey at 5",
    ),
}


def named(connection: psycopg.Connection) -> set[str]:
    """All that differs."""
    found = differences(describe(connection))
    return {*found.missing, *found.changed, *found.added}


def test_the_migrations_make_what_is_written_down(shared_superuser: psycopg.Connection) -> None:
    found = describe(shared_superuser)
    assert not differences(found)
    require_schema(shared_superuser)
    assert described(found) == described(expected())


def test_another_release_of_postgresql_is_not_compared() -> None:
    found = {version: is_comparable(version) for version in (140_010, 150_000, 150_012, 170_002)}
    assert found == {140_010: False, 150_000: True, 150_012: True, 170_002: False}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damage_is_named(shared_superuser: psycopg.Connection, what: str) -> None:
    statement, name = DAMAGES[what]
    with shared_superuser.transaction(force_rollback=True):
        shared_superuser.execute("SET LOCAL search_path = nabij, public")
        shared_superuser.execute(statement.encode())
        assert name in named(shared_superuser)
        with pytest.raises(OtherSchema, match=re.escape(name.split()[0])):
            require_schema(shared_superuser)


@given(st.sampled_from(sorted(expected())))
def test_whatever_is_dropped_or_altered_is_named(
    shared_superuser: psycopg.Connection, name: str
) -> None:
    statement = damage_to(name)
    assume(statement)
    with shared_superuser.transaction(force_rollback=True):
        shared_superuser.execute("SET LOCAL search_path = nabij, public")
        try:
            shared_superuser.execute((statement or "").encode())
        except psycopg.errors.DependentObjectsStillExist:
            reject()  # an index goes with its constraint alone
        assert name in named(shared_superuser)


def damage_to(name: str) -> str | None:
    """A statement that drops or alters an object; None where PostgreSQL lets nobody do that."""
    kind, _, rest = name.partition(" ")
    first, _, second = rest.partition(" ")
    table, _, column = first.partition(".")
    if kind == "grant":
        to = rest.rpartition(" to ")
        return revoked(first, to[0].removeprefix(f"{first} "), to[2])
    if kind == "trigger" and second.startswith("of "):
        return f"ALTER TABLE {first} DISABLE TRIGGER ALL"
    return {
        "column": f"ALTER TABLE {table} DROP COLUMN {column} CASCADE",
        "constraint": f"ALTER TABLE {first} DROP CONSTRAINT {second} CASCADE",
        "extension": None,
        "function": f"DROP FUNCTION {rest} CASCADE",
        "index": f"DROP INDEX {rest} CASCADE",
        "policy": f"DROP POLICY {second} ON {first}",
        "role": f"ALTER ROLE {rest} BYPASSRLS",
        "schema": "ALTER SCHEMA nabij OWNER TO nabij_api",
        "sequence": f"ALTER SEQUENCE {rest} RENAME TO other",
        "table": f"ALTER TABLE {rest} SET (fillfactor = 77)",
        "trigger": f"DROP TRIGGER {second} ON {first}",
        "type": f"ALTER TYPE {rest} ADD VALUE 'more'",
    }[kind]


def revoked(kind: str, name: str, role: str) -> str:
    """A statement that takes back what a role may do."""
    table, _, column = name.partition(".")
    database = f"format('REVOKE ALL ON DATABASE %I FROM {role}', current_database())"
    return {
        "column": f"REVOKE ALL ({column}) ON {table} FROM {role}",
        "database": f"DO $$ BEGIN EXECUTE {database}; END $$",
        "function": f"REVOKE ALL ON FUNCTION {name} FROM {role}",
        "schema": f"REVOKE ALL ON SCHEMA {name} FROM {role}",
        "table": f"REVOKE ALL ON {name} FROM {role}",
        "type": f"REVOKE ALL ON TYPE {name} FROM {role}",
    }[kind]


def test_the_tables_that_queries_are_composed_of_are_those_of_the_database() -> None:
    for table in metadata.tables.values():
        assert columns_of(table.name) == tuple(sorted(table.columns.keys()))
        for column in table.columns:
            made = expected()[f"column {table.name}.{column.name}"].lower()
            kind = column.type.compile(dialect=postgresql.dialect()).lower()
            null = "" if column.nullable else " not null"
            assert made.removeprefix("public.").startswith(f"{kind}{null}")
    assert sources.source.name == "source"
