"""Every table about people is guarded, those that are still to come included."""

from typing import LiteralString

import psycopg
import pytest

from tests.backend.database.guards import faults, personal_tables

_GUARDED = (
    "CREATE TABLE nabij.scratch (subject_id uuid REFERENCES nabij.subject ON DELETE CASCADE,"
    " id uuid, PRIMARY KEY (subject_id, id));"
    "ALTER TABLE nabij.scratch ENABLE ROW LEVEL SECURITY;"
    "ALTER TABLE nabij.scratch FORCE ROW LEVEL SECURITY;"
    "CREATE POLICY own_rows ON nabij.scratch USING (subject_id = nabij.current_subject());"
    "ALTER TABLE nabij.scratch ALTER subject_id SET STATISTICS 0, ALTER id SET STATISTICS 0;"
)

WAYS_TO_MISS_ONE: dict[str, tuple[LiteralString, list[str]]] = {
    "all is well": (_GUARDED, []),
    "no subject": (
        """
        CREATE TABLE nabij.scratch (id uuid PRIMARY KEY);
        ALTER TABLE nabij.scratch ALTER id SET STATISTICS 0
        """,
        ["scratch: has no subject_id and is not listed as such"],
    ),
    "analyzed": (
        _GUARDED + "ALTER TABLE nabij.scratch ALTER id SET STATISTICS -1",
        ["scratch: the planner collects values of its columns"],
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
    "outlives its person": (
        _GUARDED + "ALTER TABLE nabij.scratch DROP CONSTRAINT scratch_subject_id_fkey",
        ["scratch: does not go with its person"],
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
    "access_log": "INSERT SELECT",
    "alembic_version": "SELECT",
    "catalogue": "SELECT",
    "checkpoint": "SELECT",
    "cosignature": "SELECT",
    "choice": "DELETE INSERT SELECT",
    "consent_event": "INSERT SELECT",
    "consent_leaf": "SELECT",
    "clock_tolerance": "SELECT",
    "consent_log": "SELECT",
    "installation_key": "SELECT",
    "consent_node": "SELECT",
    "disk_probe.filler": "INSERT",
    "device": "DELETE INSERT SELECT",
    "device.acknowledged_at": "UPDATE",
    "device.acknowledged_number": "UPDATE",
    "device.device_id": "INSERT",
    "device.platform": "INSERT UPDATE",
    "device.push_token": "UPDATE",
    "device.seen_on": "UPDATE",
    "device.subject_id": "INSERT",
    "erasure": "INSERT SELECT",
    "gps_status": "INSERT SELECT UPDATE",
    "gsm_status": "INSERT SELECT UPDATE",
    "identity": "INSERT SELECT",
    "live_grant": "DELETE INSERT SELECT UPDATE",
    "mandate": "INSERT SELECT",
    "mandate.expires_at": "UPDATE",
    "neighbour.licence": "SELECT",
    "neighbour.register": "SELECT",
    "notice": "SELECT",
    "notification_channel": "SELECT",
    "notice_served": "INSERT SELECT",
    "notice_served.used_at": "UPDATE",
    "objection": "DELETE INSERT SELECT",
    "pending_leaf.leaf_hash": "INSERT",
    "push_outbox": "INSERT SELECT UPDATE",
    "request": "INSERT SELECT",
    "request.answered_at": "UPDATE",
    "request.checked_at": "UPDATE",
    "request.identity_check": "UPDATE",
    "request.outcome": "UPDATE",
    "register": "SELECT",
    "source": "SELECT",
    "subject": "DELETE INSERT SELECT",
    "vulnerability_report": "INSERT",
    "vulnerability_report.answer": "SELECT",
    "vulnerability_report.changed_on": "SELECT",
    "vulnerability_report.code_digest": "SELECT",
    "vulnerability_report.received_on": "SELECT",
    "vulnerability_report.state": "SELECT",
    "wifi_status": "INSERT SELECT UPDATE",
}

OF_OPERATOR = {
    "installation_key": "SELECT",
    "clock_tolerance": "SELECT",
    "alembic_version": "SELECT",
    "catalogue": "SELECT UPDATE",
    "catalogue_before": "DELETE INSERT SELECT",
    "catalogue_change": "INSERT SELECT UPDATE",
    "known_source": "DELETE INSERT SELECT",
    "neighbour": "DELETE INSERT SELECT UPDATE",
    "neighbour_salt": "SELECT",
    "notice": "INSERT SELECT",
    "notification_channel": "SELECT",
    "operator": "SELECT",
    "operator_log": "INSERT",
    "operator_refusal": "INSERT",
    "request": "SELECT",
    "register": "INSERT SELECT UPDATE",
    "source": "DELETE INSERT SELECT UPDATE",
    "tombstone": "DELETE INSERT SELECT",
    "tombstone.change": "UPDATE",
    "tombstone.reason": "UPDATE",
    "vulnerability_report": "SELECT",
    "vulnerability_report.answer": "UPDATE",
    "vulnerability_report.changed_on": "UPDATE",
    "vulnerability_report.state": "UPDATE",
}

_STATUS_KEYS = {
    f"{table}.{column}": "SELECT"
    for table in ("gps_status", "gsm_status", "wifi_status")
    for column in ("subject_id", "purpose", "device_id", "signal", "hour")
}

OF_WORKER = {
    "clock_tolerance": "SELECT",
    **_STATUS_KEYS,
    "access_log": "DELETE",
    "access_log.entry_id": "SELECT",
    "access_log.read_at": "SELECT",
    "access_log.subject_id": "SELECT",
    "alembic_version": "SELECT",
    "checkpoint": "DELETE INSERT SELECT",
    "cosignature": "INSERT SELECT",
    "consent_leaf": "INSERT SELECT",
    "consent_log": "SELECT",
    "installation_key": "SELECT",
    "consent_node": "INSERT SELECT",
    "device": "DELETE",
    "device.device_id": "SELECT",
    "device.push_token": "SELECT UPDATE",
    "device.seen_on": "SELECT",
    "device.subject_id": "SELECT",
    "device.told_notice": "SELECT UPDATE",
    "erasure": "DELETE SELECT",
    "gps_status": "DELETE",
    "gsm_status": "DELETE",
    "live_grant.expires_at": "SELECT",
    "live_grant.notice_version": "SELECT",
    "live_grant.purpose": "SELECT",
    "live_grant.retention_days": "SELECT",
    "live_grant.signal": "SELECT",
    "live_grant.subject_id": "SELECT",
    "mandate": "DELETE",
    "mandate.expires_at": "SELECT",
    "mandate.mandate_id": "SELECT",
    "mandate.subject_id": "SELECT",
    "notice": "SELECT",
    "notification_channel": "SELECT",
    "notice_served": "DELETE",
    "notice_served.nonce": "SELECT",
    "notice_served.served_at": "SELECT",
    "notice_served.subject_id": "SELECT",
    "notice_served.used_at": "SELECT",
    "pending_leaf": "DELETE SELECT",
    "push_outbox": "DELETE INSERT SELECT UPDATE",
    "request": "DELETE",
    "request.answered_at": "SELECT",
    "request.due_at": "SELECT",
    "request.request_id": "SELECT",
    "request.subject_id": "SELECT",
    "settled_leaf": "INSERT",
    "vulnerability_report": "DELETE",
    "vulnerability_report.changed_on": "SELECT",
    "vulnerability_report.code_digest": "SELECT",
    "vulnerability_report.state": "SELECT",
    "wifi_status": "DELETE",
}

OF_AUDITOR = {
    **_STATUS_KEYS,
    "alembic_version": "SELECT",
    "checkpoint": "SELECT",
    "cosignature": "SELECT",
    "consent_event": "SELECT",
    "consent_leaf": "SELECT",
    "consent_log": "SELECT",
    "installation_key": "SELECT",
    "consent_node": "SELECT",
    "erased_leaf": "SELECT",
    "erasure": "SELECT",
    "live_grant": "SELECT",
    "notice": "SELECT",
    "pending_leaf": "SELECT",
    "settled_leaf": "SELECT",
    "subject": "SELECT",
}

OF_ROLE = {
    "nabij_api": OF_API,
    "nabij_operator": OF_OPERATOR,
    "nabij_worker": OF_WORKER,
    "nabij_auditor": OF_AUDITOR,
    "public": {},
}


WORKING_ROLES = ("nabij_api", "nabij_operator", "nabij_worker", "nabij_auditor")


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


@pytest.mark.parametrize("role", OF_ROLE)
def test_a_role_may_do_what_is_listed_here_and_nothing_else(
    shared_superuser: psycopg.Connection, role: str
) -> None:
    grantee = "-" if role == "public" else role
    assert dict(shared_superuser.execute(PRIVILEGES, [grantee]).fetchall()) == OF_ROLE[role]


@pytest.mark.parametrize("role", ["nabij_owner", *WORKING_ROLES])
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


@pytest.mark.parametrize("role", WORKING_ROLES)
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
