"""The catalogue of sources that everybody downloads alike, and what is near in it.

Rules:

1. a source's place is two whole numbers of 1e-5 degree (1.1 m), WGS 84: every reader ranks by the
   same places;
2. sources are in Morton order of their places (G. M. Morton, "A computer oriented geodetic data
   base", IBM 1966), at one place by id;
3. a private person's source has no name, story, register or exact capacity, and its place is the
   middle of a square: nothing else can be constructed;
4. sources at the same distance are ranked by id.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from heapq import nlargest
from typing import Any, Final, Literal, TypeAlias, get_args, overload

from nabij_geo.cell import Cell
from nabij_geo.ellipsoid import EQUATORIAL_RADIUS_M, FLATTENING, geodesic_distance_m
from nabij_geo.errors import GeoError, InvalidCatalogue
from nabij_geo.nearby import prune
from nabij_geo.position import Position
from nabij_geo.projection import project, unproject

Located: TypeAlias = Literal["site", "cell"]
_LOCATED: Final = frozenset(get_args(Located))
Band: TypeAlias = tuple[float, float | None]

EVERYWHERE: Final = "all"
PRIVATE: Final = "person"
_SILENT: Final = (None,) * 5

E5: Final = 100_000
MOST_LATITUDE_E5: Final = 90 * E5
MOST_LONGITUDE_E5: Final = 180 * E5
# Largest radius of curvature over smallest: (a² / b) / (b² / a).
_CURVATURES: Final = (1 - FLATTENING) ** -3
# The cosine of an angle near zero is right to 1e-16, and so the angle to 2e-8 (0.1 m).
_ANGLE_SLACK: Final = 1e-7
_SMALLEST_RADIUS_M: Final = EQUATORIAL_RADIUS_M * (1 - FLATTENING) ** 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueSource:
    """A community energy source as it is published, or those of several neighbours in one square.

    Args:
        id: stable from one version of the catalogue to the next.
        latitude_e5: 1e-5 degree of WGS 84, north positive.
        longitude_e5: 1e-5 degree of WGS 84, east positive.
        technology: such as `solar`.
        owner_kind: such as `cooperative`; `person` for private persons.
        licence: under which its register is published.
        made_up: whether it only exists in a demonstration.
        located: whether the place is the site itself or the middle of the square that it is in.
        name: what it is called; None for private persons, and where its register does not say.
        story: what its owner tells of it; None for private persons, and where nothing is told.
        register: where it comes from; None for private persons, and where that is not known.
        capacity_kw: peak power in kilowatts; None for private persons, and where it is unknown.
        capacity_band_kw: least and most kilowatts that each private person's has; the most is None
            without a limit. None where it is unknown, and for others.
        count: how many sources it stands for; more than one only of private persons.
        language: of name and story, a tag of BCP 47 such as `nl`; None where it is unknown.

    Raises:
        InvalidCatalogue: a number is outside its range, or it would tell of a private person what
            is not published.
    """

    id: str
    latitude_e5: int
    longitude_e5: int
    technology: str
    owner_kind: str
    licence: str
    made_up: bool
    located: Located
    name: str | None
    story: str | None
    register: str | None
    capacity_kw: float | None
    capacity_band_kw: Band | None
    count: int
    language: str | None = None

    def __post_init__(self) -> None:
        if not (
            _is_on_earth(self.latitude_e5, self.longitude_e5)
            and is_publishable(*(getattr(self, name) for name in TOLD))
        ):
            raise InvalidCatalogue

    @property
    def position(self) -> Position:
        """Where it is, WGS 84."""
        return Position(self.latitude_e5 / E5, self.longitude_e5 / E5)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A source and its geodesic distance in metres from the position it was ranked for."""

    source: CatalogueSource
    # Three distances to known places give away the position, so a log line must not show them.
    distance_m: float = field(repr=False)


TOLD: Final = (
    *("owner_kind", "located", "count", "name", "story", "register"),
    *("capacity_kw", "capacity_band_kw", "language"),
)
"""The fields that `is_publishable` looks at, in its order."""


def _is_on_earth(latitude_e5: int, longitude_e5: int) -> bool:
    return abs(latitude_e5) <= MOST_LATITUDE_E5 and abs(longitude_e5) <= MOST_LONGITUDE_E5


