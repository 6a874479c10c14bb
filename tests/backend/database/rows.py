"""Rows that PostgreSQL accepts, one of each kind that a role may write, as expressions."""

from uuid import UUID

from psycopg import sql

STRANGER = UUID("7a0e2b1c-0000-4000-8000-000000000001")
AGENT = UUID("7a0e2b1c-0000-4000-8000-000000000003")

# Rows that the service may write, each after those that it needs; per column an expression.
_SUBJECT = {"subject_id": "nabij.current_subject()"}
_DEVICE = {"device_id": "'7a0e2b1c-0000-4000-8000-000000000002'"}
_NONCE = {"nonce": "'7a0e2b1c-0000-4000-8000-000000000004'"}
_STATUS = {**_SUBJECT, "purpose": "'nearby-sources'", **_DEVICE, "hour": "'2026-06-01 09:00Z'"}


def _grant(signal: str, resolution_m: str = "NULL") -> dict[str, str]:
    return {
        **_SUBJECT,
        "purpose": "'nearby-sources'",
        "signal": f"'{signal}'",
        "epoch": "(SELECT nabij.epoch_of(leaf_hash) FROM nabij.consent_event WHERE number = 1)",
        "begun_number": "1",
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
            **_NONCE,
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
            **_NONCE,
            **_DEVICE,
            "method": "'app'",
            "mandate_id": "NULL",
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
