"""A transaction sees and changes the rows of one person."""

from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from tests.backend.database.roles import INSUFFICIENT_PRIVILEGE, acting_as, become, refusal

# One row of each kind about somebody else.
ABOUT_ANOTHER: dict[str, LiteralString] = {
    "subject": "INSERT INTO subject VALUES (gen_random_uuid())",
    "identity": "INSERT INTO identity VALUES (%(bob)s, sha256('somebody'))",
    "device": """
        INSERT INTO device (subject_id, device_id, platform, seen_on)
        VALUES (%(bob)s, gen_random_uuid(), 'linux', current_date)""",
    "notice_served": """
        INSERT INTO notice_served (subject_id, nonce, notice_version, locale, served_at)
        VALUES (%(bob)s, gen_random_uuid(), 1, 'nl', now())""",
    "consent_event": """
        INSERT INTO consent_event (subject_id, number, event_id, kind, purpose, signals,
                                   notice_version, nonce, device_id, method, occurred_at,
                                   recorded_at, salt, leaf_hash)
        SELECT %(bob)s, 1, gen_random_uuid(), kind, purpose, signals, notice_version, nonce,
               device_id, method, occurred_at, recorded_at, salt, leaf_hash
        FROM consent_event""",
    "live_grant": """
        INSERT INTO live_grant (subject_id, purpose, signal, epoch, begun_number, event_number,
                                resolution_m, retention_days, notice_version, granted_at,
                                expires_at)
        SELECT %(bob)s, 'research', signal, epoch, begun_number, event_number, resolution_m,
               retention_days, notice_version, granted_at, expires_at
        FROM live_grant""",
    "gps_status": """
        INSERT INTO gps_status (subject_id, purpose, device_id, hour,
                                resolution_m, northing_m, easting_m)
        SELECT %(bob)s, purpose, device_id, hour, resolution_m, northing_m, easting_m
        FROM gps_status""",
    "gsm_status": """
        INSERT INTO gsm_status (subject_id, purpose, device_id, hour, connected)
        SELECT %(bob)s, purpose, device_id, hour, connected
        FROM gsm_status""",
    "wifi_status": """
        INSERT INTO wifi_status (subject_id, purpose, device_id, hour, connected)
        SELECT %(bob)s, purpose, device_id, hour, connected
        FROM wifi_status""",
}

CHANGES: tuple[LiteralString, ...] = (
    "UPDATE live_grant SET resolution_m = 1000 WHERE subject_id = %(bob)s",
    "DELETE FROM live_grant WHERE subject_id = %(bob)s",
    "UPDATE gps_status SET easting_m = 3986000 WHERE subject_id = %(bob)s",
    "UPDATE gsm_status SET connected = false WHERE subject_id = %(bob)s",
    "UPDATE wifi_status SET connected = false WHERE subject_id = %(bob)s",
    "UPDATE device SET platform = 'ios' WHERE subject_id = %(bob)s",
    "UPDATE notice_served SET used_at = now() WHERE subject_id = %(bob)s",
)


def seen(connection: psycopg.Connection) -> dict[str, set[UUID]]:
    """Whose rows a transaction sees, by table."""
    return {
        table: {
            subject_id
            for (subject_id,) in connection.execute(
                sql.SQL("SELECT subject_id FROM nabij.{}").format(sql.Identifier(table))
            )
        }
        for table in ABOUT_ANOTHER
    }


def in_every_table(people: set[UUID]) -> dict[str, set[UUID]]:
    """The rows of the same people, in each table."""
    return dict.fromkeys(ABOUT_ANOTHER, people)


def test_a_person_sees_their_own_rows_and_no_others(
    api: psycopg.Connection, eva: UUID, bob: UUID
) -> None:
    assert seen(api) == in_every_table({eva})
    become(api, bob)
    assert seen(api) == in_every_table({bob})


@pytest.mark.parametrize("subject", ["RESET nabij.subject", "SET nabij.subject = ''"])
def test_without_a_person_nothing_is_seen(api: psycopg.Connection, subject: LiteralString) -> None:
    api.execute(subject)
    assert seen(api) == in_every_table(set())


@pytest.mark.parametrize("role", ["nabij_owner", "nabij_api"])
def test_before_a_person_is_set_nothing_is_seen(
    shared_url: str, eva: UUID, role: LiteralString
) -> None:
    assert eva
    with acting_as(role, shared_url) as connection:
        assert seen(connection) == in_every_table(set())


@pytest.fixture
def without_triggers(api: psycopg.Connection) -> psycopg.Connection:
    """The service's transaction, refused by row-level security alone."""
    api.execute("RESET ROLE")
    api.execute("SET LOCAL session_replication_role = replica")
    api.execute("SET LOCAL ROLE nabij_api")
    return api


@pytest.mark.parametrize("table", ABOUT_ANOTHER)
def test_a_row_about_another_person_is_refused(
    without_triggers: psycopg.Connection, bob: UUID, table: str
) -> None:
    assert refusal(without_triggers, ABOUT_ANOTHER[table], {"bob": bob}) == INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize("statement", CHANGES)
def test_a_row_of_another_person_is_not_changed(
    api: psycopg.Connection, bob: UUID, statement: LiteralString
) -> None:
    assert api.execute(statement, {"bob": bob}).rowcount == 0


def test_a_row_cannot_be_given_to_another_person(
    without_triggers: psycopg.Connection, bob: UUID
) -> None:
    statement = "UPDATE live_grant SET subject_id = %(bob)s"
    assert refusal(without_triggers, statement, {"bob": bob}) == INSUFFICIENT_PRIVILEGE


def test_a_sign_in_finds_its_own_identity_only(
    shared_url: str, shared_superuser: psycopg.Connection, eva: UUID, bob: UUID
) -> None:
    assert eva != bob
    ((digest,),) = shared_superuser.execute(
        "SELECT encode(digest, 'hex') FROM identity WHERE subject_id = %s", [bob]
    ).fetchall()
    with acting_as("nabij_api", shared_url) as connection:
        connection.execute("SELECT set_config('nabij.sign_in', %s, true)", [digest])
        assert connection.execute("SELECT subject_id FROM identity").fetchall() == [(bob,)]
