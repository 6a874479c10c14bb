"""Which keys are this installation's, by fingerprint."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, text

from nabij_backend.tables.base import metadata, moment

installation_key = Table(
    "installation_key",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    moment("known_since"),
    moment("retired_at", nullable=True),
    CheckConstraint("kind IN ('identity', 'signing')", name="kind"),
    CheckConstraint(
        "fingerprint ~ CASE kind"
        " WHEN 'identity' THEN '^[0-9a-f]{32}$' ELSE '^[A-Za-z0-9_-]{43}$' END",
        name="fingerprint",
    ),
    CheckConstraint("kind = 'signing' OR retired_at IS NULL", name="retired"),
    Index(
        "installation_key_one_identity",
        "kind",
        unique=True,
        postgresql_where=text("kind = 'identity'"),
    ),
)
