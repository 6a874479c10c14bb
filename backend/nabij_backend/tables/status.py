"""What each device last reported: allowed by a live grant, gone with it."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKeyConstraint,
    Integer,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.sql.schema import SchemaItem

from nabij_backend.tables.base import SRID, geometry, metadata, moment, signal_type
from nabij_consent import Signal


def _status_table(signal: Signal, *state: SchemaItem) -> Table:
    """What each device last reported for ``signal``: one row a device, no history.

    The constant ``signal`` column lets the row point at the grant that allows it, so that the row
    goes when the grant goes.
    """
    return Table(
        f"{signal}_status",
        metadata,
        Column("subject_id", Uuid, primary_key=True),
        Column("purpose", Text, primary_key=True),
        Column("device_id", Uuid, primary_key=True),
        Column(
            "signal",
            signal_type,
            Computed(f"'{signal}'::nabij.signal", persisted=True),
            nullable=False,
        ),
        moment("hour"),
        *state,
        ForeignKeyConstraint(
            ["subject_id", "purpose", "signal"],
            ["nabij.live_grant.subject_id", "nabij.live_grant.purpose", "nabij.live_grant.signal"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["subject_id", "device_id"],
            ["nabij.device.subject_id", "nabij.device.device_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("extract(epoch FROM hour) % 3600 = 0", name="whole_hour"),
    )


gps_status = _status_table(
    Signal.GPS,
    Column("resolution_m", Integer, nullable=False),
    Column("northing_m", Integer, nullable=False),
    Column("easting_m", Integer, nullable=False),
    Column(
        "cell",
        Text,
        Computed(
            "'CRS3035RES' || resolution_m || 'mN' || northing_m || 'E' || easting_m",
            persisted=True,
        ),
        nullable=False,
    ),
    geometry(
        "square",
        "POLYGON",
        Computed(
            "public.ST_MakeEnvelope(easting_m, northing_m, "
            f"easting_m + resolution_m, northing_m + resolution_m, {SRID})",
            persisted=True,
        ),
    ),
    CheckConstraint("resolution_m IN (1000, 10000, 100000)", name="resolution_m"),
    CheckConstraint(
        "northing_m % resolution_m = 0 AND easting_m % resolution_m = 0", name="on_grid_lines"
    ),
    CheckConstraint(
        "northing_m >= 900000 AND northing_m < 6900000 "
        "AND easting_m >= 900000 AND easting_m < 7500000",
        name="on_grid",
    ),
)

gsm_status = _status_table(Signal.GSM, Column("connected", Boolean, nullable=False))

wifi_status = _status_table(Signal.WIFI, Column("connected", Boolean, nullable=False))