def is_publishable(  # noqa: PLR0913, PLR0917 - all that tells of an owner
    owner_kind: str,
    located: str,
    count: int,
    name: str | None,
    story: str | None,
    register: str | None,
    capacity_kw: float | None,
    capacity_band_kw: Band | None,
    language: str | None = None,
) -> bool:
    """Tell whether a source tells of its owner what may be told (rule 3)."""
    if owner_kind == PRIVATE:
        is_silent = (name, story, register, capacity_kw, language) == _SILENT
        return located == "cell" and count > 0 and is_silent
    return located in _LOCATED and count == 1 and capacity_band_kw is None


Columns: TypeAlias = Mapping[str, Sequence[Any]]
"""For each field of `CatalogueSource` its values, one for each source."""


class Catalogue(Sequence[CatalogueSource]):
    """Every published source, or those of one region, as of one version.

    Sources are made as they are asked for: a phone that ranks 200,000 of them looks at a few.

    Args:
        version: which it is; a later one has a larger number.
        region: `all`, or the code of the 100 km cell that holds them.
        columns: as rule 2 orders them within a region.
    """

    def __init__(self, version: int, region: str, columns: Columns) -> None:
        self.version = version
        self.region = region
        self.columns = columns

    @classmethod
    def of(cls, version: int, region: str, sources: Iterable[CatalogueSource]) -> "Catalogue":
        """Return the catalogue of these sources, which come in any order."""
        unordered = list(sources)
        names = [each.name for each in fields(CatalogueSource)]
        columns = {name: [getattr(each, name) for each in unordered] for name in names}
        return cls.of_columns(version, region, columns)

    @classmethod
    def of_columns(cls, version: int, region: str, columns: Columns) -> "Catalogue":
        """Return the catalogue of the sources in these columns, which come in any order.

        Raises:
            InvalidCatalogue: no `CatalogueSource` could be one of them.
        """
        latitudes, longitudes, ids = (
            columns[name] for name in ("latitude_e5", "longitude_e5", "id")
        )
        if not (
            all(map(_is_on_earth, latitudes, longitudes))
            and all(map(is_publishable, *(columns[name] for name in TOLD)))
        ):
            raise InvalidCatalogue
        places = list(zip(map(_morton_code, latitudes, longitudes), ids, strict=True))
        order = sorted(range(len(places)), key=places.__getitem__)
        ordered = {name: [values[at] for at in order] for name, values in columns.items()}
        return cls(version, region, ordered)

    @classmethod
    def joined(cls, version: int, regions: Sequence["Catalogue"]) -> "Catalogue":
        """Return the catalogue of everything in these regions, region by region."""
        columns = {
            each.name: [value for region in regions for value in region.columns[each.name]]
            for each in fields(CatalogueSource)
        }
        return cls(version, EVERYWHERE, columns)

    def __len__(self) -> int:
        return len(self.columns["id"])

    @overload
    def __getitem__(self, index: int) -> CatalogueSource: ...
    @overload
    def __getitem__(self, index: slice) -> list[CatalogueSource]: ...
    def __getitem__(self, index: int | slice) -> CatalogueSource | list[CatalogueSource]:
        if isinstance(index, slice):
            return [self[each] for each in range(len(self))[index]]
        return CatalogueSource(**{name: values[index] for name, values in self.columns.items()})

    def chosen(
        self, technologies: Collection[str] | None, owner_kinds: Collection[str] | None
    ) -> Sequence[int]:
        """Return the indices of the sources of these technologies and owners; None: of all."""
        if technologies is None and owner_kinds is None:
            return range(len(self))
        kinds = zip(self.columns["technology"], self.columns["owner_kind"], strict=True)
        return [
            index
            for index, (technology, owner_kind) in enumerate(kinds)
            if (technologies is None or technology in technologies)
            and (owner_kinds is None or owner_kind in owner_kinds)
        ]

    @cached_property
    def normals(self) -> Sequence[tuple[float, float, float]]:
        """The unit normals of the ellipsoid at the sources."""
        places = zip(self.columns["latitude_e5"], self.columns["longitude_e5"], strict=True)
        return [_normal(latitude / E5, longitude / E5) for latitude, longitude in places]


