"""Notices, what was shown, the acts, and the grants that live."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Interval,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from nabij_backend.tables.base import (
    event_kind,
    locale_type,
    metadata,
    method_type,
    moment,
    purpose_slug,
    signal_type,
    subject_key,
)
from nabij_consent import Signal

notice = Table(
    "notice",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("document", JSONB, nullable=False),
    moment("published_at"),
    Column(
        "material_since",
        Integer,
        Computed("(document ->> 'material_since')::integer", persisted=True),
        nullable=False,
    ),
    CheckConstraint("material_since BETWEEN 1 AND version", name="material_since"),
    CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest"),
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
    Index(None, "served_at", postgresql_where=text("used_at IS NULL")),
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
    Column("device_id", Uuid),
    Column("method", method_type, nullable=False),
    Column("mandate_id", Uuid),
    Column("gpc", Boolean, nullable=False, server_default=text("false")),
    Column("revocation_unknown", Boolean, nullable=False, server_default=text("false")),
    moment("occurred_at"),
    moment("recorded_at"),
    Column("salt", LargeBinary, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    UniqueConstraint("subject_id", "event_id"),
    CheckConstraint("number >= 1", name="number"),
    purpose_slug(),
    CheckConstraint("cardinality(signals) BETWEEN 1 AND 3", name="signals"),
    CheckConstraint(
        " AND ".join(
            f"cardinality(array_positions(signals, '{signal}')) <= 1" for signal in Signal
        ),
        name="signals_once",
    ),
    CheckConstraint(
        "purpose IS NOT NULL OR kind IN ('withdrawn', 'expired')", name="every_purpose_only_ends"
    ),
    CheckConstraint("(kind = 'granted') <= (nonce IS NOT NULL)", name="granted_as_shown"),
    CheckConstraint("(method = 'app') <= (device_id IS NOT NULL)", name="app_is_a_device"),
    CheckConstraint(
        "NOT revocation_unknown OR kind = 'withdrawn'", name="unknown_revocation_only_withdraws"
    ),
    CheckConstraint("kind <> 'granted' OR mandate_id IS NULL", name="nobody_grants_for_another"),
    CheckConstraint("octet_length(salt) = 16 AND octet_length(leaf_hash) = 32", name="leaf"),
)

# How far apart the clock of a host and the database's may be.
clock_tolerance = Table(
    "clock_tolerance",
    metadata,
    Column("singleton", Boolean, primary_key=True, server_default=text("true")),
    Column("apart", Interval, nullable=False, server_default=text("'5 minutes'")),
    CheckConstraint("singleton", name="singleton"),
    CheckConstraint("apart >= '0'", name="apart"),
)

live_grant = Table(
    "live_grant",
    metadata,
    Column("subject_id", Uuid, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("signal", signal_type, primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("begun_number", BigInteger, nullable=False),
    Column("resolution_m", Integer),
    Column("retention_days", Integer, nullable=False),
    Column("event_number", BigInteger, nullable=False),
    Column("notice_version", Integer, ForeignKey("nabij.notice.version"), nullable=False),
    moment("granted_at"),
    moment("expires_at"),
    ForeignKeyConstraint(
        ["subject_id", "event_number"],
        ["nabij.consent_event.subject_id", "nabij.consent_event.number"],
        ondelete="CASCADE",
    ),
    CheckConstraint("epoch BETWEEN 1 AND 9007199254740991", name="epoch"),
    CheckConstraint("begun_number BETWEEN 1 AND event_number", name="begun_number"),
    purpose_slug(),
    CheckConstraint("expires_at > granted_at", name="expires_at"),
    CheckConstraint(
        "extract(epoch FROM expires_at - granted_at) <= 366 * 86400", name="at_most_a_year"
    ),
    CheckConstraint("retention_days BETWEEN 1 AND 3650", name="retention_days"),
    CheckConstraint("(signal = 'gps') = (resolution_m IS NOT NULL)", name="gps_has_resolution"),
    CheckConstraint("resolution_m IN (1000, 10000, 100000)", name="resolution_m"),
    Index("live_grant_expires_at_idx", "expires_at"),
)
