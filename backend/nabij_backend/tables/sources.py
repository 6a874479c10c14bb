"""The catalogue of community energy sources."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Index,
    Table,
    Text,
    text,
)

from nabij_backend.tables.base import geometry, metadata, moment, owner_kind, technology_type

source = Table(
    "source",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("technology", technology_type, nullable=False),
    Column("owner_kind", owner_kind, nullable=False),
    Column("capacity_kw", Double),
    Column("story", Text),
    Column("licence", Text, nullable=False),
    Column("made_up", Boolean, nullable=False),
    Column("located", Text, nullable=False),
    geometry("geom", "POINT"),
    Column("feature", Text, nullable=False),
    CheckConstraint("length(source_id) BETWEEN 1 AND 200", name="source_id"),
    CheckConstraint("capacity_kw > 0", name="capacity_kw"),
    CheckConstraint("located IN ('site', 'cell')", name="located"),
    CheckConstraint(
        "owner_kind <> 'person' OR located = 'cell'", name="roofs_of_persons_are_cells"
    ),
    Index("source_geom_idx", "geom", postgresql_using="gist"),
)

catalogue = Table(
    "catalogue",
    metadata,
    Column("singleton", Boolean, primary_key=True, server_default=text("true")),
    Column("version", BigInteger, nullable=False),
    moment("changed_at"),
    CheckConstraint("singleton", name="singleton"),
)
