import csv
import itertools
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_geo import (
    RESOLUTIONS_M,
    Catalogue,
    CatalogueSource,
    Cell,
    GeoError,
    GridPoint,
    InvalidCatalogue,
    OutsideGrid,
    Position,
    Ranked,
    Resolution,
    candidates,
    nearest,
    project,
    unproject,
)
from nabij_geo.projection import length_distortion
from tests.geo import oracle
from tests.geo.catalogues import OWNER_KINDS, TECHNOLOGIES, catalogues, neighbours, source
from tests.geo.strategies import cells, fractions, point_in, positions_on_grid

REGISTER = Path(__file__).parents[3] / "shared" / "data" / "sources" / "powerplants_europe.csv"
RIMS = {
    "Nicosia": Position(35.1856, 33.3823),
    "Reykjavik": Position(64.1466, -21.9426),
    "Las Palmas": Position(28.1235, -15.4363),
    "Longyearbyen": Position(78.2232, 15.6267),
    "Valletta": Position(35.8989, 14.5146),
}
MM = 0.001


class _Places:
    """Sources with PROJ's geodesics to them."""

    def __init__(self, sources: list[CatalogueSource]) -> None:
        degrees = np.array([(each.latitude_e5, each.longitude_e5) for each in sources]) / 1e5
        self._latitudes, self._longitudes = degrees.reshape(-1, 2).T
        self.sources = sources

    def distances_m(self, position: Position) -> oracle.Array:
        return oracle.distances_m(position, self._latitudes, self._longitudes)

    def assert_holds_the_nearest(
        self, found: list[CatalogueSource], position: Position, k: int
    ) -> None:
        """Each source that is among the k nearest was found."""
        self._assert_none_is_missed(found, self.distances_m(position), k)

    def assert_are_the_nearest(self, ranked: list[Ranked], position: Position, k: int) -> None:
        distances = self.distances_m(position)
        self._assert_none_is_missed([each.source for each in ranked], distances, k)
        expected = np.sort(distances)[:k]
        assert [each.distance_m for each in ranked] == pytest.approx(expected, abs=MM)

    def _assert_none_is_missed(
        self, found: list[CatalogueSource], distances: oracle.Array, k: int
    ) -> None:
        kth_m = float(np.sort(distances)[:k][-1]) if self.sources else 0.0
        ids = {each.id for each in found}
        nearer = [self.sources[index].id for index in np.flatnonzero(distances < kth_m - MM)]
        assert [each for each in nearer if each not in ids] == []


# A kilometre inside the rims, so that a place is still on the grid once it is rounded.
inside = st.builds(GridPoint, st.floats(901_000, 6_899_000), st.floats(901_000, 7_499_000))
spots = st.lists(inside.map(unproject), min_size=1, max_size=60)


def _of(places: list[Position], seed: int) -> list[CatalogueSource]:
    random = Random(seed)  # noqa: S311 - made-up sources
    stacked = [*places, *places[::3]]
    return [
        source(
            f"{number:03}",
            place,
            technology=random.choice(TECHNOLOGIES),
            owner_kind=random.choice(OWNER_KINDS),
        )
        for number, place in enumerate(stacked)
    ]


@given(places=spots, here=positions_on_grid, k=st.integers(1, 100), seed=st.integers(0, 2**32))
def test_the_nearest_are_those_that_proj_finds(
    places: list[Position], here: Position, k: int, seed: int
) -> None:
    sources = _of(places, seed)
    catalogue = Catalogue.of(1, "all", sources)
    _Places(sources).assert_are_the_nearest(nearest(catalogue, here, k), here, k)
    wind = [each for each in sources if each.technology == "wind" and each.owner_kind != "farm"]
    filtered = nearest(
        catalogue, here, k, technologies={"wind"}, owner_kinds={"company", "cooperative"}
    )
    _Places(wind).assert_are_the_nearest(filtered, here, k)


@given(
    places=spots,
    cell=cells,
    at=st.tuples(fractions, fractions),
    k=st.integers(1, 20),
    seed=st.integers(0, 2**32),
)
def test_the_candidates_of_a_cell_are_exact_and_few(
    places: list[Position], cell: Cell, at: tuple[float, float], k: int, seed: int
) -> None:
    sources = _of(places, seed)
    judge = _Places(sources)
    found = candidates(Catalogue.of(1, "all", sources), cell, k)
    for place in (at, *itertools.product((0.0, 1.0), repeat=2)):
        position = unproject(point_in(cell, *place))
        judge.assert_holds_the_nearest(found, position, k)


