"""No column about a person takes a coordinate, whichever column and however it is written."""

from collections.abc import Iterator
from itertools import product
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from tests.backend.database.guards import personal_tables
from tests.backend.database.roles import acting_as, become

STRANGER = UUID("7a0e2b1c-0000-4000-8000-000000000001")
AGENT = UUID("7a0e2b1c-0000-4000-8000-000000000003")

# Amsterdam in degrees (WGS 84) and in metres (EPSG:3035), to the metre and finer.
COORDINATES = ("52.3728", "4.8936", "3263123", "3973456", "3263123.47", "3973456.12")

# A number, a text, some bytes, and seconds since 1970.
SPELLINGS: tuple[LiteralString, ...] = (
    "{}",
    "'{}'",
    "convert_to('{}', 'UTF8')",
    "to_timestamp({})",
)

# Rows that the service may write, each after those that it needs; per column an expression.
_SUBJECT = {"subject_id": "nabij.current_subject()"}
_DEVICE = {"device_id": "'7a0e2b1c-0000-4000-8000-000000000002'"}
_STATUS = {**_SUBJECT, "purpose": "'nearby-sources'", **_DEVICE, "hour": "'2026-06-01 09:00Z'"}


def _grant(signal: str, resolution_m: str = "NULL") -> dict[str, str]:
    return {
        **_SUBJECT,
        "purpose": "'nearby-sources'",
        "signal": f"'{signal}'",
        "epoch": "1",
        "resolution_m": resolution_m,
        "event_number": "1",
        "retention_days": "30",
        "notice_version": "1",
        "granted_at": "now()",
        "expires_at": "now() + interval '1 day'",
    }


ROWS: list[tuple[str, dict[str, str]]] = [
    ("subject", _SUBJECT),
    ("identity", {**_SUBJECT, "digest": "sha256('stranger')"}),
    (
        "notice_served",
        {
            **_SUBJECT,
            "nonce": "gen_random_uuid()",
            "notice_version": "1",
            "locale": "'nl'",
            "served_at": "now()",
            "used_at": "now()",
        },
    ),
    (
        "consent_event",
        {
            **_SUBJECT,
            "number": "1",
            "event_id": "gen_random_uuid()",
            "kind": "'granted'",
            "purpose": "'nearby-sources'",
            "signals": "'{gps,gsm,wifi}'",
            "notice_version": "1",
            "nonce": "gen_random_uuid()",
            **_DEVICE,
            "method": "'app'",
            "mandate_id": "gen_random_uuid()",
            "gpc": "true",
            "revocation_unknown": "false",
            "occurred_at": "now()",
            "recorded_at": "now()",
            "salt": "substring(sha256('salt') FOR 16)",
            "leaf_hash": "sha256('leaf')",
        },
    ),
    (
        "device",
        {
            **_SUBJECT,
            **_DEVICE,
            "platform": "'linux'",
            "push_token": "'fcm-token-of-the-stranger:1'",
            "seen_on": "'2026-06-01'",
            "acknowledged_number": "1",
            "acknowledged_at": "now()",
            "told_notice": "1",
        },
    ),
    ("live_grant", _grant("gps", "1000")),
    ("live_grant", _grant("gsm")),
    ("live_grant", _grant("wifi")),
    (
        "gps_status",
        {**_STATUS, "resolution_m": "1000", "northing_m": "3263000", "easting_m": "3973000"},
    ),
    (
        "gsm_status",
        {**_STATUS, "connected": "true"},
    ),
    ("wifi_status", {**_STATUS, "connected": "true"}),
    ("choice", {**_SUBJECT, "source_id": "'roof'", "chosen_at": "now()"}),
    ("objection", {**_SUBJECT, "purpose": "'marketing'", "objected_at": "now()"}),
    (
        "access_log",
        {
            **_SUBJECT,
            "entry_id": "gen_random_uuid()",
            "reader": "'agent'",
            "reader_id": "gen_random_uuid()",
            "purpose": "'export'",
            "read_at": "now()",
        },
    ),
    (
        "request",
        {
            **_SUBJECT,
            "request_id": "gen_random_uuid()",
            "kind": "'insight'",
            "received_at": "now()",
            "due_at": "now() + interval '28 days'",
            "identity_check": "'call-back'",
            "checked_at": "now()",
            "outcome": "'done'",
            "answered_at": "now()",
        },
    ),
    (
        "mandate",
        {
            **_SUBJECT,
            "mandate_id": "gen_random_uuid()",
            "agent_id": f"'{AGENT}'",
            "document_digest": "sha256('mandate')",
            "recorded_at": "now()",
            "expires_at": "now() + interval '1 year'",
        },
    ),
    (
        "push_outbox",
        {
            **_SUBJECT,
            **_DEVICE,
            "message_id": "gen_random_uuid()",
            "attempts": "0",
            "queued_at": "now()",
            "due_at": "now()",
        },
    ),
]

