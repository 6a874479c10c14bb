"""Registers that are known: how their files are recognised and read, from the folder `known`.

A register is recognised when each of its `marks` has a column in the file, and the columns of its
id are there. The first recognised register gives the columns; the plain form takes every other
file. Identifiers of a register begin with its name, so that number 7 of one register and number 7
of another are two sources.
"""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from nabij_backend.enums import Technology
from nabij_backend.sources.importer.numbers import DecimalMarks

WGS84: Final = "EPSG:4326"


class Field(StrEnum):
    """What the importer wants to know of a source; the left side of `--map field=column`."""

    ID = "id"
    NAME = "name"
    TECHNOLOGY = "technology"
    TECHNOLOGY_DETAIL = "technology_detail"
    CAPACITY_KW = "capacity_kw"
    CAPACITY_MW = "capacity_mw"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    COORDINATES = "coordinates"
    EASTING = "easting"
    NORTHING = "northing"
    OWNER_KIND = "owner_kind"
    STORY = "story"
    LANGUAGE = "language"
    STATUS = "status"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Register:
    """An open register of energy sources, or the plain form of such a file.

    Attributes:
        name: begins the identifiers of its sources; empty for the plain form.
        columns: candidates for each field, best first, as `plain_words` gives them.
        marks: the fields whose columns tell this register from others.
        crs: of its eastings and northings; None: degrees, or unknown.
        technology: of every source, where the register has one kind only.
        operating: the statuses, as `plain_words` gives them, of a source that runs.
        decimal_marks: what points and commas in numbers mean; None: as the file shows.
        language: of its names and stories, as a tag of BCP 47; None: of each source, or unknown.
        id_columns: the columns that make an id together, where no column is one.
        is_whole: its files hold all of the register, so that what a file lacks has left it.
    """

    name: str
    columns: Mapping[Field, tuple[str, ...]]
    marks: tuple[Field, ...] = ()
    crs: str | None = None
    technology: Technology | None = None
    operating: frozenset[str] = frozenset()
    decimal_marks: DecimalMarks | None = None
    language: str | None = None
    id_columns: tuple[str, ...] = ()
    is_whole: bool = False


_KNOWN: Final = files("nabij_backend.sources.importer") / "known"
_READER: Final = TypeAdapter(Register)


def _read(file: Traversable) -> Register:
    """Return what a file of `known` says, whose keys are those of a saved mapping."""
    said: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    name, is_whole = said.pop("register", ""), said.pop("replaces", False)
    return _READER.validate_python({"name": name, "is_whole": is_whole, **said})


PLAIN: Final = _read(_KNOWN / "plain.toml")
REGISTERS: Final = tuple(
    _read(file)
    for file in sorted(_KNOWN.iterdir(), key=lambda file: file.name)
    if file.name != "plain.toml"
)
