"""No role stores bytes where nothing erases: in large objects, temporary tables or the WAL."""

from typing import LiteralString

import psycopg
import pytest

from tests.backend.database.roles import INSUFFICIENT_PRIVILEGE, ROLES, acting_as, refusal

# For an import, which puts a register into one that ends with its transaction.
MAY_MAKE_TEMPORARY_TABLES = "nabij_operator"
WAYS: tuple[LiteralString, ...] = (
    "SELECT lo_from_bytea(0, 'canary')",
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_put(1, 0, 'canary')",
    "SELECT lo_import('/etc/hostname')",
    "CREATE TEMPORARY TABLE canary AS SELECT 'canary'",
    "SELECT 'canary' INTO TEMPORARY canary",
    "SELECT pg_logical_emit_message(false, 'canary', 'canary')",
    "CREATE TABLE public.canary AS SELECT 'canary'",
    "CREATE SCHEMA canary",
    "COPY (SELECT 'canary') TO '/tmp/canary'",
    "COPY (SELECT 'canary') TO PROGRAM 'cat'",
    "COMMENT ON DATABASE postgres IS 'canary'",
    "COMMENT ON TABLE public.spatial_ref_sys IS 'canary'",
    "INSERT INTO public.spatial_ref_sys (srid, srtext) VALUES (1, 'canary')",
)
# Built-in functions that write what they are given, by what they are called.
_WRITING = """
SELECT oid::regprocedure::text FROM pg_proc
WHERE proname ~ '^lo_|^lowrite|^pg_file_|emit_message'
    AND has_function_privilege(%s, oid, 'EXECUTE') AND NOT prorettype = 'trigger'::regtype
"""


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("way", WAYS)
def test_a_role_is_refused(shared_url: str, role: LiteralString, way: LiteralString) -> None:
    with acting_as(role, shared_url) as connection:
        if role == MAY_MAKE_TEMPORARY_TABLES and "TEMPORARY" in way:
            connection.execute(way)
        else:
            assert refusal(connection, way) == INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_call_no_function_that_writes(
    shared_superuser: psycopg.Connection, role: str
) -> None:
    callable_by_role = shared_superuser.execute(_WRITING, [role]).fetchall()
    assert callable_by_role == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_create_in_no_place_but_its_own_schema(
    shared_superuser: psycopg.Connection, role: str
) -> None:
    of_database = shared_superuser.execute(
        "SELECT has_database_privilege(%(role)s, current_database(), 'TEMPORARY'),"
        " has_database_privilege(%(role)s, current_database(), 'CREATE')",
        {"role": role},
    ).fetchone()
    schemas = shared_superuser.execute(
        "SELECT nspname FROM pg_namespace WHERE has_schema_privilege(%s, oid, 'CREATE')"
        " AND NOT pg_is_other_temp_schema(oid) AND oid <> pg_my_temp_schema()",
        [role],
    ).fetchall()
    assert of_database == (role == MAY_MAKE_TEMPORARY_TABLES, False)
    assert schemas == ([("nabij",)] if role == "nabij_owner" else [])
