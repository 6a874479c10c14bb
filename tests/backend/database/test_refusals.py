"""What PostgreSQL refuses to the service itself, whatever the service's code may try."""

from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.backend.database.roles import (
    ACTIVE_SQL_TRANSACTION,
    CHECK_VIOLATION,
    FOREIGN_KEY_VIOLATION,
    GENERATED_ALWAYS,
    INSUFFICIENT_PRIVILEGE,
    INTEGRITY_CONSTRAINT_VIOLATION,
    acting_as,
    refusal,
)

# The rows that are there, once more, for a purpose that nobody was granted.
WITHOUT_GRANT: dict[str, LiteralString] = {
    "gps_status": """
        INSERT INTO gps_status (subject_id, purpose, device_id, hour,
                                resolution_m, northing_m, easting_m)
        SELECT subject_id, 'research', device_id, hour, resolution_m, northing_m, easting_m
        FROM gps_status""",
    "gsm_status": """
        INSERT INTO gsm_status (subject_id, purpose, device_id, hour, connected)
        SELECT subject_id, 'research', device_id, hour, connected
        FROM gsm_status""",
    "wifi_status": """
        INSERT INTO wifi_status (subject_id, purpose, device_id, hour, connected)
        SELECT subject_id, 'research', device_id, hour, connected
        FROM wifi_status""",
}

CHANGES: tuple[LiteralString, ...] = (
    "UPDATE consent_event SET kind = 'granted'",
    "DELETE FROM consent_event",
    "TRUNCATE consent_event CASCADE",
)

DEFINITIONS: tuple[LiteralString, ...] = (
    "CREATE TABLE nabij.trace (latitude double precision)",
    "ALTER TABLE nabij.gps_status ADD COLUMN latitude double precision",
    "ALTER TABLE nabij.gps_status DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE nabij.consent_event DISABLE TRIGGER insert_only",
    "DROP POLICY own_rows ON nabij.gps_status",
    "DROP TABLE nabij.consent_event",
    "CREATE FUNCTION nabij.peek() RETURNS void LANGUAGE sql AS ''",
    "CREATE TABLE public.trace (latitude double precision)",
    "GRANT nabij_owner TO nabij_api",
)


@pytest.mark.parametrize("table", WITHOUT_GRANT)
def test_a_status_without_a_grant_is_refused(api: psycopg.Connection, table: str) -> None:
    assert refusal(api, WITHOUT_GRANT[table]) == FOREIGN_KEY_VIOLATION


@pytest.mark.parametrize("table", WITHOUT_GRANT)
def test_a_grant_of_one_signal_allows_no_other(api: psycopg.Connection, table: str) -> None:
    api.execute("DELETE FROM live_grant")
    api.execute(
        """
        INSERT INTO live_grant (subject_id, purpose, signal, epoch, begun_number, resolution_m,
                                event_number, retention_days, notice_version, granted_at,
                                expires_at)
        SELECT subject_id, purpose, signal, epoch_of(leaf_hash), number,
               CASE WHEN signal = 'gps' THEN 1000 END, number, 30, notice_version,
               recorded_at, recorded_at + interval '1 day'
        FROM consent_event, unnest(enum_range(NULL::signal)) AS signal
        WHERE signal::text || '_status' <> %s
        """,
        [table],
    )
    device = api.execute("SELECT device_id FROM device").fetchone()
    assert device is not None
    fresh: dict[str, LiteralString] = {
        "gps_status": """
            INSERT INTO gps_status (subject_id, purpose, device_id, hour,
                                    resolution_m, northing_m, easting_m)
            VALUES (nabij.current_subject(), 'nearby-sources', %(device)s, '2026-06-01 09:00Z',
                    1000, 3263000, 3973000)""",
        "gsm_status": """
            INSERT INTO gsm_status (subject_id, purpose, device_id, hour, connected)
            VALUES (nabij.current_subject(), 'nearby-sources', %(device)s, '2026-06-01 09:00Z',
                    true)""",
        "wifi_status": """
            INSERT INTO wifi_status (subject_id, purpose, device_id, hour, connected)
            VALUES (nabij.current_subject(), 'nearby-sources', %(device)s, '2026-06-01 09:00Z',
                    true)""",
    }
    assert refusal(api, fresh[table], {"device": device[0]}) == FOREIGN_KEY_VIOLATION


def test_a_geometry_cannot_be_given(api: psycopg.Connection) -> None:
    statement = """
        INSERT INTO gps_status (subject_id, purpose, device_id, hour,
                                resolution_m, northing_m, easting_m, square)
        SELECT subject_id, 'research', device_id, hour, resolution_m, northing_m, easting_m, square
        FROM gps_status"""
    assert refusal(api, statement) == GENERATED_ALWAYS


