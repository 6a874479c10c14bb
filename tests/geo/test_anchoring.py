"""The rules at the head of `nabij_geo.anchoring`, one by one."""

import itertools
import json
import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from nabij_geo import (
    Anchors,
    Cell,
    GeoError,
    GridPoint,
    InvalidCell,
    Position,
    Resolution,
)
from nabij_geo.projection import ground_distance_m
from tests.geo.phones import (
    START_S,
    Phone,
    chance,
    fix_at,
    moved,
    noisy,
    off_the_lines,
    reloaded,
)
from tests.geo.strategies import positions_on_earth, resolutions

HOME = GridPoint(3_263_600.5, 3_973_400.5)
HOME_CELL = Cell(1_000, 3_263_000, 3_973_000)
CORNER = GridPoint(3_300_000, 4_000_000)  # of four cells of 100 km
LINE = GridPoint(3_300_500.5, 4_000_000.5)  # between two
NEW_YORK = Position(40.71, -74.01, 10.0)

# Away from the rims, where a place 40 km off is outside the grid.
places = st.builds(GridPoint, st.floats(1.0e6, 6.8e6), st.floats(1.0e6, 7.4e6))
angles = st.floats(0, math.tau)
seeds = st.integers(0, 2**32)
fixes = st.builds(fix_at, places.map(lambda point: GridPoint(point[0] % 500 + 3.2e6, 4.0e6)))
anywhere = st.one_of(fixes, positions_on_earth, st.builds(fix_at, places, st.floats(0, 5_000)))
gaps_s = st.one_of(st.sampled_from([1, 300, 1_200, 3_600, 3_601, 10_801]), st.floats(-1e5, 1e6))
journeys = st.lists(st.tuples(anywhere, gaps_s, resolutions), max_size=12)


def towards(point: GridPoint, angle: float, distance_m: float) -> GridPoint:
    """Return the point at a distance over the ground, in a direction."""
    far = moved(point, math.sin(angle), math.cos(angle))
    factor = distance_m / ground_distance_m(point, far)
    return moved(point, factor * math.sin(angle), factor * math.cos(angle))


def test_a_dwell_of_ten_minutes_has_the_official_cell_of_1_km() -> None:
    phone = Phone()
    assert [phone.look(HOME).cell for _ in range(4)] == [None, None, HOME_CELL, HOME_CELL]


def test_a_second_less_than_ten_minutes_is_no_dwell() -> None:
    anchors, cells = Anchors(), list[Cell | None]()
    for second in (0, 300, 599, 600):
        step = anchors.step(fix_at(HOME), START_S + second)
        anchors = step.anchors
        cells.append(step.cell)
    assert cells == [None, None, None, HOME_CELL]


@given(places, angles)
def test_a_dwell_is_within_100_m(home: GridPoint, angle: float) -> None:
    home = off_the_lines(home)
    near, far = (towards(home, angle, distance_m) for distance_m in (99, 101))
    assert Phone().told([home, near, home]) != []
    assert Phone().told([home, far, home]) == []


@pytest.mark.parametrize(("gap_s", "looks"), [(7_200, 3), (7_201, 4)])
def test_a_dwell_being_proven_bears_a_gap_of_two_hours(gap_s: int, looks: int) -> None:
    phone = Phone()
    phone.look(HOME)
    phone.now_s = START_S + gap_s
    assert phone.told([HOME] * (looks - 2)) == []
    assert phone.look(HOME).cell == HOME_CELL


@given(places, seeds, st.floats(1, 40))
@example(CORNER, 1, 40.0)
@example(CORNER, 2, 40.0)
def test_a_place_is_always_the_same_cell_however_noise_falls(
    home: GridPoint, seed: int, sigma_m: float
) -> None:
    noise, phone, told = chance(seed), Phone(), set[Cell]()
    for _ in range(10):
        told.update(phone.told(noisy(home, noise, sigma_m) for _ in range(8)))
        phone.told(moved(home, 20_000, 700 * step) for step in range(3))
    assert len(told) == 1
    at_home = [each for each in phone.remembered() if ground_distance_m(each, home) < 1_000]
    assert len(at_home) == 1


def test_without_anchors_the_cell_of_that_place_would_flicker() -> None:
    noise = chance(1)
    assert len({Cell.holding(noisy(CORNER, noise, 40)) for _ in range(80)}) == 4


