"""Metadata of the public catalogue's tables."""

from enum import StrEnum

from geoalchemy2 import Geometry
from sqlalchemy import Column, DateTime, MetaData
from sqlalchemy.dialects.postgresql import ENUM
from sqlalchemy.types import TypeEngine

from nabij_backend.enums import OwnerKind, Technology

SCHEMA = "nabij"
SRID = 3035

metadata = MetaData(schema=SCHEMA)


def _enum(words: type[StrEnum], name: str) -> TypeEngine[str]:
    return ENUM(*(word.value for word in words), name=name, metadata=metadata, schema=SCHEMA)


technology_type = _enum(Technology, "technology")
owner_kind = _enum(OwnerKind, "owner_kind")


def moment(name: str) -> Column[object]:
    """Return a point in time."""
    return Column(name, DateTime(timezone=True), nullable=False)


def geometry(name: str, kind: str) -> Column[object]:
    """Return a geometry on the European grid (EPSG:3035)."""
    return Column(name, Geometry(kind, srid=SRID, spatial_index=False), nullable=False)
