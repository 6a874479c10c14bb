"""What all tables share: the schema, its naming, its enumerations, and two kinds of column."""

from enum import StrEnum

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, MetaData, Uuid
from sqlalchemy.dialects.postgresql import ENUM
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from nabij_backend.words import (
    IdentityCheck,
    Outcome,
    OwnerKind,
    Platform,
    Reader,
    RequestKind,
    Technology,
)
from nabij_consent import EventKind, Locale, Method, Signal

SCHEMA = "nabij"
SRID = 3035

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    },
)


def _enum(words: type[StrEnum], name: str) -> TypeEngine[str]:
    return ENUM(*(word.value for word in words), name=name, metadata=metadata, schema=SCHEMA)


signal_type = _enum(Signal, "signal")
event_kind = _enum(EventKind, "event_kind")
method_type = _enum(Method, "method")
locale_type = _enum(Locale, "locale")
platform_type = _enum(Platform, "platform")
technology_type = _enum(Technology, "technology")
owner_kind = _enum(OwnerKind, "owner_kind")
reader_type = _enum(Reader, "reader")
request_kind = _enum(RequestKind, "request_kind")
identity_check = _enum(IdentityCheck, "identity_check")
outcome_type = _enum(Outcome, "outcome")


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    """A point in time since 2020: no coordinate, read as seconds, fits."""
    since = CheckConstraint(f"{name} >= '2020-01-01 00:00Z'", name=f"{name}_era")
    return Column(name, DateTime(timezone=True), since, nullable=nullable)


def geometry(name: str, kind: str, *constraints: SchemaItem) -> Column[object]:
    """A geometry on the European grid (EPSG:3035); its index, if any, is declared apart."""
    shape = Geometry(kind, srid=SRID, spatial_index=False)
    return Column(name, shape, *constraints, nullable=False)


def subject_key() -> Column[object]:
    """The person whom a row is about: the beginning of every personal table's key.

    The row goes when the person goes.
    """
    person = ForeignKey("nabij.subject.subject_id", ondelete="CASCADE")
    return Column("subject_id", Uuid, person, primary_key=True)


def purpose_slug() -> CheckConstraint:
    """A purpose is letters and hyphens, few: no number, so no coordinate, fits."""
    return CheckConstraint(
        "purpose ~ '^[a-z]+(-[a-z]+)*$' AND length(purpose) <= 60", name="purpose_slug"
    )