@given(places, angles, st.floats(0.5, 6), st.floats(0.2, 1_200))
@example(CORNER, 1.0, 40.0, 300.0)
def test_a_moving_phone_has_no_cell(
    start: GridPoint, angle: float, speed_m_per_s: float, every_s: float
) -> None:
    anchors = Anchors()
    for look in range(12):
        point = towards(start, angle, speed_m_per_s * every_s * look)
        step = anchors.step(fix_at(point), START_S + every_s * look)
        assert step.cell is None
        anchors = step.anchors
    assert anchors.document()["anchors"] == []


@pytest.mark.parametrize("every_s", [1, 20, 120])
def test_a_slow_walk_has_no_cell_however_often_the_phone_looks(every_s: int) -> None:
    anchors = Anchors()
    for second in range(0, 3_600, every_s):
        step = anchors.step(fix_at(moved(HOME, 0.5 * second)), START_S + second)
        assert step.cell is None
        anchors = step.anchors


def test_who_crawls_within_the_radius_dwells() -> None:
    phone = Phone()
    assert phone.told(moved(HOME, 60 * look) for look in range(3)) == [HOME_CELL]


@given(places, angles, st.floats(1, 249))
def test_a_dwell_within_250_m_of_an_anchor_has_its_cell(
    home: GridPoint, angle: float, distance_m: float
) -> None:
    home = off_the_lines(home)
    near = off_the_lines(towards(home, angle, distance_m))
    assume(ground_distance_m(home, near) <= 249)
    phone = Phone()
    first = phone.cell_of(home)
    assert phone.cell_of(near) == first
    assert len(phone.remembered()) == 1


@given(places, angles, st.floats(253, 5_000), st.lists(st.booleans(), max_size=6))
def test_two_places_farther_apart_are_told_as_if_there_were_one(
    home: GridPoint, angle: float, distance_m: float, days: list[bool]
) -> None:
    home = off_the_lines(home)
    work = off_the_lines(towards(home, angle, distance_m))
    assume(ground_distance_m(home, work) >= 253)
    phone = Phone()
    for at_home in days:
        place = home if at_home else work
        assert phone.cell_of(place) == Cell.holding(place)


def test_between_two_anchors_the_nearest_one_counts() -> None:
    phone, west, east = Phone(), moved(LINE, east_m=-150), moved(LINE, east_m=200)
    cells = [phone.cell_of(east), phone.cell_of(west)]
    assert cells == [Cell.holding(east), Cell.holding(west)]
    assert phone.cell_of(moved(LINE, east_m=10)) == cells[1]
    # Nearer to the anchor in the east, but it is the same place as the one before.
    assert phone.cell_of(moved(LINE, east_m=40)) == cells[1]
    assert phone.cell_of(moved(LINE, east_m=180)) == cells[0]


@given(places, journeys)
def test_what_is_told_is_the_parent_of_the_first_anchors_cell(
    home: GridPoint, journey: list[tuple[Position, float, Resolution]]
) -> None:
    phone = Phone()
    phone.cell_of(home)
    for fix, gap_s, resolution_m in journey:
        phone.now_s += gap_s
        step = phone.anchors.step(fix, phone.now_s, resolution_m)
        phone.anchors = step.anchors
        if step.cell is not None:
            assert step.cell == Cell.holding(phone.remembered()[0], resolution_m)


def test_another_resolution_asks_for_another_parent_and_remembers_the_same() -> None:
    phone = Phone()
    phone.cell_of(HOME)
    for resolution_m in (100_000, 1_000, 10_000):
        phone.resolution_m = resolution_m
        assert phone.look(moved(HOME, 30)).cell == HOME_CELL.parent(resolution_m)
    assert phone.remembered() == [GridPoint(3_263_605, 3_973_405)]


def test_a_grant_that_becomes_coarser_at_a_line_stays_on_its_side() -> None:
    phone = Phone()
    phone.cell_of(moved(CORNER, 5, 5))
    phone.resolution_m = 100_000
    assert phone.cell_of(moved(CORNER, -90, -90)) == Cell(100_000, 3_300_000, 4_000_000)


