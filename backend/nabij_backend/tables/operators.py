"""Who may work on other people's data, and every time that somebody did."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, LargeBinary, Table, Text, Uuid

from nabij_backend.tables.base import metadata, moment

operator = Table(
    "operator",
    metadata,
    Column("operator_id", Uuid, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    moment("added_at"),
    moment("removed_at", nullable=True),
    CheckConstraint("octet_length(digest) = 32", name="digest_length"),
)

# Says what was done and not to whom: erasing a person has nothing to find here.
operator_log = Table(
    "operator_log",
    metadata,
    Column("entry_id", Uuid, primary_key=True),
    Column("operator_id", Uuid, ForeignKey("nabij.operator.operator_id"), nullable=False),
    Column("action", Text, nullable=False),
    moment("done_at"),
    CheckConstraint("action ~ '^[a-z]+(-[a-z]+)*$' AND length(action) <= 60", name="action_slug"),
)
