"""The words that both the tables and the wire use, besides those of ``nabij_consent``."""

from enum import StrEnum


class Platform(StrEnum):
    """What kind of device reports."""

    ANDROID = "android"
    IOS = "ios"
    LINUX = "linux"
    OTHER = "other"


class Radio(StrEnum):
    """The generation of the mobile network a phone is on."""

    NONE = "none"
    G2 = "2g"
    G3 = "3g"
    G4 = "4g"
    G5 = "5g"


class Technology(StrEnum):
    """How a source makes energy."""

    SOLAR = "solar"
    WIND = "wind"
    HYDRO = "hydro"
    BIOGAS = "biogas"
    BIOMASS = "biomass"
    GEOTHERMAL = "geothermal"
    MARINE = "marine"


class OwnerKind(StrEnum):
    """Who owns a source. A private person's is published as a cell."""

    PERSON = "person"
    COOPERATIVE = "cooperative"
    FARM = "farm"
    COMPANY = "company"
    PUBLIC = "public"
    UNKNOWN = "unknown"