def test_of_32_anchors_the_one_not_used_for_longest_is_forgotten() -> None:
    phone = Phone()
    towns = [off_the_lines(moved(HOME, 10_000 * number)) for number in range(33)]
    for town in towns[:32]:
        phone.cell_of(town)
    phone.cell_of(towns[0])
    assert len(phone.remembered()) == 32
    phone.cell_of(towns[32])
    expected = [towns[32], towns[0], *reversed(towns[2:32])]
    assert [off_the_lines(point) for point in phone.remembered()] == expected


@pytest.mark.parametrize("north_m", [-249, 0.5, 500, 999.5, 1_248])
def test_the_first_dwell_in_the_servers_cell_or_near_it_gets_that_cell(north_m: float) -> None:
    phone = Phone(Anchors.seeded({HOME_CELL: 1}))
    assert phone.cell_of(GridPoint(3_263_000 + north_m, 3_973_400)) == HOME_CELL


@pytest.mark.parametrize("north_m", [-251, 1_251])
def test_a_dwell_farther_from_the_servers_cell_has_its_own(north_m: float) -> None:
    phone, point = Phone(Anchors.seeded({HOME_CELL: 1})), GridPoint(3_263_000 + north_m, 3_973_400)
    assert phone.cell_of(point) == Cell.holding(point) != HOME_CELL


@pytest.mark.parametrize("resolution_m", [10_000, 100_000])
def test_of_a_coarse_cell_that_the_server_knows_the_nearest_part_counts(
    resolution_m: Resolution,
) -> None:
    seed, outside = Cell.holding(CORNER, resolution_m), moved(CORNER, -200, 4_321)
    phone = Phone(Anchors.seeded({seed: 1}))
    assert phone.cell_of(outside) == Cell(1_000, 3_300_000, 4_004_000)
    phone.resolution_m = resolution_m
    assert phone.look(outside).cell == seed


def test_the_servers_cell_waits_for_its_places() -> None:
    phone = Phone(Anchors.seeded({HOME_CELL: 1}))
    assert phone.cell_of(LINE) == Cell.holding(LINE)
    assert phone.cell_of(GridPoint(3_262_800, 3_973_400)) == HOME_CELL
    assert phone.cell_of(GridPoint(3_262_900, 3_973_900)) == HOME_CELL
    assert phone.cell_of(GridPoint(3_262_600, 3_973_900)) == Cell(1_000, 3_262_000, 3_973_000)


def test_of_several_told_cells_a_dwell_takes_the_finest_then_the_most_told() -> None:
    south = Cell(1_000, 3_262_000, 3_973_000)
    coarse = south.parent(10_000)
    told = {south: 7, HOME_CELL: 13, coarse: 99}
    for point in (GridPoint(3_262_996, 3_973_400), GridPoint(3_263_004, 3_973_400)):
        phone = Phone(Anchors.seeded(told))
        assert phone.cell_of(point) == HOME_CELL
        assert phone.anchors.told_cells == {**told, HOME_CELL: 15}


def test_what_is_told_is_counted_and_of_33_squares_the_last_is_forgotten() -> None:
    phone = Phone()
    for number in range(33):
        phone.cell_of(moved(HOME, 10_000 * number))
    told = phone.anchors.told_cells
    assert set(told.values()) == {2}
    assert len(told) == 32
    assert Cell.holding(HOME) not in told


@given(places, st.floats(-1_350, 1_350), st.floats(-1_350, 1_350), resolutions)
@example(GridPoint(3_263_200.5, 3_973_400.5), -300.0, 0.0, 1_000)
def test_a_cell_that_is_asked_for_where_the_phone_is_counts_as_one_it_was_seeded_with(
    home: GridPoint, north_m: float, east_m: float, resolution_m: Resolution
) -> None:
    told = Cell.holding(moved(home, north_m, east_m), resolution_m)
    seeded, asked = Phone(Anchors.seeded({told: 3})), Phone()
    for metres in (0, 95, 0, -95, 0):
        at = fix_at(moved(home, metres))
        asked.anchors = asked.anchors.recalling(at, lambda each: 3 * (each == told))
        assert asked.look(moved(home, metres)).cell == seeded.look(moved(home, metres)).cell


def test_no_more_cells_are_asked_for_than_a_dwell_could_take() -> None:
    asked: list[Cell] = []

    def never(cell: Cell) -> int:
        asked.append(cell)
        return 0

    anchors = Anchors.seeded({Cell.holding(CORNER): 1})
    assert anchors.recalling(fix_at(CORNER), never) is anchors
    around = {Cell.holding(moved(CORNER, n, e)) for n in (-1, 1) for e in (-1, 1)}
    assert {each for each in asked if each.resolution_m == 1_000} == around - {Cell.holding(CORNER)}
    assert Anchors().recalling(Position(0.0, 0.0), never) == Anchors()


