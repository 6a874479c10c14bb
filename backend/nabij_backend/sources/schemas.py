"""Wire format of sources: GeoJSON (RFC 7946)."""

from typing import Annotated, Literal

from pydantic import Field

from nabij_backend.enums import OwnerKind, Technology
from nabij_backend.http.schemas import CellCode, Wire


class Point(Wire):
    """A place in WGS 84 degrees: longitude, latitude."""

    type: Literal["Point"]
    coordinates: Annotated[tuple[float, float], Field(description="Of a source, never a person.")]


class DistanceFromCell(Wire):
    """Metres, for whoever is anywhere in the cell."""

    nearest: float
    farthest: float


class SourceProperties(Wire):
    """What is told about a source."""

    name: Annotated[
        str | None,
        Field(description="null for private persons, and where the register does not say."),
    ]
    technology: Technology
    owner_kind: OwnerKind
    capacity_kw: Annotated[
        float | None, Field(description="null for private persons, and where it is unknown.")
    ]
    capacity_band_kw: Annotated[
        tuple[float, float | None] | None,
        Field(description="Of each private person's: the least and the most, null: no limit."),
    ]
    count: Annotated[
        int, Field(description="For how many it stands: private persons' in one square are one.")
    ]
    story: str | None
    language: Annotated[
        str | None, Field(description="Of name and story, as a tag of BCP 47; null: unknown.")
    ]
    register_name: Annotated[  # every class has a method `register`
        str | None, Field(alias="register", description="null for private persons.")
    ]
    licence: str
    made_up: Annotated[bool, Field(description="Invented for a demonstration.")]
    located: Annotated[
        Literal["site", "cell"],
        Field(description="Where it stands, or the middle of the square it stands in."),
    ]


class SourceFeature(Wire):
    """A community energy source."""

    type: Literal["Feature"]
    id: str
    geometry: Point
    properties: SourceProperties


class CellAnswer(Wire):
    """Every source that is among the k nearest for some place in the cell; nearest first."""

    type: Literal["FeatureCollection"]
    cell: CellCode
    k: int
    catalogue_version: int
    features: list[SourceFeature]


class NearbyProperties(SourceProperties):
    """What is told about a source, and how far it is."""

    distance_m: DistanceFromCell


class NearbyFeature(Wire):
    """A source near the customer."""

    type: Literal["Feature"]
    id: str
    geometry: Point
    properties: NearbyProperties


class NearbyAnswer(Wire):
    """The same for the customer's own square, with distances from it."""

    type: Literal["FeatureCollection"]
    cell: CellCode
    k: int
    catalogue_version: int
    features: list[NearbyFeature]


class Place(Wire):
    """A place that somebody can type, and the cell that its middle lies in."""

    name: str
    region: str | None
    country: str
    cell: CellCode
    population: int
    other_names: Annotated[tuple[str, ...], Field(description="Other spellings, to find it by.")]


class AllPlaces(Wire):
    """Every place that can be typed, the largest first."""

    places: tuple[Place, ...]
    source: str
