"""A person, known by a random number, and the devices that report for them."""

from sqlalchemy import CheckConstraint, Column, LargeBinary, Table, Text, Uuid

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
    moment("acknowledged_at", nullable=True),
)