@given(seeds)
def test_twenty_rounds_of_forgetting_choose_one_cell(seed: int) -> None:
    noise, home = chance(seed), GridPoint(3_263_004, 3_973_400)
    told: dict[Cell, int] = {}
    for _ in range(20):
        phone = Phone(Anchors.seeded(told))
        phone.told(noisy(home, noise, 15) for _ in range(6))
        told = phone.anchors.told_cells
    assert len(told) == 1


def test_a_stay_that_was_left_begins_anew() -> None:
    phone = Phone()
    points = [HOME, HOME, moved(HOME, 500), HOME, HOME, HOME, HOME]
    assert phone.told(points) == [HOME_CELL] * 2
    assert phone.now_s > START_S + 2_000


def test_a_poor_fix_neither_proves_nor_breaks_a_dwell() -> None:
    phone = Phone()
    for accuracy_m, cell in [(100, None), (101, None), (10, None), (10, HOME_CELL)]:
        assert phone.look(HOME, accuracy_m).cell == cell


def test_a_poor_fix_at_rest_is_not_told_and_changes_nothing() -> None:
    phone = Phone()
    phone.cell_of(HOME)
    before, step = phone.anchors, phone.look(moved(HOME, 900), 850)
    assert (step.cell, step.wait_s, step.anchors) == (None, 3_600, before)
    assert phone.look(HOME).cell == HOME_CELL


def test_a_poor_fix_that_is_clearly_elsewhere_ends_the_stay() -> None:
    phone = Phone()
    phone.cell_of(HOME)
    assert phone.look(moved(HOME, 1_000), 850).cell is None
    assert phone.anchors.document()["stay"] is None


@pytest.mark.parametrize("accuracy_m", [2_000, None])
def test_among_precise_fixes_a_poor_one_never_has_a_cell(accuracy_m: float | None) -> None:
    phone = Phone()
    steps = [phone.look(HOME, accuracy_m) for _ in range(50)]
    assert {step.cell for step in steps} == {None}
    assert phone.anchors.document()["stay"] is None


def test_a_fix_of_unknown_accuracy_at_an_anchor_is_not_told_and_ends_no_stay() -> None:
    phone = Phone()
    phone.cell_of(HOME)
    before = phone.anchors
    assert phone.look(moved(HOME, 90_000), None).cell is None
    assert phone.anchors == before


@pytest.mark.parametrize("seconds", [-1, 3 * 3_600 + 1, 8 * 3_600])
def test_at_rest_a_clock_set_back_or_a_long_sleep_asks_for_a_new_proof(seconds: float) -> None:
    phone = Phone()
    phone.cell_of(HOME)
    phone.now_s += seconds - 3_600
    # So far from its anchor that one fix does not recognise it, but within its reach.
    assert [phone.look(moved(HOME, 150)).cell for _ in range(3)] == [None, None, HOME_CELL]


def test_at_rest_two_looks_may_fail() -> None:
    phone = Phone()
    phone.cell_of(HOME)
    phone.now_s += 2 * 3_600
    assert phone.look(HOME).cell == HOME_CELL


@pytest.mark.parametrize("gap_s", [600, 3_600, 3_601, 8 * 3_600])
def test_two_passes_are_no_dwell_however_far_apart(gap_s: float) -> None:
    anchors = Anchors().step(fix_at(HOME), START_S).anchors
    step = anchors.step(fix_at(HOME), START_S + gap_s)
    assert step.cell is None
    assert step.anchors.step(fix_at(HOME), START_S + gap_s + 1).cell is None


def test_many_fixes_in_one_look_are_no_dwell() -> None:
    anchors = Anchors()
    for second in [*range(60), *range(600, 660)]:
        step = anchors.step(fix_at(HOME), START_S + second)
        assert step.cell is None
        anchors = step.anchors


def test_outside_the_grid_there_is_no_cell_and_the_stay_ends() -> None:
    phone = Phone()
    phone.cell_of(HOME)
    abroad = phone.anchors.step(NEW_YORK, phone.now_s)
    assert (abroad.cell, abroad.wait_s) == (None, 3_600)
    assert abroad.anchors.document()["stay"] is None
    assert abroad.anchors.step(fix_at(moved(HOME, 150)), phone.now_s + 3_600).cell is None


