"""The catalogue of community energy sources: the columns of its tables.

Constraints, indexes and privileges stand in the SQL of the migrations.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from nabij_backend.tables.base import geometry, metadata, moment, owner_kind, technology_type

known_source = Table(
    "known_source",
    metadata,
    Column("source_id", Text, primary_key=True),
)

source = Table(
    "source",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("name", Text),
    Column("technology", technology_type, nullable=False),
    Column("owner_kind", owner_kind, nullable=False),
    Column("capacity_kw", Double),
    Column("story", Text),
    Column("licence", Text, nullable=False),
    Column("made_up", Boolean, nullable=False),
    Column("located", Text, nullable=False),
    geometry("geom", "POINT"),
    Column("register", Text),
    Column("least_kw", Double),
    Column("most_kw", Double),
    Column("count", Integer, nullable=False, server_default=text("1")),
    Column("latitude_e5", Integer, nullable=False),
    Column("longitude_e5", Integer, nullable=False),
    Column("language", Text),
    Column("added_in", BigInteger),
    Column("same_as", Text),
)

catalogue = Table(
    "catalogue",
    metadata,
    Column("singleton", Boolean, primary_key=True, server_default=text("true")),
    Column("version", BigInteger, nullable=False),
    moment("changed_at"),
)

# Sources of private persons, as they are counted: no name, place, register id or exact capacity.
neighbour = Table(
    "neighbour",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("technology", technology_type, nullable=False),
    Column("northing_m", Integer, nullable=False),
    Column("easting_m", Integer, nullable=False),
    Column("least_kw", Double),
    Column("most_kw", Double),
    Column("licence", Text, nullable=False),
    Column("register", Text),
    Column("made_up", Boolean, nullable=False),
    Column("added_in", BigInteger),
)

neighbour_salt = Table(
    "neighbour_salt",
    metadata,
    Column("singleton", Boolean, primary_key=True, server_default=text("true")),
    Column("salt", LargeBinary, nullable=False),
)
