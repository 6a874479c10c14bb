"""A person, known by a random number, and the devices that report for them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from nabij_backend.tables.base import metadata, moment, platform_type, subject_key

subject = Table("subject", metadata, Column("subject_id", Uuid, primary_key=True))

identity = Table(
    "identity",
    metadata,
    subject_key(),
    Column("digest", LargeBinary, nullable=False, unique=True),
    CheckConstraint("octet_length(digest) = 32", name="digest_length"),
)

device = Table(
    "device",
    metadata,
    subject_key(),
    Column("device_id", Uuid, primary_key=True),
    Column("platform", platform_type, nullable=False),
    Column("push_token", Text),
    Column("seen_on", Date, nullable=False),
    Column("acknowledged_number", BigInteger),
    moment("acknowledged_at", nullable=True),
    Column("told_notice", Integer, ForeignKey("nabij.notice.version")),
    CheckConstraint(
        "(acknowledged_number IS NULL) = (acknowledged_at IS NULL)", name="acknowledged_whole"
    ),
    # As Firebase makes them: no point and never this short, so no coordinate fits.
    CheckConstraint(
        "push_token ~ '^[A-Za-z0-9_:-]+$' AND length(push_token) BETWEEN 20 AND 4096",
        name="push_token",
    ),
    ForeignKeyConstraint(
        ["subject_id", "acknowledged_number"],
        ["nabij.consent_event.subject_id", "nabij.consent_event.number"],
    ),
    CheckConstraint("seen_on >= '2020-01-01'", name="seen_on_era"),
    Index(None, "seen_on"),
    Index(None, "told_notice", postgresql_where=text("push_token IS NOT NULL")),
)
