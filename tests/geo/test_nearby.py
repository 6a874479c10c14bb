import itertools
import math
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nabij_geo import (
    Cell,
    GeoError,
    GridPoint,
    Position,
    Resolution,
    candidate_radius_m,
    prune,
)
from tests.geo import oracle
from tests.geo.strategies import (
    EAST_M,
    NORTH_M,
    SOUTH_M,
    WEST_M,
    cells,
    fractions,
    point_in,
)

LIMASSOL = Position(34.6786, 33.0413)
FLORES = Position(39.4532, -31.1275)
LONGYEARBYEN = Position(78.2232, 15.6267)
RIMS = [LIMASSOL, FLORES, LONGYEARBYEN]


class _Sources(NamedTuple):
    northings: oracle.Array
    eastings: oracle.Array


def _scattered(cell: Cell, count: int, spread_m: float, seed: int) -> _Sources:
    """Return sources around a cell, on the grid, some in the open and some in tight clusters."""
    random = np.random.default_rng(seed)
    step = spread_m * random.choice([1.0, 0.01], (2, count))
    northings, eastings = np.array([cell.centre]).T + step * random.standard_normal((2, count))
    return _Sources(np.clip(northings, SOUTH_M, NORTH_M), np.clip(eastings, WEST_M, EAST_M))


def _kth(values: oracle.Array, k: int) -> float:
    return float(np.sort(values)[k - 1])


def _assert_all_nearest_are_candidates(
    cell: Cell, places: list[GridPoint], sources: _Sources, k: int
) -> None:
    from_centre = np.hypot(
        sources.northings - cell.centre.northing_m, sources.eastings - cell.centre.easting_m
    )
    candidates = from_centre <= candidate_radius_m(cell, _kth(from_centre, k))
    latitudes, longitudes = oracle.from_plane(*sources)
    for place in places:
        distances = oracle.distances_m(oracle.position_of(place), latitudes, longitudes)
        assert candidates[distances <= _kth(distances, k)].all()


