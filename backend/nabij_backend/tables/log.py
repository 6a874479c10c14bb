"""The consent log: a Merkle tree (RFC 9162 §2.1) over salted leaves, and its signed heads.

Nothing here is about a person once the salt, kept beside the act, is gone.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from nabij_backend.tables.base import metadata, moment

_NOW = text("nabij.current_log()")

# The logs of this database. Each but the first began with a restore, and goes on from `shared_size`
# leaves of the one before it; leaves of the newest alone are added.
consent_log = Table(
    "consent_log",
    metadata,
    Column(
        "number",
        SmallInteger,
        primary_key=True,
        autoincrement=False,
        server_default=text("0"),
    ),
    Column("log_id", Uuid, nullable=False, unique=True),
    Column("shared_size", BigInteger),
    moment("begun_at", nullable=True),
    Column("reason", Text),
    CheckConstraint("number >= 0", name="number"),
    CheckConstraint("shared_size >= 0", name="shared_size"),
    CheckConstraint("reason IN ('acts-lost', 'not-known')", name="reason"),
    CheckConstraint(
        "num_nonnulls(shared_size, begun_at, reason) = CASE number WHEN 0 THEN 0 ELSE 3 END",
        name="succession",
    ),
)

notification_channel = Table(
    "notification_channel",
    metadata,
    Column("singleton", Boolean, primary_key=True, server_default=text("true")),
    Column("name", Text, nullable=False),
    CheckConstraint("singleton", name="singleton"),
    CheckConstraint("name ~ '^nabij_[0-9a-f]{32}$'", name="name"),
)

# What `/readyz` writes to see whether the disk is full, and takes back: it never holds a row.
disk_probe = Table(
    "disk_probe",
    metadata,
    Column("page", BigInteger, Identity(always=True), primary_key=True),
    Column("filler", Text, nullable=False),
    CheckConstraint("filler = repeat('.', 7000)", name="filler"),
)

pending_leaf = Table(
    "pending_leaf",
    metadata,
    Column("arrival", BigInteger, Identity(always=True), primary_key=True),
    Column("leaf_hash", LargeBinary, nullable=False, unique=True),
    CheckConstraint("octet_length(leaf_hash) = 32", name="leaf_hash"),
)

consent_leaf = Table(
    "consent_leaf",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("leaf_hash", LargeBinary, nullable=False, unique=True),
    CheckConstraint("position >= 0", name="position"),
    CheckConstraint("octet_length(leaf_hash) = 32", name="leaf_hash"),
)

# The complete subtrees above the leaves: node (level, index) covers 2 ** level leaves.
consent_node = Table(
    "consent_node",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("level BETWEEN 1 AND 62", name="level"),
    CheckConstraint("index >= 0", name="index"),
    CheckConstraint("octet_length(hash) = 32", name="hash"),
)

erased_leaf = Table(
    "erased_leaf",
    metadata,
    Column("leaf_hash", LargeBinary, primary_key=True),
    CheckConstraint("octet_length(leaf_hash) = 32", name="leaf_hash"),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("log_id", Uuid, ForeignKey("consent_log.log_id"), primary_key=True, server_default=_NOW),
    Column("tree_size", BigInteger, primary_key=True, autoincrement=False),
    Column("root_hash", LargeBinary, nullable=False),
    moment("signed_at"),
    Column("signed_tree_head", Text, nullable=False),
    CheckConstraint("octet_length(root_hash) = 32", name="root_hash"),
    CheckConstraint(
        "signed_tree_head ~ '^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+$'"
        " AND length(signed_tree_head) <= 4096",
        name="signed_tree_head",
    ),
)

cosignature = Table(
    "cosignature",
    metadata,
    Column("log_id", Uuid, primary_key=True, server_default=_NOW),
    Column("tree_size", BigInteger, primary_key=True),
    Column("origin", Text, primary_key=True),
    Column("witness", Text, primary_key=True),
    Column("line", Text, nullable=False),
    moment("cosigned_at"),
    ForeignKeyConstraint(["log_id", "tree_size"], ["checkpoint.log_id", "checkpoint.tree_size"]),
    CheckConstraint("origin ~ '^[!-*,-~]{1,255}$'", name="origin"),
    CheckConstraint("witness ~ '^[!-*,-~]{1,255}$'", name="witness"),
    CheckConstraint(
        "left(line, length(witness) + 3) = '— ' || witness || ' '"
        " AND substr(line, length(witness) + 4) ~ '^[A-Za-z0-9+/]{102}==$'",
        name="line",
    ),
    Index("cosignature_newest_idx", "origin", "witness", text("tree_size DESC")),
)
