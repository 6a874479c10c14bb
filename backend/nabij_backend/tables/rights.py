"""What a person's rights leave behind: choices, objections, requests, who looked, erasures."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from nabij_backend.tables.base import (
    identity_check,
    metadata,
    moment,
    outcome_type,
    purpose_slug,
    reader_type,
    request_kind,
    subject_key,
)

choice = Table(
    "choice",
    metadata,
    subject_key(),
    Column("source_id", Text, ForeignKey("nabij.known_source.source_id"), primary_key=True),
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
    Column("entry_id", Uuid, primary_key=True),
    Column("reader", reader_type, nullable=False),
    Column("reader_id", Uuid),
    Column("purpose", Text, nullable=False),
    moment("read_at"),
    purpose_slug(),
    CheckConstraint("(reader IN ('operator', 'agent')) = (reader_id IS NOT NULL)", name="reader"),
    Index(None, "read_at"),
)

# What somebody asked for outside the app. How their identity was checked, never a copy of it.
request = Table(
    "request",
    metadata,
    subject_key(),
    Column("request_id", Uuid, primary_key=True),
    Column("kind", request_kind, nullable=False),
    moment("received_at"),
    moment("due_at"),
    Column("identity_check", identity_check),
    moment("checked_at", nullable=True),
    Column("outcome", outcome_type),
    moment("answered_at", nullable=True),
    CheckConstraint("due_at > received_at", name="due_at"),
    CheckConstraint(
        "extract(epoch FROM due_at - received_at) <= 92 * 86400", name="at_most_92_days"
    ),
    CheckConstraint("(identity_check IS NULL) = (checked_at IS NULL)", name="checked_whole"),
    CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name="answered_whole"),
    CheckConstraint(
        "outcome IS NULL OR outcome = 'withdrawn' OR identity_check IS NOT NULL",
        name="known_before_answered",
    ),
)

# Who may act for whom, on the strength of a written mandate that the supplier has seen.
mandate = Table(
    "mandate",
    metadata,
    subject_key(),
    Column("mandate_id", Uuid, primary_key=True),
    Column(
        "agent_id", Uuid, ForeignKey("nabij.subject.subject_id", ondelete="CASCADE"), nullable=False
    ),
    Column("document_digest", LargeBinary, nullable=False),
    moment("recorded_at"),
    moment("expires_at"),
    UniqueConstraint("agent_id", "mandate_id"),
    CheckConstraint("octet_length(document_digest) = 32", name="document_digest"),
    CheckConstraint("expires_at > recorded_at", name="expires_at"),
    CheckConstraint(
        "extract(epoch FROM expires_at - recorded_at) <= 731 * 86400", name="at_most_two_years"
    ),
    CheckConstraint("agent_id <> subject_id", name="agent_is_another"),
)

erasure = Table(
    "erasure",
    metadata,
    Column("pseudonym", LargeBinary, primary_key=True),
    moment("erased_at"),
    CheckConstraint("octet_length(pseudonym) = 32", name="pseudonym_length"),
)

# At most one message waits for a device: it only says "look".
push_outbox = Table(
    "push_outbox",
    metadata,
    subject_key(),
    Column("device_id", Uuid, primary_key=True),
    Column("message_id", Uuid, nullable=False),
    Column("attempts", Integer, nullable=False),
    moment("queued_at"),
    moment("due_at"),
    ForeignKeyConstraint(
        ["subject_id", "device_id"],
        ["nabij.device.subject_id", "nabij.device.device_id"],
        ondelete="CASCADE",
    ),
    CheckConstraint("attempts BETWEEN 0 AND 100", name="attempts"),
)