@given(
    cell=cells,
    at=st.tuples(fractions, fractions),
    asked=st.integers(1, 60).flatmap(
        lambda count: st.tuples(st.just(count), st.integers(1, count))
    ),
    spread=st.floats(2, 6.7),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_candidates_hold_the_k_nearest_of_every_place_in_the_cell(
    cell: Cell, at: tuple[float, float], asked: tuple[int, int], spread: float, seed: int
) -> None:
    k, count = sorted(asked)
    sources = _scattered(cell, count, 10**spread, seed)
    corners = itertools.product((0.0, 1.0), repeat=2)
    places = [point_in(cell, *place) for place in (at, *corners)]
    _assert_all_nearest_are_candidates(cell, places, sources, k)


@pytest.mark.parametrize("town", RIMS)
@pytest.mark.parametrize("resolution_m", [1_000, 10_000, 100_000])
@pytest.mark.parametrize("k", [1, 10, 100])
def test_the_candidates_hold_the_k_nearest_at_the_rims(
    town: Position, resolution_m: Resolution, k: int
) -> None:
    cell = Cell.containing(town, resolution_m)
    lattice = itertools.product(np.linspace(0, 1, 5), repeat=2)
    places = [point_in(cell, float(up), float(right)) for up, right in lattice]
    for seed in range(5):
        sources = _scattered(cell, 2_000, 60_000, seed)
        _assert_all_nearest_are_candidates(cell, places, sources, k)


def _radial_and_tangential(cell: Cell, radial_m: float, tangential_m: float) -> _Sources:
    """Return one source towards the projection's origin, and one at a right angle to that."""
    north = oracle.ORIGIN.northing_m - cell.centre.northing_m
    east = oracle.ORIGIN.easting_m - cell.centre.easting_m
    length_m = math.hypot(north, east)
    north, east = north / length_m, east / length_m
    return _Sources(
        cell.centre.northing_m + np.array([north * radial_m, east * tangential_m]),
        cell.centre.easting_m + np.array([east * radial_m, -north * tangential_m]),
    )


@pytest.mark.parametrize("town", RIMS)
def test_at_the_rims_the_plane_misleads_and_the_radius_allows_for_it(town: Position) -> None:
    cell = Cell.containing(town)
    undistorted_m = 100_000 + 2 * cell.half_diagonal_m
    sources = _radial_and_tangential(cell, 100_000, undistorted_m + 500)
    latitudes, longitudes = oracle.from_plane(*sources)
    radial_m, tangential_m = oracle.distances_m(
        oracle.position_of(cell.centre), latitudes, longitudes
    )
    assert tangential_m < radial_m
    _assert_all_nearest_are_candidates(cell, [cell.centre], sources, k=1)


def test_at_home_the_list_stays_short() -> None:
    cell = Cell.parse("CRS3035RES1000mN3263000E3973000")
    undistorted_m = 5_000 + 2 * cell.half_diagonal_m
    assert undistorted_m < candidate_radius_m(cell, 5_000) < undistorted_m * 1.002


@given(cells, st.floats(0, 10_000_000), st.floats(0, 10_000_000))
@example(Cell(1_000, 3_210_000, 4_321_000), 0.0, 0.0)
def test_the_radius_grows_with_the_distance(cell: Cell, a_m: float, b_m: float) -> None:
    nearer, farther = sorted([a_m, b_m])
    assert candidate_radius_m(cell, nearer) <= candidate_radius_m(cell, farther)
    assert candidate_radius_m(cell, nearer) > nearer + 2 * cell.half_diagonal_m


@pytest.mark.parametrize("kth_distance_m", [6_000_000.0, math.inf])
def test_without_a_bound_every_source_is_a_candidate(kth_distance_m: float) -> None:
    assert candidate_radius_m(Cell.containing(LIMASSOL), kth_distance_m) == math.inf


@pytest.mark.parametrize("kth_distance_m", [-0.001, math.nan, -math.inf])
def test_what_is_no_distance_is_refused(kth_distance_m: float) -> None:
    with pytest.raises(GeoError):
        candidate_radius_m(Cell.containing(LIMASSOL), kth_distance_m)


@given(
    cell=cells,
    at=st.tuples(fractions, fractions),
    asked=st.tuples(st.integers(1, 40), st.integers(1, 10)),
    spread=st.floats(2, 6),
    seed=st.integers(0, 2**32 - 1),
)
def test_who_beats_a_dropped_source_is_nearer_everywhere(
    cell: Cell, at: tuple[float, float], asked: tuple[int, int], spread: float, seed: int
) -> None:
    count, k = asked
    spots = _scattered(cell, count, 10**spread, seed)
    # Some stand at one point.
    stacked = _Sources(*(np.concatenate([each, each[: count // 2]]) for each in spots))
    points = [GridPoint(float(n), float(e)) for n, e in zip(*stacked, strict=True)]
    kept = prune(cell, [(f"{number:02}", point) for number, point in enumerate(points)], k)
    assert kept == sorted(kept)
    latitudes, longitudes = oracle.from_plane(*stacked)
    places = [point_in(cell, *place) for place in (at, *itertools.product((0.0, 1.0), repeat=2))]
    for place in places:
        distances = oracle.distances_m(oracle.position_of(place), latitudes, longitudes)
        nearer = np.lexsort((np.arange(len(points)), np.round(distances, 3)))
        assert set(nearer[:k].tolist()) <= set(kept)


def test_in_a_dense_town_the_list_is_short() -> None:
    cell = Cell.parse("CRS3035RES1000mN3263000E3973000")
    spots = np.random.default_rng(3).uniform(-10_000, 10_000, (4_000, 2)) + np.array(cell.centre)
    points = [GridPoint(float(northing), float(easting)) for northing, easting in spots]
    from_centre = sorted(math.dist(point, cell.centre) for point in points)
    radius_m = candidate_radius_m(cell, from_centre[9])
    near = [point for point in points if math.dist(point, cell.centre) <= radius_m]
    kept = prune(cell, [(str(number), point) for number, point in enumerate(near)], 10)
    assert len(kept) < 0.6 * len(near)


def test_of_sources_at_one_point_those_whose_ids_come_first_are_kept() -> None:
    cell = Cell.parse("CRS3035RES1000mN3263000E3973000")
    stack = [(name, cell.centre) for name in ("d", "b", "a", "c")]
    assert prune(cell, stack, 2) == [1, 2]


def test_where_the_plane_is_not_known_nothing_is_dropped() -> None:
    cell = Cell.containing(FLORES)
    beyond = GridPoint(cell.centre.northing_m, 20_000_000)
    sources = [("a", cell.centre), ("b", beyond), ("c", beyond)]
    assert prune(cell, sources, 1) == [0, 1]


def test_no_source_leaves_none() -> None:
    assert prune(Cell.containing(LIMASSOL), [], 5) == []
