"""What a device remembers of the places where it dwelt, and which cell stands for each."""

from dataclasses import dataclass, replace
from typing import Final

from nabij_geo.cell import Cell
from nabij_geo.dwelling import Stay
from nabij_geo.hidden import Hidden
from nabij_geo.projection import GridPoint, ground_distance_m

ANCHOR_RADIUS_M: Final = 250
MOST_ANCHORS: Final = 32


@dataclass(frozen=True, slots=True, repr=False)
class Anchor(Hidden):
    """A place where the device dwelt, and the cell of 1 km that it said then and says ever after.

    Args:
        centre: in whole metres, EPSG:3035.
        cell: the cell that holds the centre, or one that the server knew, within 250 m of it.
    """

    centre: GridPoint
    cell: Cell

    def reaches(self, centre: GridPoint) -> bool:
        """Tell whether a dwell with this centre is at this anchor."""
        return ground_distance_m(self.centre, centre) <= ANCHOR_RADIUS_M


@dataclass(frozen=True, slots=True, repr=False)
class Memory(Hidden):
    """All that the device remembers from one fix to the next.

    Args:
        anchors: the most recently used first. A proven stay is at the first one.
        stay: where the device has been since it last moved.
        seed: a cell that the server knew, whose place was not found again yet.
        fruitless: how many fixes in a row brought no dwell nearer.
    """

    anchors: tuple[Anchor, ...] = ()
    stay: Stay | None = None
    seed: Cell | None = None
    fruitless: int = 0

    @property
    def at_rest(self) -> bool:
        """Whether the device dwells at the first anchor."""
        return self.stay is not None and self.stay.proven

    def after(self, stay: Stay | None, fruitless: int) -> "Memory":
        """Return this with another stay and another count, the places being the same."""
        return Memory(self.anchors, stay, self.seed, fruitless)

    def anchored(self, centre: GridPoint) -> "Memory":
        """Return this with the anchor for a dwell as the first: a known one, or else a new one."""
        near = [each for each in self.anchors if each.reaches(centre)]
        if near:
            # Not the oldest: a place near the rim of an older anchor's would flicker between both.
            nearest = min(near, key=lambda each: ground_distance_m(each.centre, centre))
            others = tuple(each for each in self.anchors if each is not nearest)
            return replace(self, anchors=(nearest, *others))
        if self.seed is not None and is_within_reach(centre, self.seed):
            found = Anchor(centre, Cell.holding(_nearest_point(centre, self.seed)))
            return replace(self._with_new(found), seed=None)
        return self._with_new(Anchor(centre, Cell.holding(centre)))

    def _with_new(self, anchor: Anchor) -> "Memory":
        return replace(self, anchors=(anchor, *self.anchors[: MOST_ANCHORS - 1]))


def is_within_reach(centre: GridPoint, cell: Cell) -> bool:
    """Tell whether a dwell lies in a cell or within 250 m of it."""
    return ground_distance_m(centre, _nearest_point(centre, cell)) <= ANCHOR_RADIUS_M


def _nearest_point(centre: GridPoint, cell: Cell) -> GridPoint:
    # The upper and right sides belong to the neighbours: the last whole metre before them is ours.
    inside_m = cell.resolution_m - 1
    return GridPoint(
        min(max(centre.northing_m, cell.northing_m), cell.northing_m + inside_m),
        min(max(centre.easting_m, cell.easting_m), cell.easting_m + inside_m),
    )
