"""The distances and accuracies that decide what a place is.

Those of approximate fixes are about twenty times the others. Android moves such a position by a
slowly changing offset, snaps it to a grid of 2 km and claims an accuracy of 2 km or worse
(LocationFudger of the Android Open Source Project); iOS claims some kilometres.
"""

from dataclasses import dataclass
from typing import Final

from nabij_geo.cell_code import Resolution
from nabij_geo.quiet import APPROXIMATE_QUIET_RADIUS_M, QUIET_RADIUS_M


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds in metres over the ground, for one kind of fix.

    Args:
        cell_m: side of the finest cells that are told.
        worst_accuracy_m: what a good fix claims at most.
        dwell_m: how far from each other fixes of one place lie.
        anchor_m: how far an anchor reaches, for dwells.
        alias_m: how far an alias reaches.
        alias_from_m: how far from its anchor an alias begins.
        grain_m: what single fixes are cut to.
        quiet_m: how far a quiet place reaches.
    """

    cell_m: Resolution
    worst_accuracy_m: float
    dwell_m: int
    anchor_m: int
    alias_m: int
    alias_from_m: int
    grain_m: int
    quiet_m: int

    @property
    def recalled_m(self) -> float:
        """How far from a fix a cell lies at most that a dwell there could take.

        The dwell's centre is within `dwell_m` of the fix, and the cell within `anchor_m` of that;
        the plane is off by 5 % at most.
        """
        return (self.anchor_m + self.dwell_m) * 1.1


PRECISE: Final = Thresholds(
    cell_m=1_000,
    worst_accuracy_m=100,
    dwell_m=100,
    anchor_m=250,
    alias_m=100,
    alias_from_m=50,
    grain_m=10,
    quiet_m=QUIET_RADIUS_M,
)
APPROXIMATE: Final = Thresholds(
    cell_m=10_000,
    worst_accuracy_m=5_000,
    dwell_m=2_000,
    anchor_m=5_000,
    alias_m=2_000,
    alias_from_m=1_000,
    grain_m=200,
    quiet_m=APPROXIMATE_QUIET_RADIUS_M,
)
