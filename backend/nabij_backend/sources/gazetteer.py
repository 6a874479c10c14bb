"""Towns and villages by name, from a file that ``nabij places`` makes.

The package holds that of the Netherlands. A file is a JSON object on lines of their own: where the
data are from, and for each place an array of the members of ``GazetteerPlace``, in order.
"""

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nabij_backend.errors import UserError

SOURCE: Final = "GeoNames, CC BY 4.0"
_DUTCH: Final = "places.nl.json"
_Latitude = Annotated[float, Field(ge=-90, le=90)]
_Longitude = Annotated[float, Field(ge=-180, le=180)]
_Row = tuple[str, str, str, _Latitude, _Longitude, int, tuple[str, ...]]


class PlacesUnreadable(UserError):
    """The file of NABIJ_PLACES cannot be read. Make it with `nabij places`."""


@dataclass(frozen=True, slots=True)
class GazetteerPlace:
    """A town or village.

    Attributes:
        name: as people who live there write it.
        region: the province; empty outside the Netherlands.
        country: ISO 3166-1 alpha-2 code.
        latitude_deg: of its centre, WGS 84.
        longitude_deg: of its centre, WGS 84.
        population: number of inhabitants.
        other_names: other spellings in Latin script, for finding it.
    """

    name: str
    region: str
    country: str
    latitude_deg: float
    longitude_deg: float
    population: int
    other_names: tuple[str, ...] = ()


class _File(BaseModel):
    """What the file holds."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    source: str
    places: Annotated[tuple[_Row, ...], Field(min_length=1)]


@cache
def places(file: Path | None = None) -> tuple[GazetteerPlace, ...]:
    """Return the places of a file, the most populous first; by default those of the Netherlands.

    Raises:
        PlacesUnreadable: there is no such file, or it is another.
    """
    if file is None:
        with as_file(files("nabij_backend.sources") / _DUTCH) as packaged:
            return places(packaged)
    try:
        read = _File.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise PlacesUnreadable from error
    return tuple(GazetteerPlace(*row) for row in read.places)


def document(found: Iterable[GazetteerPlace]) -> str:
    """Return the places as a file holds them."""
    rows = ",\n".join(
        json.dumps(astuple(each), ensure_ascii=False, separators=(",", ":")) for each in found
    )
    return f'{{"source":{json.dumps(SOURCE)},"places":[\n{rows}\n]}}\n'
