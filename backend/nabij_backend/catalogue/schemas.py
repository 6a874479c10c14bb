"""Wire format of the catalogue."""

from datetime import date
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from nabij_backend.enums import OwnerKind, Technology
from nabij_backend.http.schemas import Moment, Wire


class Attribution(Wire):
    """What is owed to a register."""

    # Every class has a method `register`.
    register_name: Annotated[
        str | None, Field(alias="register", description="null: the supplier's own sources.")
    ]
    licence: str
    attribution: Annotated[
        str | None, Field(description="How its publisher wants to be named; null: by `register`.")
    ]
    edition: Annotated[
        date | None, Field(description="The day whose state it tells; null: unknown.")
    ]
    url: Annotated[str | None, Field(description="Where it is published; null: unknown.")]
    sources: Annotated[int, Field(description="How many come from it.")]


class CatalogueFile(Wire):
    """A file of the catalogue."""

    region: Annotated[
        str, Field(description="`all`, or the code of the 100 km cell whose sources it holds.")
    ]
    path: str
    sources: int
    bytes: Annotated[int, Field(description="Without compression: what `sha256` is of.")]
    gzip_bytes: Annotated[int, Field(description="As they are sent to most.")]
    sha256: Annotated[str, Field(description="Of the bytes without compression, hexadecimal.")]


class CatalogueContents(Wire):
    """What a version of the catalogue consists of."""

    version: int
    changed_at: Moment
    sources: Annotated[int, Field(description="How many, each neighbour's counted.")]
    attribution: tuple[Attribution, ...]
    files: Annotated[
        tuple[CatalogueFile, ...],
        Field(description="Each region, and `all` while they are under 1 MB together, compressed."),
    ]


class CatalogueManifest(CatalogueContents):
    """The same, signed, so that anybody can check a copy of it."""

    jws: Annotated[
        str,
        Field(
            description="The other members, signed as `nabij-catalogue+jws` by a key of"
            " `/.well-known/jwks.json`."
        ),
    ]


T = TypeVar("T")

_Whole = tuple[int, ...]


class Column(Wire, Generic[T]):
    """A column of which many sources share a value."""

    values: Annotated[tuple[T, ...], Field(description="In the order in which they first occur.")]
    index: Annotated[_Whole, Field(description="Which value, each less the one before.")]


class CatalogueDocument(Wire):
    """A file of the catalogue, column by column; sources are in Morton order of their places."""

    format: Literal[1]
    version: int
    region: str
    sources: Annotated[int, Field(description="How long each column is.")]
    latitude_e5: Annotated[_Whole, Field(description="1e-5 degree, each less the one before.")]
    longitude_e5: Annotated[_Whole, Field(description="1e-5 degree, each less the one before.")]
    id: tuple[str, ...]
    count: Annotated[_Whole, Field(description="For how many each stands.")]
    technology: Column[Technology]
    owner_kind: Column[OwnerKind]
    capacity_kw: Column[float | None]
    capacity_band_kw: Column[tuple[float, float | None] | None]
    name: Column[str | None]
    story: Column[str | None]
    licence: Column[str]
    register_name: Annotated[Column[str | None], Field(alias="register")]
    made_up: Column[bool]
    located: Column[Literal["site", "cell"]]
    language: Annotated[
        Column[str | None] | None,
        Field(description="Of names and stories; left out where none is known."),
    ] = None
