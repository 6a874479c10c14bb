"""Column names of open registers, and how a file's columns are recognised.

A register is recognised when each of its `marks` has a column in the file. The first recognised
register gives the columns; the plain one, with our own field names and a few common ones, takes
every other file. Identifiers of a register begin with its name, so that number 7 of one register
and number 7 of another are two sources.

| register | published by | coordinates | capacity |
|---|---|---|---|
| powerplantmatching | PyPSA, for all Europe | WGS 84 | MW |
| repd | Renewable Energy Planning Database, United Kingdom | EPSG:27700 | MW |
| stamdata | Stamdataregister for vindkraftanlæg, Denmark | EPSG:25832 | kW |
| mastr | Marktstammdatenregister, Germany: web export and open-mastr | WGS 84 | kW |
| osm | OpenStreetMap generators and plants | geometry | as written |
| jrc-open-units | JRC Open Power Plants Database, for all Europe | WGS 84 | MW |
| jrc-hydro | JRC hydro-power database, for all Europe | WGS 84 | MW |
| gppd | Global Power Plant Database | WGS 84 | MW |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

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


@dataclass(frozen=True, slots=True)
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
    is_whole: bool = False


PLAIN: Final = Register(
    name="",
    columns={
        Field.ID: ("id", "source id"),
        Field.NAME: ("name", "naam", "title"),
        Field.TECHNOLOGY: ("technology", "technologie", "energy source", "energiebron"),
        Field.CAPACITY_KW: ("capacity kw", "power kw", "vermogen kw", "kw", "kwp"),
        Field.CAPACITY_MW: ("capacity mw", "power mw", "vermogen mw", "mw"),
        Field.LATITUDE: ("latitude", "lat", "latitude deg", "breedtegraad"),
        Field.LONGITUDE: ("longitude", "lon", "lng", "long", "longitude deg", "lengtegraad"),
        Field.COORDINATES: (
            *("coordinates", "coordinate", "coördinaten", "coordinaten", "koordinaten"),
            *("geo point 2d", "geo point", "geopoint", "lat lon", "latlon", "lat lng", "latlng"),
        ),
        Field.EASTING: ("easting", "x", "x coordinate", "x coordinaat"),
        Field.NORTHING: ("northing", "y", "y coordinate", "y coordinaat"),
        Field.OWNER_KIND: ("owner kind", "owner type", "owner", "eigenaar"),
        Field.STORY: ("story", "verhaal", "description", "omschrijving"),
        Field.LANGUAGE: ("language", "lang", "taal"),
        Field.CLOSED: ("closed", "end date", "einddatum", "date of closing"),
    },
)

_POWERPLANTMATCHING: Final = Register(
    name="powerplantmatching",
    is_whole=True,
    columns={
        Field.ID: ("id",),
        Field.NAME: ("name",),
        Field.TECHNOLOGY: ("fueltype",),
        Field.TECHNOLOGY_DETAIL: ("technology",),
        Field.CAPACITY_MW: ("capacity",),
        Field.LATITUDE: ("lat",),
        Field.LONGITUDE: ("lon",),
        Field.CLOSED: ("dateout",),
    },
    marks=(Field.TECHNOLOGY, Field.CAPACITY_MW, Field.LATITUDE),
)

_REPD: Final = Register(
    name="repd",
    is_whole=True,
    language="en",
    columns={
        Field.ID: ("ref id",),
        Field.NAME: ("site name",),
        Field.TECHNOLOGY: ("technology type",),
        Field.CAPACITY_MW: ("installed capacity mwelec",),
        Field.EASTING: ("x coordinate",),
        Field.NORTHING: ("y coordinate",),
        Field.STATUS: ("development status short",),
    },
    marks=(Field.ID, Field.TECHNOLOGY, Field.CAPACITY_MW, Field.EASTING),
    crs="EPSG:27700",
    operating=frozenset({"operational"}),
    decimal_marks=DecimalMarks.POINT,
)

_STAMDATA: Final = Register(
    name="stamdata",
    is_whole=True,
    language="da",
    columns={
        Field.ID: ("møllenummer gsrn", "turbine identifier gsrn"),
        Field.CAPACITY_KW: ("kapacitet kw", "capacity kw"),
        Field.EASTING: ("x øst koordinat utm 32 euref89", "x east coordinate utm 32 euref89"),
        Field.NORTHING: ("y nord koordinat utm 32 euref89", "y north coordinate utm 32 euref89"),
        # The date of decommissioning: a turbine that runs has none.
        Field.STATUS: ("dato for afmeldning", "date of decommissioning"),
    },
    marks=(Field.ID, Field.EASTING),
    crs="EPSG:25832",
    technology=Technology.WIND,
    operating=frozenset({""}),
)

_MASTR: Final = Register(
    name="mastr",
    language="de",
    columns={
        Field.ID: ("einheitmastrnummer", "mastr nr der einheit"),
        Field.NAME: (
            "namestromerzeugungseinheit",
            "anzeige name der einheit",
            "anzeigename der einheit",
        ),
        Field.TECHNOLOGY: ("energietraeger", "energieträger"),
        Field.TECHNOLOGY_DETAIL: (
            "hauptbrennstoff",
            "hauptbrennstoff der einheit",
            "biomasseart",
        ),
        Field.CAPACITY_KW: ("bruttoleistung", "bruttoleistung der einheit"),
        Field.LATITUDE: ("breitengrad", "koordinate breitengrad wgs84"),
        Field.LONGITUDE: ("laengengrad", "längengrad", "koordinate längengrad wgs84"),
        Field.OWNER_KIND: ("anlagenbetreiber", "name des anlagenbetreibers nur org"),
        Field.STATUS: ("einheitbetriebsstatus", "betriebs status"),
    },
    marks=(Field.ID, Field.LATITUDE),
    operating=frozenset({"in betrieb"}),
)


def _of_either(tag: str) -> tuple[str, ...]:
    """Return the columns of a tag of generators and of plants, the one for both first."""
    names = (f"generator {tag}", f"plant {tag}")
    return (" or ".join(names), *names)


_OSM: Final = Register(
    name="osm",
    columns={
        Field.ID: ("full id", "id", "osm id"),
        Field.NAME: ("name",),
        Field.TECHNOLOGY: _of_either("source"),
        Field.TECHNOLOGY_DETAIL: _of_either("method"),
        Field.CAPACITY_KW: _of_either("output electricity"),
        Field.LATITUDE: ("lat",),
        Field.LONGITUDE: ("lon",),
        Field.STATUS: ("lifecycle prefix",),
        Field.CLOSED: ("end date",),
    },
    marks=(Field.TECHNOLOGY,),
    operating=frozenset({""}),
)

_JRC_OPEN_UNITS: Final = Register(
    name="jrc-open-units",
    is_whole=True,
    columns={
        Field.ID: ("eic g",),
        Field.NAME: ("name g",),
        Field.TECHNOLOGY: ("type g",),
        Field.CAPACITY_MW: ("capacity g",),
        Field.LATITUDE: ("lat",),
        Field.LONGITUDE: ("lon",),
        Field.STATUS: ("status g",),
        Field.CLOSED: ("year decommissioned",),
    },
    marks=(Field.ID, Field.TECHNOLOGY),
    operating=frozenset({"commissioned"}),
)

_JRC_HYDRO: Final = Register(
    name="jrc-hydro",
    is_whole=True,
    columns={
        Field.ID: ("id",),
        Field.NAME: ("name",),
        Field.TECHNOLOGY: ("type",),
        Field.CAPACITY_MW: ("installed capacity mw",),
        Field.LATITUDE: ("lat",),
        Field.LONGITUDE: ("lon",),
    },
    marks=(Field.TECHNOLOGY, Field.CAPACITY_MW),
)

_GPPD: Final = Register(
    name="gppd",
    is_whole=True,
    columns={
        Field.ID: ("gppd idnr",),
        Field.NAME: ("name",),
        Field.TECHNOLOGY: ("primary fuel", "fuel1"),
        Field.CAPACITY_MW: ("capacity mw",),
        Field.LATITUDE: ("latitude",),
        Field.LONGITUDE: ("longitude",),
        Field.OWNER_KIND: ("owner",),
    },
    marks=(Field.ID, Field.TECHNOLOGY),
)

REGISTERS: Final = (
    _POWERPLANTMATCHING,
    _REPD,
    _STAMDATA,
    _MASTR,
    _OSM,
    _JRC_OPEN_UNITS,
    _JRC_HYDRO,
    _GPPD,
)