def test_a_geometry_cannot_be_of_another_cell(api: psycopg.Connection) -> None:
    statement = """
        UPDATE gps_status
        SET square = ST_MakeEnvelope(3986000, 3231000, 3987000, 3232000, 3035)"""
    assert refusal(api, statement) == GENERATED_ALWAYS


def test_a_cell_code_cannot_be_given(api: psycopg.Connection) -> None:
    statement = "UPDATE gps_status SET cell = 'CRS3035RES1mN3263123E3973456'"
    assert refusal(api, statement) == GENERATED_ALWAYS


def test_the_geometry_follows_the_cell(api: psycopg.Connection) -> None:
    (found,) = api.execute(
        """
        UPDATE gps_status SET northing_m = 3231000, easting_m = 3986000
        RETURNING cell, ST_AsText(square)
        """
    ).fetchall()
    corners = "3986000 3231000,3986000 3232000,3987000 3232000,3987000 3231000,3986000 3231000"
    assert found == ("CRS3035RES1000mN3231000E3986000", f"POLYGON(({corners}))")


def test_a_place_between_the_grid_lines_is_refused(api: psycopg.Connection) -> None:
    assert refusal(api, "UPDATE gps_status SET northing_m = northing_m + 1") == CHECK_VIOLATION


def test_a_square_off_the_grid_is_refused(api: psycopg.Connection) -> None:
    assert refusal(api, "UPDATE gps_status SET easting_m = 7500000") == CHECK_VIOLATION


def test_a_square_finer_than_any_of_the_grid_is_refused(api: psycopg.Connection) -> None:
    statement = "UPDATE gps_status SET resolution_m = 100"
    assert refusal(api, statement) == INTEGRITY_CONSTRAINT_VIOLATION
    api.execute("RESET ROLE")
    api.execute("SET LOCAL session_replication_role = replica")  # no trigger comes before it
    assert refusal(api, statement) == CHECK_VIOLATION


def test_a_time_finer_than_the_hour_is_refused(api: psycopg.Connection) -> None:
    statement = "UPDATE wifi_status SET hour = hour + interval '1 microsecond'"
    assert refusal(api, statement) == CHECK_VIOLATION


def test_the_number_of_an_act_cannot_skip_or_repeat(api: psycopg.Connection) -> None:
    statement = """
        INSERT INTO consent_event (subject_id, number, event_id, kind, purpose, signals,
                                   notice_version, nonce, device_id, occurred_at, recorded_at,
                                   salt, leaf_hash)
        SELECT subject_id, number + %(step)s, %(id)s, kind, purpose, signals, notice_version,
               nonce, device_id, occurred_at, recorded_at, salt, leaf_hash
        FROM consent_event"""
    for step in (0, 2, 3_263_123):
        found = refusal(api, statement, {"step": step, "id": uuid4()})
        assert found == INTEGRITY_CONSTRAINT_VIOLATION


@pytest.mark.parametrize("statement", CHANGES)
def test_the_service_may_not_change_an_act(
    api: psycopg.Connection, statement: LiteralString
) -> None:
    assert refusal(api, statement) == INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize("role", ["nabij_owner", "postgres"])
@pytest.mark.parametrize("statement", CHANGES)
def test_nobody_changes_an_act(
    shared_url: str, eva: UUID, role: LiteralString, statement: LiteralString
) -> None:
    with acting_as(role, shared_url, subject=eva) as connection:
        assert refusal(connection, statement) == INTEGRITY_CONSTRAINT_VIOLATION


@pytest.mark.parametrize("role", ["nabij_api", "nabij_operator"])
def test_a_published_notice_may_not_be_changed(
    shared_url: str, eva: UUID, role: LiteralString
) -> None:
    with acting_as(role, shared_url, subject=eva) as connection:
        statement = "UPDATE notice SET document = '{}'"
        assert refusal(connection, statement) == INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize("role", ["nabij_owner", "postgres"])
def test_nobody_changes_a_published_notice(shared_url: str, eva: UUID, role: LiteralString) -> None:
    with acting_as(role, shared_url, subject=eva) as connection:
        statement = "UPDATE notice SET document = '{}'"
        assert refusal(connection, statement) == INTEGRITY_CONSTRAINT_VIOLATION


@pytest.mark.parametrize("statement", DEFINITIONS)
def test_the_service_defines_nothing(api: psycopg.Connection, statement: LiteralString) -> None:
    assert refusal(api, statement) == INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_grant_ends_under_read_committed_only(
    shared_url: str, eva: UUID, level: LiteralString
) -> None:
    with psycopg.connect(shared_url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL " + level)
        connection.execute("SET ROLE nabij_api")
        statement = "DELETE FROM nabij.live_grant WHERE subject_id = %(subject)s"
        assert refusal(connection, statement, {"subject": eva}) == ACTIVE_SQL_TRANSACTION
        connection.rollback()
