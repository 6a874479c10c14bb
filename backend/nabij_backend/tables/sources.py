"""The catalogue of community energy sources."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Index,
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
    CheckConstraint("length(source_id) BETWEEN 1 AND 200", name="source_id"),
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
    CheckConstraint("length(source_id) BETWEEN 1 AND 200", name="source_id"),
    CheckConstraint("capacity_kw > 0 AND capacity_kw < 'infinity'", name="capacity_kw"),
    CheckConstraint("NOT public.ST_IsEmpty(geom)", name="somewhere"),
    CheckConstraint("latitude_e5 BETWEEN 0 AND 9000000", name="latitude_e5"),
    CheckConstraint("longitude_e5 BETWEEN -18000000 AND 18000000", name="longitude_e5"),
    CheckConstraint("located IN ('site', 'cell')", name="located"),
    CheckConstraint("count > 0", name="count"),
    CheckConstraint(
        "owner_kind <> 'person' OR (located = 'cell' AND name IS NULL AND story IS NULL"
        " AND register IS NULL AND capacity_kw IS NULL AND language IS NULL)",
        name="neighbours_are_not_told_of",
    ),
    CheckConstraint(
        "owner_kind = 'person' OR (count = 1 AND least_kw IS NULL AND most_kw IS NULL)",
        name="others_are_told_of",
    ),
    CheckConstraint(
        "NOT (owner_kind = 'unknown' AND technology = 'solar' AND coalesce(capacity_kw, 0) <= 15)",
        name="small_roofs_are_neighbours",
    ),
    CheckConstraint(
        "(owner_kind = 'person') = (source_id LIKE 'neighbours:%')",
        name="neighbours_have_opaque_ids",
    ),
    CheckConstraint(
        "language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' AND length(language) <= 35", name="language"
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
    CheckConstraint("octet_length(digest) = 32", name="digest_length"),
    CheckConstraint("northing_m % 1000 = 0 AND easting_m % 1000 = 0", name="square"),
    CheckConstraint(
        "(least_kw IS NULL AND most_kw IS NULL) OR (least_kw IS NOT NULL"
        " AND (least_kw, coalesce(most_kw, 'infinity'))"
        " IN ((0, 5), (5, 15), (15, 50), (50, 'infinity')))",
        name="band",
    ),
)

neighbour_salt = Table(
    "neighbour_salt",
    metadata,
    Column("singleton", Boolean, primary_key=True, server_default=text("true")),
    Column("salt", LargeBinary, nullable=False),
    CheckConstraint("singleton", name="singleton"),
    CheckConstraint("octet_length(salt) = 32", name="salt_length"),
)
