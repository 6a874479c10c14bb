"""What a person's rights leave behind: choices, objections, requests, who looked, erasures."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)

from nabij_backend.tables.base import metadata, moment, purpose_slug, subject_key

choice = Table(
    "choice",
    metadata,
    subject_key(),
    Column(
        "source_id",
        Text,
        ForeignKey("nabij.source.source_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    moment("chosen_at"),
)

objection = Table(
    "objection",
    metadata,
    subject_key(),
    Column("purpose", Text, primary_key=True),
    moment("objected_at"),
    purpose_slug(),
)

access_log = Table(
    "access_log",
    metadata,
    subject_key(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("reader", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    moment("read_at"),
)

request = Table(
    "request",
    metadata,
    subject_key(),
    Column("request_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("identity_checked", Boolean, nullable=False),
    moment("received_at"),
    moment("due_at"),
    moment("answered_at", nullable=True),
    CheckConstraint("kind IN ('insight', 'correction', 'objection', 'erasure')", name="kind"),
    CheckConstraint("due_at > received_at", name="due_at"),
)

erasure = Table(
    "erasure",
    metadata,
    Column("pseudonym", LargeBinary, primary_key=True),
    moment("erased_at"),
    CheckConstraint("octet_length(pseudonym) = 32", name="pseudonym_length"),
)

push_outbox = Table(
    "push_outbox",
    metadata,
    subject_key(),
    Column("message_id", Uuid, primary_key=True),
    Column("device_id", Uuid, nullable=False),
    Column("attempts", Integer, nullable=False),
    moment("due_at"),
    ForeignKeyConstraint(
        ["subject_id", "device_id"], ["nabij.device.subject_id", "nabij.device.device_id"]
    ),
    CheckConstraint("attempts >= 0", name="attempts"),
)
