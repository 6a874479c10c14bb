"""Types that requests and answers share. Nothing here can hold a position."""

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from nabij_geo import Cell, InvalidCell, OutsideGrid

_HOUR_S = 3600
_EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)

LARGEST_INTEGER: Final = 2**53 - 1
"""The largest that every JSON parser reads as it is written (RFC 8259, section 6)."""


def _cell_pattern() -> str:
    """Return every cell of the grid and nothing else.

    900 to 6,900 km north, 900 to 7,500 km east.
    """
    codes = (
        f"{resolution}mN(9{digits}|[1-5][0-9]{digits}|6[0-8]{digits}){zeros}"
        f"E(9{digits}|[1-6][0-9]{digits}|7[0-4]{digits}){zeros}"
        for resolution, digits, zeros in (
            ("1000", "[0-9]{2}", "000"),
            ("10000", "[0-9]", "0000"),
            ("100000", "", "00000"),
        )
    )
    return f"^CRS3035RES({'|'.join(codes)})$"


CELL_SCHEMA: JsonDict = {
    "type": "string",
    "pattern": _cell_pattern(),
    "description": "A square of the European grid, named by its lower-left corner.",
    "examples": ["CRS3035RES1000mN3263000E3973000"],
}


class Wire(BaseModel):
    """A JSON object with these members and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _cell(value: object) -> Cell:
    if isinstance(value, Cell):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("invalid_cell", "no cell code")
    try:
        return Cell.parse(value)
    except InvalidCell as error:
        raise PydanticCustomError("invalid_cell", "no cell code") from error
    except OutsideGrid as error:
        raise PydanticCustomError("outside_grid", "outside the grid") from error


def _in_utc(value: datetime) -> datetime:
    if not _EARLIEST <= value < _LATEST:
        raise PydanticCustomError("implausible_time", "no time at which anybody uses this")
    return value.astimezone(UTC)


def _nearest_in_utc(value: datetime) -> datetime:
    return min(max(value, _EARLIEST), _LATEST).astimezone(UTC)


def _whole_hour(value: datetime) -> datetime:
    if value.timestamp() % _HOUR_S:
        raise PydanticCustomError("whole_hour", "times are cut to the hour")
    return value


CellCode = Annotated[
    Cell,
    PlainValidator(_cell),
    PlainSerializer(lambda cell: cell.code, return_type=str),
    WithJsonSchema(CELL_SCHEMA),
]
"""A grid cell, written as its code."""

Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A point in time, of this era."""

ClaimedMoment = Annotated[AwareDatetime, AfterValidator(_nearest_in_utc)]
"""When a device says that something happened. A clock that is wrong by decades never keeps a
withdrawal from being taken: the nearest moment of this era is recorded then."""

WholeHour = Annotated[Moment, AfterValidator(_whole_hour)]
"""A moment cut to the hour."""

PurposeSlug = Annotated[
    str, Field(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=60, examples=["nearby-sources"])
]
"""What signals are used for."""

ActNumber = Annotated[int, Field(description="Number of the last act that counts here; 0: none.")]
"""Acts of a person are numbered without gaps."""
