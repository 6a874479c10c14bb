"""Anchored coarsening: a place is always the same cell, and a moving phone is nowhere.

The rules, for each fix:

1. A dwell has a cell: fixes that show the phone within 100 m of their mean for ten minutes. A gap
   between two fixes counts for five minutes at most, so three are the fewest that prove it; it may
   be two hours long, so that an hourly look, some minutes late, proves one.
2. A dwell within 250 m of an anchor, a place that is remembered, has that anchor's cell; of several
   the nearest one's. More than 50 m from it, it leaves an alias: another centre with the same cell,
   which reaches 100 m. Elsewhere a dwell becomes an anchor itself, for good, with the official cell
   of 1 km that holds its centre. Centres are cut to 10 m and times to the minute, also while the
   dwell runs: the device stores nothing finer. What is told is the parent of that cell at the
   resolution asked for, so a grant that becomes coarser or finer moves nobody to a neighbouring
   square.
3. One good fix within 100 m of an anchor, or of an alias, has its cell at once (R1), and leaves an
   alias as a dwell does, cut to 10 m. So an app that looks only when it is opened tells a place
   that it knows, and comes to know how far positions drift there.
4. Good fixes within 100 m of each other on three different days, of Unix time, make an anchor (R2).
   So such an app comes to know one. A look that shows the phone on its way, within two hours of one
   elsewhere, does not count: the same place on the way to work is none. A place that was not seen
   for 30 days begins anew; 32 such places are remembered, cut to 10 m.
5. What was told outlives the places: `told_cells`, codes and how often each was told, seed the
   memory of a phone whose customer withdrew and allows again, or that was set up anew. At an
   unknown place in one of them, or within 250 m of it, a dwell takes that one: of several the
   finest, then the most told; of a coarse one the part nearest to it. So to ask again, however
   often, makes no phone choose again.
6. 32 anchors are remembered at most, aliases among them. The one not used for longest is forgotten.
7. A good fix (accuracy 100 m or better) farther than 100 m from the stay ends it and begins the
   next. A poorer one proves nothing and has no cell: it ends the stay if it lies outside it even
   when it is wrong by its accuracy, and else changes nothing. One of unknown accuracy is poor.
8. A stay begins anew, to be proven again, when the clock was set back, and when nothing was seen of
   it for longer than two hours, or three once it was proven. This costs a phone that slept nothing
   where its anchor is known; to count the night would let two passes make a dwell.
9. Outside the grid there is no cell, and the stay ends.
10. A fix counts from when it was measured; one without a time was measured just now. One of more
    than five minutes ago, or ahead, is worthless, as is one from before the last of the stay: it
    has no cell and changes nothing. So a position that the platform kept proves no dwell.
11. Where the platform blurs positions by kilometres (`for_fixes(approximate=True)`), the same holds
    with cells of 10 km and larger thresholds: 2 km for 100 m, 5 km for 250 m, 1 km for 50 m, 200 m
    for 10 m; a good fix has an accuracy of 5 km or better. When that begins or ends, the places are
    forgotten, since those of one kind tell nothing of the other, and what was told seeds anew.

GPS is for short looks, not to be left on; `Step.wait_s` says how long to wait for the next:

- at rest, at a place that was recognised, and outside the grid, an hour: times that leave the
  device are truncated to the hour;
- while a dwell is being proven five minutes, the most that counts;
- while looks are fruitless, since the phone moves or sees too little, 5, 10, then 20 minutes. So a
  long journey costs three looks an hour, and an arrival is known within half an hour.

Distances are over the ground, within 0.1 %, taken from the grid's plane (`ground_distance_m`).

Why not noise: under repeated use independent noise averages out (K. Chatzikokolakis, C. Palamidessi
and M. Stronati, "A Predictive Differentially-Private Mechanism for Mobility Traces", PETS 2014), as
does that of Android's LocationFudger, whose offset changes a little every hour. An answer that was
given once and is then repeated tells no more the second time.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self, final

from nabij_geo.anchor_document import LATEST_S, MOST_FRUITLESS, read, written
from nabij_geo.anchors import Memory, cells_within, ranked
from nabij_geo.cell import Cell
from nabij_geo.cell_code import RESOLUTIONS_M, Resolution
from nabij_geo.dwelling import LONGEST_CREDIT_S, begun
from nabij_geo.errors import GeoError, InvalidCell, OutsideGrid
from nabij_geo.hidden import Hidden
from nabij_geo.position import Position
from nabij_geo.projection import GridPoint, project
from nabij_geo.thresholds import APPROXIMATE, PRECISE

RESTING_WAIT_S: Final = 3_600
PROVING_WAIT_S: Final = LONGEST_CREDIT_S
_DAY_S: Final = 86_400
FRUITLESS_WAITS_S: Final = (PROVING_WAIT_S, 300, 600, 1_200)


@final
class Anchors(Hidden):
    """The places that a device remembers. Immutable, comparable, and silent about its numbers.

    `Anchors()` remembers nothing: so a device begins, and so it forgets its places. Belongs on the
    device and nowhere else; `document()` is for its own store.
    """

    __slots__ = ("_memory",)

    _refusal = "Anchors stay on the device. Keep anchors.document() in its own store."

    def __init__(self) -> None:
        self._memory = Memory()

    @classmethod
    def seeded(cls, told: Mapping[Cell, int]) -> Self:
        """Return what a device begins with whose customer's cells were told so often before."""
        return cls._of(Memory(seeds=ranked(told)))

    @classmethod
    def from_document(cls, document: object) -> Self:
        """Return what `document()` wrote.

        Raises:
            InvalidAnchors: it is not what this version writes.
        """
        return cls._of(read(document))

    @classmethod
    def _of(cls, memory: Memory) -> Self:
        anchors = cls()
        anchors._memory = memory
        return anchors

    def for_fixes(self, *, approximate: bool) -> Self:
        """Return this for fixes of that kind: where it was for the other, what was told is kept.

        Args:
            approximate: whether the platform blurs positions by kilometres.
        """
        thresholds = APPROXIMATE if approximate else PRECISE
        if self._memory.thresholds == thresholds:
            return self
        return self._of(Memory(seeds=self._memory.told_before, thresholds=thresholds))

    def recalling(self, fix: Position, times_told: Callable[[Cell], int]) -> Self:
        """Return this with the cells that were told before around a fix as seeds, too.

        Args:
            fix: where the phone is.
            times_told: how often a cell was told before; 0: never. It is asked for those that a
                dwell here could take and that are not remembered: so codes may be kept as digests.
        """
        try:
            point = project(fix)
        except OutsideGrid:
            return self
        fresh = cells_within(self._memory.thresholds.recalled_m, point) - self.told_cells.keys()
        told = {cell: times for cell in fresh if (times := times_told(cell))}
        seeds = ranked(dict(self._memory.seeds) | told)
        return self._of(replace(self._memory, seeds=seeds)) if told else self

    def without(self, place: Position) -> tuple[Self, frozenset[Cell]]:
        """Return this without what it knows of a place, and the cells that may have stood for it.

        Whatever is remembered within 300 m of the place, or 5 km among approximate fixes, goes.

        Raises:
            OutsideGrid: the grid does not cover the place.
        """
        point = project(place)
        memory, finest = self._memory.without(point)
        cells = {Cell.holding(point, each) for each in RESOLUTIONS_M}
        for cell in finest:
            cells.update(cell.parent(each) for each in RESOLUTIONS_M if each >= cell.resolution_m)
        return self._of(memory), frozenset(cells)

    def last_told(self, but: frozenset[Cell]) -> Cell | None:
        """Return the cell that was told last, but for these; None: no other one was."""
        return next((cell for cell, _ in self._memory.told if cell not in but), None)

    @property
    def told_cells(self) -> dict[Cell, int]:
        """What was told and how often, seeds included: at most 32 cells."""
        return dict(self._memory.told_before)

    def document(self) -> dict[str, object]:
        """Return all of this for JSON. It holds positions: for the device's own store alone."""
        return written(self._memory)

    def step(self, fix: Position, now_s: float, resolution_m: Resolution = 1_000) -> "Step":
        """Return what follows from a fix: see the rules at the head of this module.

        Args:
            fix: where the phone is.
            now_s: Unix time of the look in seconds. It may go back: clocks are set.
            resolution_m: side of the cells that may be told.

        Raises:
            InvalidCell: no such resolution.
            GeoError: the time is no number of seconds.
        """
        if resolution_m not in RESOLUTIONS_M:
            raise InvalidCell
        if not abs(now_s) <= LATEST_S:
            raise GeoError("A time is given in Unix seconds.")
        measured_s = now_s if fix.measured_s is None else min(fix.measured_s, now_s)
        is_worthless = fix.measured_s is not None and not fix.is_fresh(now_s)
        if is_worthless or self._knows_later(measured_s, now_s):
            return Step(self, None, _wait_s(self._memory))
        try:
            point = project(fix)
        except OutsideGrid:
            return Step(self._of(self._memory.after(None, fruitless=0)), None, RESTING_WAIT_S)
        accuracy_m = math.inf if fix.accuracy_m is None else fix.accuracy_m
        if accuracy_m > self._memory.thresholds.worst_accuracy_m:
            memory = _after_poor_fix(self._memory, point, accuracy_m)
            return Step(self._of(memory), None, _wait_s(memory))
        memory, is_known = _after_good_fix(self._memory, point, measured_s)
        if not is_known:
            return Step(self._of(memory), None, _wait_s(memory))
        cell = memory.anchors[0].cell.parent(max(resolution_m, memory.thresholds.cell_m))
        return Step(self._of(memory.telling(cell)), cell, RESTING_WAIT_S)

    def _knows_later(self, measured_s: float, now_s: float) -> bool:
        stay = self._memory.stay
        return stay is not None and measured_s < stay.last_s <= now_s

    def __eq__(self, other: object) -> bool:
        return self._memory == other._memory if isinstance(other, Anchors) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._memory)


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from a fix.

    Args:
        anchors: what the device remembers from now on.
        cell: what may be told, or None: the fix proved no dwell.
        wait_s: for how long, in seconds, no further fix is needed.
    """

    anchors: Anchors
    cell: Cell | None = field(repr=False)
    wait_s: int


def _after_good_fix(memory: Memory, point: GridPoint, now_s: float) -> tuple[Memory, bool]:
    """Return what is remembered now, and whether the phone is at the first of the anchors."""
    memory = _stayed(memory, point, now_s)
    if memory.at_rest:
        return memory, True
    recognised = memory.recognised(point)
    if recognised is not None:
        return recognised, True
    if memory.fruitless:
        return memory, False
    return memory.sighted(point, int(now_s // _DAY_S))


def _stayed(memory: Memory, point: GridPoint, now_s: float) -> Memory:
    stay, grain_m = memory.stay, memory.thresholds.grain_m
    if stay is None or not stay.goes_on(now_s):
        return memory.after(begun(point, now_s, grain_m), fruitless=0)
    if not stay.holds(point, memory.thresholds.dwell_m):
        return memory.after(begun(point, now_s, grain_m), _one_more(memory))
    longer = stay.with_fix(point, now_s, grain_m)
    seen = memory.after(longer, fruitless=0)
    return seen.anchored(longer.centre) if longer.proven and not stay.proven else seen


def _after_poor_fix(memory: Memory, point: GridPoint, doubt_m: float) -> Memory:
    if memory.stay is not None and not memory.stay.holds(
        point, memory.thresholds.dwell_m + doubt_m
    ):
        return memory.after(None, _one_more(memory))
    return memory if memory.at_rest else memory.after(memory.stay, _one_more(memory))


def _one_more(memory: Memory) -> int:
    return min(memory.fruitless + 1, MOST_FRUITLESS)


def _wait_s(memory: Memory) -> int:
    return RESTING_WAIT_S if memory.at_rest else FRUITLESS_WAITS_S[memory.fruitless]