WRITABLE = """
SELECT table_name::text, column_name::text FROM information_schema.columns
WHERE table_schema = 'nabij' AND table_name = ANY (%s) AND is_generated = 'NEVER'
  AND (has_column_privilege('nabij_api', format('nabij.%%I', table_name), column_name, 'INSERT')
       OR has_column_privilege('nabij_api', format('nabij.%%I', table_name), column_name, 'UPDATE'))
"""


def insert(table: str, row: dict[str, str]) -> sql.Composed:
    """An INSERT of ``row``, whose values are expressions."""
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(raw, row.values())),
    )


def raw(expression: str) -> sql.SQL:
    """An expression of this module, as it stands."""
    return sql.SQL(expression)  # pyright: ignore[reportArgumentType] - put together here


def spelt() -> list[str]:
    """Every coordinate in every spelling."""
    return [spelling.format(each) for each, spelling in product(COORDINATES, SPELLINGS)]


@pytest.fixture(scope="module")
def surroundings(shared_service: object, shared_superuser: psycopg.Connection) -> str:
    """A notice to answer, a source to choose, and somebody to give a mandate to."""
    assert shared_service
    shared_superuser.execute("INSERT INTO subject VALUES (%s)", [AGENT])
    shared_superuser.execute(
        """
        INSERT INTO source (source_id, name, technology, owner_kind, licence, made_up, located,
                            geom, latitude_e5, longitude_e5)
        VALUES ('roof', 'Roof', 'solar', 'cooperative', 'CC0', true, 'site',
                ST_Point(3973000, 3263000, 3035), 5236590, 488573)
        """
    )
    return "roof"


@pytest.fixture
def stranger(surroundings: str, shared_url: str) -> Iterator[psycopg.Connection]:
    """A transaction of the service for somebody who is new."""
    assert surroundings
    with acting_as("nabij_api", shared_url) as connection:
        become(connection, STRANGER)
        yield connection


def stored(connection: psycopg.Connection, table: str, column: str, expression: str) -> bool:
    """Whether a row holds just that value, after the attempt to write it there."""
    (row,) = connection.execute(
        sql.SQL("SELECT count(*) > 0 FROM {} WHERE {} = {}").format(
            sql.Identifier(table), sql.Identifier(column), raw(expression)
        )
    ).fetchall()
    return row[0]


def kept(connection: psycopg.Connection, row: int, column: str, *, update: bool) -> list[str]:
    """The coordinates that ``column`` of the given one of ``ROWS`` keeps as they are."""
    table, values = ROWS[row]
    found: list[str] = []
    for expression in spelt():
        try:
            with connection.transaction(force_rollback=True):
                if update:
                    connection.execute(insert(table, values))
                    connection.execute(
                        sql.SQL("UPDATE {} SET {} = {}").format(
                            sql.Identifier(table), sql.Identifier(column), raw(expression)
                        )
                    )
                else:
                    connection.execute(insert(table, values | {column: expression}))
                if stored(connection, table, column, expression):
                    found.append(f"{table}.{column} keeps {expression}")
        except psycopg.Error:
            continue
    return found


def test_the_rows_are_all_that_the_service_may_write_about_people(
    shared_superuser: psycopg.Connection,
) -> None:
    personal = personal_tables(shared_superuser)
    writable = set(shared_superuser.execute(WRITABLE, [personal]).fetchall())
    assert {(table, column) for table, row in ROWS for column in row} == writable


def test_the_rows_are_accepted_as_they_are(stranger: psycopg.Connection) -> None:
    for table, row in ROWS:
        assert stranger.execute(insert(table, row)).rowcount == 1


@pytest.mark.parametrize("way", ["insert", "update"])
@pytest.mark.parametrize(
    "row", range(len(ROWS)), ids=[f"{n} {row[0]}" for n, row in enumerate(ROWS)]
)
def test_no_column_keeps_a_coordinate(stranger: psycopg.Connection, row: int, way: str) -> None:
    for table, values in ROWS[:row]:
        stranger.execute(insert(table, values))
    for column in ROWS[row][1]:
        assert kept(stranger, row, column, update=way == "update") == []


def test_a_column_that_keeps_a_coordinate_is_found(
    surroundings: str, shared_superuser: psycopg.Connection
) -> None:
    assert surroundings
    with shared_superuser.transaction(force_rollback=True):
        become(shared_superuser, STRANGER)
        shared_superuser.execute("ALTER TABLE notice_served ALTER locale TYPE text")
        shared_superuser.execute(insert(*ROWS[0]))
        assert "notice_served.locale keeps '52.3728'" in kept(
            shared_superuser, 2, "locale", update=False
        )