def test_of_sources_at_one_distance_the_first_ids_are_nearest() -> None:
    place = Position(52.1, 5.1)
    stack = Catalogue.of(1, "all", [source(name, place) for name in ("d", "b", "a", "c")])
    assert [each.source.id for each in nearest(stack, Position(52.0, 5.0), 3)] == ["a", "b", "c"]
    cell = Cell.containing(Position(52.0, 5.0))
    assert [each.id for each in candidates(stack, cell, 2)] == ["a", "b"]


@given(places=spots, seed=st.integers(0, 2**32))
def test_columns_in_any_order_are_the_same_catalogue(places: list[Position], seed: int) -> None:
    sources = _of(places, seed)
    catalogue = Catalogue.of(1, "all", sources)
    assert sorted(catalogue, key=lambda each: each.id) == sorted(sources, key=lambda each: each.id)
    order = list(range(len(sources)))
    Random(seed).shuffle(order)  # noqa: S311 - an order
    shuffled = {name: [column[at] for at in order] for name, column in catalogue.columns.items()}
    assert list(Catalogue.of_columns(1, "all", shuffled)) == list(catalogue)


def test_they_are_in_morton_order_north_before_east() -> None:
    corners = [(north, east) for north in range(4) for east in range(4)]
    sources = [
        replace(
            source(f"{north}{east}", Position(0.0, 0.0)),
            latitude_e5=north - 9_000_000,
            longitude_e5=east - 18_000_000,
        )
        for north, east in corners
    ]
    assert [each.id for each in Catalogue.of(1, "all", sources)] == [
        *("00", "01", "10", "11", "02", "03", "12", "13"),
        *("20", "21", "30", "31", "22", "23", "32", "33"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude_e5": 9_000_001},
        {"longitude_e5": -18_000_001},
        {"owner_kind": "person"},
        {"located": "somewhere"},
        {"count": 2},
    ],
)
def test_columns_hold_no_source_that_could_not_be_made(wrong: dict[str, object]) -> None:
    catalogue = Catalogue.of(1, "all", [source("a", Position(52.0, 5.0))])
    columns = dict(catalogue.columns) | {name: [value] for name, value in wrong.items()}
    with pytest.raises(InvalidCatalogue):
        Catalogue.of_columns(1, "all", columns)


def test_nothing_is_near_where_there_is_nothing() -> None:
    empty = Catalogue.of(0, "all", [])
    assert len(empty) == 0
    assert nearest(empty, Position(52.0, 5.0), 3) == []
    assert candidates(empty, Cell.containing(Position(52.0, 5.0)), 3) == []
    one = Catalogue.of(0, "all", [source("a", Position(52.0, 5.0))])
    assert nearest(one, Position(52.0, 5.0), 3, technologies=()) == []


def test_k_is_at_least_one() -> None:
    catalogue = Catalogue.of(1, "all", [source("a", Position(52.0, 5.0))])
    with pytest.raises(GeoError):
        nearest(catalogue, Position(52.0, 5.0), 0)


def test_on_the_other_side_of_the_earth_there_is_no_nearest() -> None:
    catalogue = Catalogue.of(1, "all", [source("a", Position(40.0, -4.0))])
    with pytest.raises(OutsideGrid):
        nearest(catalogue, Position(-40.0, 176.0), 1)


def test_a_ranking_shows_no_distance() -> None:
    catalogue = Catalogue.of(1, "all", [source("a", Position(52.0, 5.0))])
    assert "distance_m" not in repr(nearest(catalogue, Position(52.1, 5.0), 1))


@given(catalogues)
def test_a_catalogue_is_a_sequence_in_one_order(catalogue: Catalogue) -> None:
    again = Catalogue.of(catalogue.version, "all", reversed(catalogue))
    assert list(again) == list(catalogue)
    assert catalogue[:2] == list(catalogue)[:2]


def test_neighbours_on_the_ground_are_neighbours_in_the_file() -> None:
    towns = [Position(52.0 + n / 100, 5.0 + n / 100) for n in range(20)]
    far = [Position(38.0 + n / 100, -9.0 + n / 100) for n in range(20)]
    mixed = itertools.chain.from_iterable(zip(towns, far, strict=True))
    catalogue = Catalogue.of(1, "all", [source(f"{n:02}", p) for n, p in enumerate(mixed)])
    northern = [each.latitude_e5 > 5_000_000 for each in catalogue]
    assert northern == [False] * 20 + [True] * 20