def test_a_phone_at_rest_looks_once_an_hour() -> None:
    phone = Phone()
    phone.cell_of(HOME)
    assert [phone.look(HOME).wait_s for _ in range(24)] == [3_600] * 24


def test_looks_become_rarer_while_the_phone_moves_and_an_arrival_is_known_in_half_an_hour() -> None:
    phone = Phone()
    waits = [phone.look(moved(HOME, 5_000 * number)).wait_s for number in range(7)]
    assert waits == [300, 300, 600, 1_200, 1_200, 1_200, 1_200]
    arrived_s = phone.now_s - waits[-1]
    phone.told([moved(HOME, 30_000)] * 2)
    assert phone.anchors.document()["anchors"] != []
    assert phone.now_s - 3_600 - arrived_s <= 1_800


def test_looks_become_rarer_where_too_little_is_seen() -> None:
    phone = Phone()
    assert [phone.look(HOME, 500).wait_s for _ in range(4)] == [300, 600, 1_200, 1_200]
    assert phone.look(HOME).wait_s == 300


@given(journeys)
def test_any_journey_has_a_next_look_and_survives_a_restart(
    journey: list[tuple[Position, float, Resolution]],
) -> None:
    anchors, now_s = Anchors(), START_S
    for fix, gap_s, resolution_m in journey:
        now_s += gap_s
        step = anchors.step(fix, now_s, resolution_m)
        assert step == reloaded(anchors).step(fix, now_s, resolution_m)
        assert step.wait_s in (300, 600, 1_200, 3_600)
        anchors = step.anchors


@given(places, st.lists(st.sampled_from([-400, -90, 0, 5, 90, 300]), max_size=12))
def test_a_dwell_goes_on_after_a_restart_at_any_moment(
    home: GridPoint, offsets: list[float]
) -> None:
    phone, restarted = Phone(), Phone()
    for offset in offsets:
        restarted.anchors = reloaded(restarted.anchors)
        assert phone.look(moved(home, offset)) == restarted.look(moved(home, offset))


def test_dwells_on_the_rim_of_the_grid_have_cells() -> None:
    for corner in itertools.product((900_000.01, 6_899_999.99), (900_000.01, 7_499_999.99)):
        point = GridPoint(*corner)
        assert Phone().told([point] * 3) == [Cell.holding(point)]


@pytest.mark.parametrize("now_s", [math.nan, math.inf, -math.inf, 1e13])
def test_a_time_that_is_none_is_refused(now_s: float) -> None:
    with pytest.raises(GeoError, match="Unix seconds"):
        Anchors().step(fix_at(HOME), now_s)


def test_a_resolution_that_is_none_is_refused_before_it_is_needed() -> None:
    with pytest.raises(InvalidCell):
        Anchors().step(fix_at(HOME), START_S, 500)  # pyright: ignore[reportArgumentType]


DAY_S = 86_400


def opened(anchors: Anchors, point: GridPoint, day: float) -> tuple[Anchors, Cell | None]:
    """Look once, as an app that is opened, and return what is remembered and told."""
    step = anchors.step(fix_at(point), START_S + day * DAY_S)
    return step.anchors, step.cell


def test_one_good_look_near_a_known_place_tells_it_at_once() -> None:
    phone = Phone()
    phone.cell_of(HOME)
    for day in (1, 2, 9):
        anchors, cell = opened(phone.anchors, moved(HOME, 60, -60), day)
        assert cell == HOME_CELL
        assert anchors.document()["stay"] is not None
    assert opened(phone.anchors, moved(HOME, 150), 1)[1] is None


@given(places, angles, st.floats(1, 400))
def test_what_one_look_tells_is_what_was_told_before(
    home: GridPoint, angle: float, distance_m: float
) -> None:
    phone = Phone()
    first = phone.cell_of(off_the_lines(home))
    _, cell = opened(phone.anchors, towards(off_the_lines(home), angle, distance_m), 1)
    assert cell == (first if distance_m < 99 else None) or 99 <= distance_m <= 101


def test_a_poor_look_near_a_known_place_tells_nothing() -> None:
    phone = Phone()
    phone.cell_of(HOME)
    step = phone.anchors.step(fix_at(HOME, 101), START_S + 9 * DAY_S)
    assert step.cell is None


