"""TileJSON 3.0, as far as we need it."""

from typing import Annotated, Literal

from pydantic import Field

from nabij_backend.wire import Wire


class VectorLayer(Wire):
    """A layer of the tiles, and what is told about each of its points."""

    id: Literal["sources"]
    fields: dict[str, str]


class TileJson(Wire):
    """Where the tiles are."""

    tilejson: Literal["3.0.0"]
    tiles: Annotated[tuple[str], Field(description="An address that holds for one catalogue.")]
    vector_layers: tuple[VectorLayer]
    minzoom: int
    maxzoom: int
    catalogue_version: int