@pytest.mark.parametrize(
    "told",
    [
        {"name": "Zonnepanelen Lindeweg"},
        {"story": "Van de buren"},
        {"register": "mastr"},
        {"capacity_kw": 4.2},
        {"located": "site"},
        {"count": 0},
    ],
)
def test_nothing_more_of_a_private_person_can_be_said(told: dict[str, object]) -> None:
    with pytest.raises(InvalidCatalogue) as caught:
        neighbours("n", Position(52.0, 5.0), **told)
    assert "Lindeweg" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 2},
        {"capacity_band_kw": (0.0, 5.0)},
        {"located": "somewhere"},
        {"latitude_e5": 9_000_001},
        {"longitude_e5": -18_000_001},
    ],
)
def test_a_source_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidCatalogue):
        source("s", Position(52.0, 5.0), **wrong)


@pytest.fixture(scope="module")
def european() -> list[CatalogueSource]:
    """The plants of a real register, with its stacks of units at one point."""
    if not REGISTER.exists():
        pytest.skip("needs the register in shared/data/sources beside the checkout")
    with REGISTER.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    placed = [(row, Position(float(row["lat"]), float(row["lon"]))) for row in rows]
    sources: list[CatalogueSource] = []
    for row, position in placed:
        try:
            Cell.containing(position)
        except OutsideGrid:
            continue
        fuel = row["Fueltype"].casefold()
        kind = OWNER_KINDS[int(row["id"]) % len(OWNER_KINDS)]
        sources.append(source(row["id"], position, technology=fuel, owner_kind=kind))
    return sources


def _two_hundred_places(sources: list[CatalogueSource]) -> list[Position]:
    random = Random(18)  # noqa: S311 - places to try
    at_sources = [each.position for each in random.sample(sources, 95)]
    places = Counter((each.latitude_e5, each.longitude_e5) for each in sources)
    stacks = [Position(at[0] / 1e5, at[1] / 1e5) for at, _ in places.most_common(20)]
    anywhere = [Position(random.uniform(35, 70), random.uniform(-10, 30)) for _ in range(80)]
    return [*RIMS.values(), *at_sources, *stacks, *anywhere]


def test_the_nearest_of_a_real_register_at_two_hundred_places(
    european: list[CatalogueSource],
) -> None:
    catalogue = Catalogue.of(1, "all", european)
    places = _two_hundred_places(european)
    assert len(places) == 200
    wanted = {"technologies": {"solar", "wind"}, "owner_kinds": {"farm"}}
    farms = [
        each
        for each in european
        if each.technology in wanted["technologies"] and each.owner_kind == "farm"
    ]
    of_all, of_farms = _Places(european), _Places(farms)
    for number, place in enumerate(places):
        k = number % 100 + 1
        of_all.assert_are_the_nearest(nearest(catalogue, place, k), place, k)
        of_farms.assert_are_the_nearest(nearest(catalogue, place, k, **wanted), place, k)


@pytest.mark.parametrize("resolution_m", RESOLUTIONS_M)
def test_the_candidates_in_a_real_register_hold_the_nearest_of_every_corner(
    european: list[CatalogueSource], resolution_m: Resolution
) -> None:
    catalogue = Catalogue.of(1, "all", european)
    judge = _Places(european)
    random = Random(resolution_m)  # noqa: S311 - places to try
    towns = [*RIMS.values(), *random.sample([each.position for each in european], 15)]
    edges = (0.001 / resolution_m, 1 - 0.001 / resolution_m)
    for number, town in enumerate(towns):
        k = (1, 5, 10, 100)[number % 4]
        cell = Cell.containing(town, resolution_m)
        found = candidates(catalogue, cell, k)
        for place in itertools.product(edges, repeat=2):
            position = unproject(point_in(cell, *place))
            judge.assert_holds_the_nearest(found, position, k)
        _assert_fewer_than_k_beat_each(found, cell, k, judge)


def _assert_fewer_than_k_beat_each(
    found: list[CatalogueSource], cell: Cell, k: int, judge: _Places
) -> None:
    """Of all sources that may be among the nearest, fewer than k beat any that is left."""
    distances = judge.distances_m(unproject(cell.centre))
    reach_m = float(np.sort(distances)[k - 1]) + 2 * cell.farthest_from_centre_m
    near = [judge.sources[index] for index in np.flatnonzero(distances <= reach_m)]
    points = np.array([project(each.position) for each in near])
    farthest_m = np.hypot(*(points - np.array(oracle.ORIGIN)).T).max()
    shrink = length_distortion(max(float(farthest_m), cell.farthest_from_origin_m)) ** -2
    corners = np.array(cell.corners)
    to_corners = np.hypot(*(points[:, None, :] - corners[None, :, :]).transpose(2, 0, 1))
    left = {each.id for each in found}
    for source_of, own in zip(near, to_corners, strict=True):
        if source_of.id in left:
            assert (to_corners <= shrink * own).all(axis=1).sum() < k
