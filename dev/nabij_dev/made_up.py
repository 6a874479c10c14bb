"""A community of energy sources that does not exist, around Dutch towns that do.

For the demo and for trying an app: plausible kinds, sizes and places, with a name and a story
each, from made_up.toml. Import it with `made_up=True`, so that it says so wherever it shows. The
same seed gives the same file.
"""

import csv
import math
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Final

from pydantic import TypeAdapter

from nabij_backend.enums import OwnerKind, Technology
from nabij_backend.sources.gazetteer import GazetteerPlace, places

COLUMNS: Final = (
    "id",
    "name",
    "technology",
    "owner_kind",
    "capacity_kw",
    "latitude",
    "longitude",
    "story",
    "language",
)

_LANGUAGE: Final = "nl"
_KM_PER_DEGREE: Final = 111.2
_HOUSEHOLD_KWH: Final = 2_500
# A large town has more roofs, and hardly more countryside around it.
_POWER_OF_POPULATION: Final = {False: 1.0, True: 0.4}
_COUNTRYSIDE_KM: Final = (0.5, 3.0)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source that a neighbourhood may have.

    Attributes:
        share: of all sources, in per mille.
        kw: smallest and largest capacity; small ones are commoner.
        full_hours: of full capacity that a year's yield amounts to.
        rural: stands around a town rather than in it.
        names: `{town}` and `{street}` are filled in.
        stories: in Dutch; `{homes}` is the number of households it supplies.
    """

    share: int
    technology: Technology
    owner_kind: OwnerKind
    kw: tuple[float, float]
    full_hours: int
    rural: bool
    names: tuple[str, ...]
    stories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What made_up.toml says."""

    trees: tuple[str, ...]
    streets: tuple[str, ...]
    kinds: tuple[Kind, ...]


def recipe() -> Recipe:
    """Read what made_up.toml says."""
    text = (files("nabij_dev") / "made_up.toml").read_text(encoding="utf-8")
    return TypeAdapter(Recipe).validate_python(tomllib.loads(text))


def write_community(path: Path, *, seed: int, count: int = 2_000) -> None:
    """Write a made-up community as a CSV file that the importer takes as it is.

    Args:
        path: of the file.
        seed: the same seed and count give the same file.
        count: how many sources.
    """
    community = _Community(Random(seed))  # noqa: S311 - a story, not a secret
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(1, count + 1):
            writer.writerow(community.source(number))


class _Community:
    """Makes up one source after the other."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._recipe = recipe()
        self._shares = [kind.share for kind in self._recipe.kinds]
        self._towns = places()
        self._weights = {
            rural: list(accumulate(town.population**power for town in self._towns))
            for rural, power in _POWER_OF_POPULATION.items()
        }

    def source(self, number: int) -> tuple[str | float, ...]:
        """Return one source in the order of the columns."""
        rng = self._rng
        (kind,) = rng.choices(self._recipe.kinds, self._shares)
        (town,) = rng.choices(self._towns, cum_weights=self._weights[kind.rural])
        latitude_deg, longitude_deg = _site(rng, town, kind)
        smallest, largest = kind.kw
        kw = round(smallest * (largest / smallest) ** rng.random(), 1)
        homes = max(2, round(kw * kind.full_hours / _HOUSEHOLD_KWH))
        street = rng.choice(self._recipe.trees) + rng.choice(self._recipe.streets)
        return (
            f"made-up-{number:05}",
            rng.choice(kind.names).format(town=town.name, street=street),
            kind.technology,
            kind.owner_kind,
            kw,
            latitude_deg,
            longitude_deg,
            rng.choice(kind.stories).format(town=town.name, homes=homes),
            _LANGUAGE,
        )


def _site(rng: Random, town: GazetteerPlace, kind: Kind) -> tuple[float, float]:
    """Return a place in the town, or around it for what stands in the country, in degrees."""
    # Ten thousand people live within about 1 km, a million within about 6.
    town_km = 0.4 * (town.population / 1_000) ** 0.4
    from_centre = town_km * math.sqrt(rng.random())
    distance_km = town_km + rng.uniform(*_COUNTRYSIDE_KM) if kind.rural else from_centre
    bearing = rng.uniform(0, 2 * math.pi)
    north_km, east_km = distance_km * math.cos(bearing), distance_km * math.sin(bearing)
    km_per_degree_east = _KM_PER_DEGREE * math.cos(math.radians(town.latitude_deg))
    return (
        round(town.latitude_deg + north_km / _KM_PER_DEGREE, 5),
        round(town.longitude_deg + east_km / km_per_degree_east, 5),
    )
