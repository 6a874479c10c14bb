"""Notices, what was shown, the acts, their log, and the grants that live."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from nabij_backend.tables.base import (
    event_kind,
    locale_type,
    metadata,
    moment,
    purpose_slug,
    signal_type,
    subject_key,
)

notice = Table(
    "notice",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("document", JSONB, nullable=False),
    moment("published_at"),
)

notice_served = Table(
    "notice_served",
    metadata,
    subject_key(),
    Column("nonce", Uuid, primary_key=True),
    Column("notice_version", Integer, ForeignKey("nabij.notice.version"), nullable=False),
    Column("locale", locale_type, nullable=False),
    moment("served_at"),
    moment("used_at", nullable=True),
)

consent_event = Table(
    "consent_event",
    metadata,
    subject_key(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False),
    Column("kind", event_kind, nullable=False),
    Column("purpose", Text),
    Column("signals", ARRAY(signal_type), nullable=False),
    Column("notice_version", Integer, ForeignKey("nabij.notice.version"), nullable=False),
    Column("nonce", Uuid),
    Column("device_id", Uuid, nullable=False),
    moment("occurred_at"),
    moment("recorded_at"),
    Column("salt", LargeBinary, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    UniqueConstraint("subject_id", "event_id"),
    CheckConstraint("number >= 1", name="number"),
    purpose_slug(),
    CheckConstraint("cardinality(signals) BETWEEN 1 AND 3", name="signals"),
    CheckConstraint(
        "purpose IS NOT NULL OR kind IN ('withdrawn', 'expired')", name="every_purpose_only_ends"
    ),
    CheckConstraint("(kind = 'granted') <= (nonce IS NOT NULL)", name="granted_as_shown"),
    CheckConstraint("octet_length(salt) = 16 AND octet_length(leaf_hash) = 32", name="leaf"),
)

consent_leaf = Table(
    "consent_leaf",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("leaf_hash", LargeBinary, nullable=False, unique=True),
    CheckConstraint("position >= 0", name="position"),
    CheckConstraint("octet_length(leaf_hash) = 32", name="leaf_hash"),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("tree_size", BigInteger, primary_key=True, autoincrement=False),
    Column("root_hash", LargeBinary, nullable=False),
    moment("signed_at"),
    Column("signed_tree_head", Text, nullable=False),
    CheckConstraint("octet_length(root_hash) = 32", name="root_hash"),
)

live_grant = Table(
    "live_grant",
    metadata,
    Column("subject_id", Uuid, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("signal", signal_type, primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("resolution_m", Integer),
    Column("event_number", BigInteger, nullable=False),
    Column("notice_version", Integer, ForeignKey("nabij.notice.version"), nullable=False),
    moment("granted_at"),
    moment("expires_at"),
    ForeignKeyConstraint(
        ["subject_id", "event_number"],
        ["nabij.consent_event.subject_id", "nabij.consent_event.number"],
    ),
    CheckConstraint("epoch BETWEEN 1 AND event_number", name="epoch"),
    purpose_slug(),
    CheckConstraint("expires_at > granted_at", name="expires_at"),
    CheckConstraint("(signal = 'gps') = (resolution_m IS NOT NULL)", name="gps_has_resolution"),
    CheckConstraint("resolution_m IN (1000, 10000, 100000)", name="resolution_m"),
)