def nearest(
    catalogue: Catalogue,
    position: Position,
    k: int,
    *,
    technologies: Collection[str] | None = None,
    owner_kinds: Collection[str] | None = None,
) -> list[Ranked]:
    """Return the k sources nearest to a position by geodesic distance, nearest first.

    Theorem: let k sources have normals within an angle u of that at the position. Then the normals
    of its k nearest sources are within (a / b)³ u of it.

    Proof. Along a curve on the ellipsoid the normal turns by the curve's length over a radius of
    curvature, and these lie between b² / a (along the meridian at the equator) and a² / b (at the
    poles). (1) The great-circle arc between two normals is the image of a curve between their
    places that is at most a² / b times as long: so those k sources are within (a² / b) u. (2) A
    geodesic of that length turns the normal by at most (a² / b) u over b² / a, which is (a / b)³ u.
    So the k nearest are among those that are chosen by the angle, and of these the geodesic
    distance is worked out. ∎

    Args:
        catalogue: to be searched.
        position: WGS 84.
        k: how many; fewer sources are all returned.
        technologies: only of these; None: of all.
        owner_kinds: only of these; None: of all.

    Raises:
        GeoError: k is less than 1.
        OutsideGrid: one of them is on the opposite side of the Earth.
    """
    if k < 1:
        raise GeoError("Ask for at least one: k is 1 or more.")
    chosen = catalogue.chosen(technologies, owner_kinds)
    cosines = _cosines(catalogue, position, chosen)
    if len(cosines) > k:
        angle = math.acos(min(nlargest(k, cosines)[-1], 1.0))
        chosen = _turned_by(angle * _CURVATURES, cosines, chosen)
    return _ranked(catalogue, position, chosen)[:k]


def candidates(
    catalogue: Catalogue,
    cell: Cell,
    k: int,
    *,
    technologies: Collection[str] | None = None,
    owner_kinds: Collection[str] | None = None,
) -> list[CatalogueSource]:
    """Return every source that is among the k nearest for some place in a cell.

    They are in the order of their distance from its centre, and few others are among them: see
    `prune`.

    Raises:
        GeoError: k is less than 1.
        OutsideGrid: one of the sources lies outside the grid's area.
    """
    centre = unproject(cell.centre)
    ranked = nearest(catalogue, centre, k, technologies=technologies, owner_kinds=owner_kinds)
    if len(ranked) == k:
        # k sources are within the k-th distance and a half-diagonal of every place in the cell, and
        # so its k nearest are: within one half-diagonal more of the centre.
        reach_m = ranked[-1].distance_m + 2 * cell.farthest_from_centre_m
        chosen = catalogue.chosen(technologies, owner_kinds)
        cosines = _cosines(catalogue, centre, chosen)
        turned = _turned_by(reach_m / _SMALLEST_RADIUS_M, cosines, chosen)
        ranked = [each for each in _ranked(catalogue, centre, turned) if each.distance_m <= reach_m]
    sources = [each.source for each in ranked]
    places = [(each.id, project(each.position)) for each in sources]
    return [sources[index] for index in prune(cell, places, k)]


def _cosines(catalogue: Catalogue, position: Position, chosen: Iterable[int]) -> list[float]:
    """Return the cosine of the angle between the normals at a position and at each source."""
    x, y, z = _normal(position.latitude_deg, position.longitude_deg)
    return [a * x + b * y + c * z for a, b, c in map(catalogue.normals.__getitem__, chosen)]


def _turned_by(angle: float, cosines: Iterable[float], chosen: Iterable[int]) -> list[int]:
    """Return those whose normal is within an angle, and perhaps some beyond it."""
    least = math.cos(min(angle + _ANGLE_SLACK, math.pi))
    return [index for index, cosine in zip(chosen, cosines, strict=True) if cosine >= least]


def _ranked(catalogue: Catalogue, position: Position, chosen: Iterable[int]) -> list[Ranked]:
    sources = map(catalogue.__getitem__, chosen)
    ranked = (Ranked(each, geodesic_distance_m(position, each.position)) for each in sources)
    return sorted(ranked, key=lambda one: (one.distance_m, one.source.id))


def _normal(latitude_deg: float, longitude_deg: float) -> tuple[float, float, float]:
    latitude, longitude = math.radians(latitude_deg), math.radians(longitude_deg)
    across = math.cos(latitude)
    return across * math.cos(longitude), across * math.sin(longitude), math.sin(latitude)


def _morton_code(latitude_e5: int, longitude_e5: int) -> int:
    """Return the bits of both in turn, as a number of one order for both."""
    # In base four, the binary digits of a number have a zero before each.
    north = int(f"{latitude_e5 + MOST_LATITUDE_E5:b}", 4)
    east = int(f"{longitude_e5 + MOST_LONGITUDE_E5:b}", 4)
    return north << 1 | east
