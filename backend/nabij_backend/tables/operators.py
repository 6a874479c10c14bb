"""Who may work on other people's data, and every time that somebody did."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, LargeBinary, Table, Text, Uuid

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

# Says who only of an operator whose token does not claim it: nobody else is known here.
operator_refusal = Table(
    "operator_refusal",
    metadata,
    Column("entry_id", Uuid, primary_key=True),
    Column("action", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("operator_id", Uuid, ForeignKey("nabij.operator.operator_id")),
    moment("refused_at"),
    CheckConstraint("action ~ '^[a-z]+(-[a-z]+)*$' AND length(action) <= 60", name="action_slug"),
    CheckConstraint(
        "reason IN ('not-signed-in', 'not-accepted', 'not-checked', 'no-claim', 'not-added')",
        name="reason",
    ),
    CheckConstraint("(reason = 'no-claim') = (operator_id IS NOT NULL)", name="operator"),
)

settled_leaf = Table(
    "settled_leaf",
    metadata,
    Column("leaf_hash", LargeBinary, primary_key=True),
    Column("operator_id", Uuid, ForeignKey("nabij.operator.operator_id"), nullable=False),
    moment("settled_at"),
    CheckConstraint("octet_length(leaf_hash) = 32", name="leaf_hash"),
)

vulnerability_report = Table(
    "vulnerability_report",
    metadata,
    Column("code_digest", LargeBinary, primary_key=True),
    Column("text", Text, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("changed_on", Date, nullable=False),
    Column("answer", Text),
    CheckConstraint("octet_length(code_digest) = 32", name="code_digest"),
    CheckConstraint("text <> '' AND length(text) <= 8000", name="text"),
    CheckConstraint("state IN ('received', 'looked-into', 'mended', 'no-fault')", name="state"),
    CheckConstraint("answer <> '' AND length(answer) <= 4000", name="answer"),
    CheckConstraint("received_on >= '2020-01-01' AND changed_on >= received_on", name="dates"),
)
