"""Every table about people is guarded, those that are still to come included."""

from typing import LiteralString

import psycopg
import pytest

from tests.backend.database.guards import faults, personal_tables

_GUARDED = (
    "CREATE TABLE nabij.scratch (subject_id uuid, id uuid, PRIMARY KEY (subject_id, id));"
    "ALTER TABLE nabij.scratch ENABLE ROW LEVEL SECURITY;"
    "ALTER TABLE nabij.scratch FORCE ROW LEVEL SECURITY;"
    "CREATE POLICY own_rows ON nabij.scratch USING (subject_id = nabij.current_subject());"
)

WAYS_TO_MISS_ONE: dict[str, tuple[LiteralString, list[str]]] = {
    "all is well": (_GUARDED, []),
    "no subject": (
        "CREATE TABLE nabij.scratch (id uuid PRIMARY KEY)",
        ["scratch: has no subject_id and is not listed as such"],
    ),
    "no key": (
        _GUARDED + "ALTER TABLE nabij.scratch DROP CONSTRAINT scratch_pkey",
        ["scratch: its primary key does not begin with subject_id"],
    ),
    "another key": (
        _GUARDED + "ALTER TABLE nabij.scratch DROP CONSTRAINT scratch_pkey, ADD PRIMARY KEY (id)",
        ["scratch: its primary key does not begin with subject_id"],
    ),
    "not forced": (
        _GUARDED + "ALTER TABLE nabij.scratch NO FORCE ROW LEVEL SECURITY",
        ["scratch: row-level security is not forced"],
    ),
    "not enabled": (
        _GUARDED + "ALTER TABLE nabij.scratch DISABLE ROW LEVEL SECURITY",
        ["scratch: row-level security is not forced"],
    ),
    "no policy": (
        _GUARDED + "DROP POLICY own_rows ON nabij.scratch",
        ["scratch: has no policy for every command"],
    ),
    "outlives its grant": (
        _GUARDED + "ALTER TABLE nabij.scratch RENAME TO scratch_status",
        ["scratch_status: does not go with the grant"],
    ),
    "restrains its grant": (
        """
        ALTER TABLE nabij.gps_status DROP CONSTRAINT gps_status_subject_id_purpose_signal_fkey,
            ADD FOREIGN KEY (subject_id, purpose, signal)
            REFERENCES nabij.live_grant (subject_id, purpose, signal)
        """,
        ["gps_status: does not go with the grant"],
    ),
}

PRIVILEGES = """
SELECT c.relname || coalesce('.' || attname, ''),
       string_agg(privilege_type, ' ' ORDER BY privilege_type)
FROM pg_class AS c
LEFT JOIN LATERAL (
    SELECT NULL::name AS attname, relacl AS acl
    UNION ALL SELECT attname, attacl FROM pg_attribute WHERE attrelid = c.oid
) AS part ON true
CROSS JOIN LATERAL aclexplode(acl)
WHERE c.relnamespace = 'nabij'::regnamespace AND grantee = %s::regrole
GROUP BY 1
"""

OF_API = {
    "alembic_version": "SELECT",
    "catalogue": "SELECT",
    "consent_event": "INSERT SELECT",
    "device": "SELECT",
    "device.device_id": "INSERT",
    "device.platform": "INSERT UPDATE",
    "device.subject_id": "INSERT",
    "gps_status": "INSERT SELECT UPDATE",
    "gsm_status": "INSERT SELECT UPDATE",
    "identity": "INSERT SELECT",
    "live_grant": "DELETE INSERT SELECT UPDATE",
    "notice": "SELECT",
    "notice_served": "INSERT SELECT",
    "notice_served.used_at": "UPDATE",
    "source": "SELECT",
    "subject": "INSERT SELECT",
    "wifi_status": "INSERT SELECT UPDATE",
}

OF_OPERATOR = {
    "alembic_version": "SELECT",
    "catalogue": "SELECT UPDATE",
    "notice": "INSERT SELECT",
    "source": "DELETE INSERT SELECT UPDATE",
}


def test_every_table_about_people_is_guarded(shared_superuser: psycopg.Connection) -> None:
    assert faults(shared_superuser) == []
    assert {"subject", "identity", "gps_status"} < set(personal_tables(shared_superuser))


@pytest.mark.parametrize("way", WAYS_TO_MISS_ONE)
def test_a_table_that_misses_a_guard_is_found(
    shared_superuser: psycopg.Connection, way: str
) -> None:
    statements, expected = WAYS_TO_MISS_ONE[way]
    with shared_superuser.transaction(force_rollback=True):
        shared_superuser.execute(statements)
        assert faults(shared_superuser) == expected


@pytest.mark.parametrize(
    ("role", "expected"), [("nabij_api", OF_API), ("nabij_operator", OF_OPERATOR), ("public", {})]
)
def test_a_role_may_do_what_is_listed_here_and_nothing_else(
    shared_superuser: psycopg.Connection, role: str, expected: dict[str, str]
) -> None:
    grantee = "-" if role == "public" else role
    assert dict(shared_superuser.execute(PRIVILEGES, [grantee]).fetchall()) == expected


@pytest.mark.parametrize("role", ["nabij_owner", "nabij_api", "nabij_operator"])
def test_a_role_has_no_power_of_its_own(shared_superuser: psycopg.Connection, role: str) -> None:
    powers = shared_superuser.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolcanlogin "
        "FROM pg_roles WHERE rolname = %s",
        [role],
    ).fetchall()
    memberships = shared_superuser.execute(
        "SELECT roleid FROM pg_auth_members WHERE member = %s::regrole", [role]
    ).fetchall()
    assert (powers, memberships) == ([(False,) * 6], [])


@pytest.mark.parametrize("role", ["nabij_api", "nabij_operator"])
def test_a_working_role_owns_nothing(shared_superuser: psycopg.Connection, role: str) -> None:
    owned = shared_superuser.execute(
        "SELECT classid::regclass FROM pg_shdepend WHERE deptype = 'o' AND refobjid = %s::regrole",
        [role],
    ).fetchall()
    assert owned == []


def test_functions_work_with_the_power_of_their_caller(
    shared_superuser: psycopg.Connection,
) -> None:
    lifted = shared_superuser.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'nabij'::regnamespace AND prosecdef"
    ).fetchall()
    assert lifted == []