def test_looks_on_three_days_make_an_anchor() -> None:
    anchors, cells = Anchors(), list[Cell | None]()
    for day in (0, 0.1, 1, 1.2, 2, 3):
        anchors, cell = opened(anchors, moved(HOME, 30 * (day % 2)), day)
        cells.append(cell)
    assert cells == [None, None, None, None, HOME_CELL, HOME_CELL]
    assert anchors.document()["sightings"] == []


def test_looks_on_two_days_however_many_make_none() -> None:
    anchors = Anchors()
    for number in range(40):
        anchors, cell = opened(anchors, HOME, number % 2 + number * 1e-4)
        assert cell is None


def test_looks_more_than_a_month_apart_begin_anew() -> None:
    anchors = Anchors()
    for day in (0, 1, 32, 33):
        anchors, cell = opened(anchors, HOME, day)
        assert cell is None
    assert opened(anchors, HOME, 34)[1] == HOME_CELL


def test_looks_on_the_way_are_no_place() -> None:
    anchors = Anchors()
    for day in range(30):
        anchors, cell = opened(anchors, moved(HOME, 250 * day), day)
        assert cell is None


def test_the_same_place_on_the_way_is_none_however_many_days() -> None:
    anchors = Anchors()
    for day in range(10):
        for look in range(4):
            point = moved(HOME, 8_000 * look)
            anchors, cell = opened(anchors, point, day + look * 1_200 / DAY_S)
            assert cell is None or look == 0  # where the way begins is a place


def test_places_seen_are_cut_to_ten_metres_and_thirty_two_at_most() -> None:
    anchors = Anchors()
    for number in range(40):
        anchors, _ = opened(anchors, moved(HOME, 1_000 * number), number * 0.1)
    sightings: list[dict[str, int]] = json.loads(json.dumps(anchors.document()))["sightings"]
    assert len(sightings) == 32
    assert all(each["northing_m"] % 10 == each["easting_m"] % 10 == 5 for each in sightings)
    assert Anchors.from_document(anchors.document()) == anchors


@given(places, seeds, st.floats(1, 40))
@example(CORNER, 1, 40.0)
def test_an_app_that_is_opened_twice_a_day_tells_one_cell_for_home(
    home: GridPoint, seed: int, sigma_m: float
) -> None:
    noise, anchors, told = chance(seed), Anchors(), set[Cell | None]()
    for opening in range(60):
        anchors, cell = opened(anchors, noisy(home, noise, sigma_m), opening / 2)
        told.add(cell)
    assert len(told - {None}) == 1


def test_an_hourly_look_that_is_some_minutes_late_proves_a_dwell() -> None:
    late, anchors, cells = chance(3), Anchors(), list[Cell | None]()
    for hour in range(24):
        step = anchors.step(fix_at(HOME), START_S + hour * 3_600 + late.uniform(0, 300))
        anchors = step.anchors
        cells.append(step.cell)
    assert cells == [None, None, *[HOME_CELL] * 22]


def test_a_dwell_far_from_its_anchor_leaves_an_alias_and_no_chain_of_them() -> None:
    phone = Phone()
    first = phone.cell_of(HOME)
    for distance_m in (40, 200, 290, 380):
        cell = phone.cell_of(moved(HOME, east_m=distance_m))
        aliases = [each for each in _anchors(phone) if each["alias"]]
        if distance_m == 40:
            assert (cell, aliases) == (first, [])
        elif distance_m in {200, 290}:
            assert (cell, len(aliases)) == (first, 1)
    assert len(phone.remembered()) == 2  # 380 m is a place of its own


def test_a_look_far_from_its_anchor_leaves_an_alias_and_no_chain_of_them() -> None:
    phone = Phone()
    home = phone.cell_of(HOME)
    looks = [phone.look(moved(HOME, east_m=m)).cell for m in (5_000, 90, 5_000, 170, 5_000, 265)]
    assert looks == [None, home, None, home, None, None]
    (alias,) = [each for each in _anchors(phone) if each["alias"]]
    assert (alias["northing_m"] % 10, alias["easting_m"] % 10) == (5, 5)


def _anchors(phone: Phone) -> list[dict[str, int]]:
    return json.loads(json.dumps(phone.anchors.document()))["anchors"]
