"""What a device remembers of the places where it dwelt, and which cell stands for each."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from nabij_geo.cell import Cell
from nabij_geo.cell_code import RESOLUTIONS_M
from nabij_geo.dwelling import Stay, grained
from nabij_geo.hidden import Hidden
from nabij_geo.projection import GridPoint, ground_distance_m, in_grid_area
from nabij_geo.thresholds import PRECISE, Thresholds

MOST_ANCHORS: Final = 32
DAYS_THAT_PROVE: Final = 3
LONGEST_SIGHTING_DAYS: Final = 30
MOST_SIGHTINGS: Final = 32
MOST_TOLD: Final = 32

CountedCells: TypeAlias = tuple[tuple[Cell, int], ...]
"""Cells, and how often each was told."""


@dataclass(frozen=True, slots=True, repr=False)
class Anchor(Hidden):
    """A place where the device dwelt, and the finest cell that it said then and says ever after.

    Args:
        centre: the middle of a grain, EPSG:3035.
        cell: the cell that holds the centre, or one that was told before, within reach of it; of an
            alias that of its anchor.
        is_alias: whether it is another centre of a place that had an anchor already.
    """

    centre: GridPoint
    cell: Cell
    is_alias: bool = False

    def reaches(self, centre: GridPoint, thresholds: Thresholds) -> bool:
        """Tell whether a dwell with this centre is at this anchor."""
        return self.is_within(thresholds.alias_m if self.is_alias else thresholds.anchor_m, centre)

    def is_within(self, distance_m: float, point: GridPoint) -> bool:
        """Tell whether a point is so near over the ground."""
        return ground_distance_m(self.centre, point) <= distance_m


@dataclass(frozen=True, slots=True, repr=False)
class Sighting(Hidden):
    """A place where the device was seen, and on how many days.

    Args:
        centre: the mean of one fix a day, cut to the grain, EPSG:3035.
        days: on how many different days it was seen here.
        last_day: the last of them, in days of Unix time.
    """

    centre: GridPoint
    days: int
    last_day: int

    def seen_again(self, point: GridPoint, day: int, grain_m: int) -> "Sighting":
        """Return this with one more day."""
        total = self.days + 1
        mean = GridPoint(
            self.centre.northing_m + (point.northing_m - self.centre.northing_m) / total,
            self.centre.easting_m + (point.easting_m - self.centre.easting_m) / total,
        )
        return Sighting(grained(mean, grain_m), total, day)


@dataclass(frozen=True, slots=True, repr=False)
class Memory(Hidden):
    """All that the device remembers from one fix to the next.

    Args:
        anchors: the most recently used first. A proven stay is at the first one.
        stay: where the device has been since it last moved.
        seeds: what was told before these places were known, `ranked`.
        fruitless: how many fixes in a row brought no dwell nearer.
        sightings: places that may become anchors, the one seen last first.
        told: what was told since, the last told first.
        thresholds: whether fixes are precise or approximate.
    """

    anchors: tuple[Anchor, ...] = ()
    stay: Stay | None = None
    seeds: CountedCells = ()
    fruitless: int = 0
    sightings: tuple[Sighting, ...] = ()
    told: CountedCells = ()
    thresholds: Thresholds = PRECISE

    @property
    def told_before(self) -> CountedCells:
        """What was told and how often, seeds included."""
        return ranked(Counter(dict(self.seeds)) + Counter(dict(self.told)))

    @property
    def at_rest(self) -> bool:
        """Whether the device dwells at the first anchor."""
        return self.stay is not None and self.stay.proven

    def after(self, stay: Stay | None, fruitless: int) -> "Memory":
        """Return this with another stay and another count, the places being the same."""
        return replace(self, stay=stay, fruitless=fruitless)

    def recognised(self, point: GridPoint) -> "Memory | None":
        """Return this with the anchor that a single fix is at as the first; None: at none (R1)."""
        if not any(each.is_within(self.thresholds.dwell_m, point) for each in self.anchors):
            return None
        return replace(self.anchored(grained(point, self.thresholds.grain_m)), fruitless=0)

    def sighted(self, point: GridPoint, day: int) -> "tuple[Memory, bool]":
        """Return this with one more sighting, and whether it made an anchor (R2)."""
        near = [
            each
            for each in self.sightings
            if ground_distance_m(each.centre, point) <= self.thresholds.dwell_m
        ]
        grain_m = self.thresholds.grain_m
        others = tuple(each for each in self.sightings if each not in near)
        fresh = [each for each in near if 0 <= day - each.last_day <= LONGEST_SIGHTING_DAYS]
        if not fresh:
            first = Sighting(grained(point, grain_m), 1, day)
            return replace(self, sightings=(first, *others)[:MOST_SIGHTINGS]), False
        best = max(fresh, key=lambda each: each.days)
        seen = best if best.last_day == day else best.seen_again(point, day, grain_m)
        if seen.days >= DAYS_THAT_PROVE:
            return replace(self, sightings=others).anchored(seen.centre), True
        return replace(self, sightings=(seen, *others)), False

    def anchored(self, centre: GridPoint) -> "Memory":
        """Return this with the anchor for a place as the first: a known one, or else a new one."""
        thresholds = self.thresholds
        near = [each for each in self.anchors if each.reaches(centre, thresholds)]
        if near:
            # Not the oldest: a place near the rim of an older anchor's would flicker between both.
            nearest = min(near, key=lambda each: ground_distance_m(each.centre, centre))
            known = replace(self, anchors=self._first(nearest))
            # From an alias no other is left: of such a chain no end could be told.
            if nearest.is_alias or nearest.is_within(thresholds.alias_from_m, centre):
                return known
            return known.with_new(Anchor(centre, nearest.cell, is_alias=True))
        reach_m = thresholds.anchor_m
        told = (cell for cell, _ in self.seeds if is_within_reach(centre, cell, reach_m))
        seed = next(told, None)
        point = centre if seed is None else _nearest_point(centre, seed)
        return self.with_new(Anchor(centre, Cell.holding(point, thresholds.cell_m)))

    def without(self, place: GridPoint) -> "tuple[Memory, set[Cell]]":
        """Return this without what lies at a quiet place, and the cells of the anchors there."""

        def is_there(point: GridPoint) -> bool:
            return ground_distance_m(point, place) <= self.thresholds.quiet_m

        there = [each for each in self.anchors if is_there(each.centre)]
        left = replace(
            self,
            anchors=tuple(each for each in self.anchors if each not in there),
            sightings=tuple(each for each in self.sightings if not is_there(each.centre)),
            stay=None,
        )
        return left, {each.cell for each in there}

    def telling(self, cell: Cell) -> "Memory":
        """Return this with a cell told once more."""
        times = next((times for each, times in self.told if each == cell), 0)
        others = tuple(each for each in self.told if each[0] != cell)
        return replace(self, told=((cell, times + 1), *others)[:MOST_TOLD])

    def _first(self, anchor: Anchor) -> tuple[Anchor, ...]:
        return (anchor, *(each for each in self.anchors if each is not anchor))

    def with_new(self, anchor: Anchor) -> "Memory":
        """Return this with one more anchor as the first, and no sighting of its place."""
        thresholds = self.thresholds
        sightings = tuple(
            each for each in self.sightings if not anchor.reaches(each.centre, thresholds)
        )
        anchors = (anchor, *self.anchors[: MOST_ANCHORS - 1])
        return replace(self, anchors=anchors, sightings=sightings)


def ranked(told: Mapping[Cell, int]) -> CountedCells:
    """Return the finest cells first, as a coarser one settles less, and of those the most told."""

    def rank(each: tuple[Cell, int]) -> tuple[int, int, str]:
        cell, times = each
        return cell.resolution_m, -times, cell.code

    return tuple(sorted(told.items(), key=rank)[:MOST_TOLD])


def cells_within(distance_m: float, point: GridPoint) -> set[Cell]:
    """Return every cell that lies within a distance north, south, east or west."""

    def corners(middle_m: float, side_m: int) -> range:
        lowest_m = math.floor((middle_m - distance_m) / side_m) * side_m
        return range(lowest_m, math.floor(middle_m + distance_m) + 1, side_m)

    return {
        Cell(side_m, northing_m, easting_m)
        for side_m in RESOLUTIONS_M
        for northing_m in corners(point.northing_m, side_m)
        for easting_m in corners(point.easting_m, side_m)
        if in_grid_area(northing_m, easting_m)
    }


def is_within_reach(centre: GridPoint, cell: Cell, reach_m: float) -> bool:
    """Tell whether a dwell lies in a cell or within its reach."""
    return ground_distance_m(centre, _nearest_point(centre, cell)) <= reach_m


def _nearest_point(centre: GridPoint, cell: Cell) -> GridPoint:
    # The upper and right sides belong to the neighbours: the last whole metre before them is ours.
    inside_m = cell.resolution_m - 1
    return GridPoint(
        min(max(centre.northing_m, cell.northing_m), cell.northing_m + inside_m),
        min(max(centre.easting_m, cell.easting_m), cell.easting_m + inside_m),
    )
