"""A stay: fixes, one after another, that lie together.

The clustering along time of J. H. Kang, W. Welbourne, B. Stewart and G. Borriello, "Extracting
Places from Traces of Locations" (WMASH 2004): each fix is compared with the mean of those before
it. It needs the mean and a count, where the stay points of Q. Li, Y. Zheng, X. Xie, Y. Chen, W. Liu
and W.-Y. Ma, "Mining User Similarity Based on Location History" (ACM GIS 2008), need every fix.
"""

import math
from dataclasses import dataclass
from typing import Final

from nabij_geo.hidden import Hidden
from nabij_geo.projection import GridPoint, ground_distance_m

DWELL_S: Final = 600
# What happened between two fixes nobody saw. So a gap proves little, however long it was: two
# passes by a crossing, on the way there and back, are no dwell. At least three fixes make one.
LONGEST_CREDIT_S: Final = 300
# Android gives an app in the background a fix an hour, minutes late, and may leave one out.
LONGEST_GAP_S: Final = 2 * 3_600
# At rest a fix is asked for hourly; two may fail.
LONGEST_GAP_AT_REST_S: Final = 3 * 3_600
MINUTE_S: Final = 60


@dataclass(frozen=True, slots=True, repr=False)
class Stay(Hidden):
    """Where the phone has been since it last moved, as far as it was seen.

    The device stores it between two fixes, so it is no finer than what is told needs: places to the
    grain (10 m), times to the minute.

    Args:
        centre: the mean of the fixes, cut to the middle of its grain; once proven, for good.
        fixes: how many the mean is of.
        dwelt_s: for how many seconds, in whole minutes, they prove the phone to have been here.
        last_s: the minute of the last fix, in Unix seconds.
    """

    centre: GridPoint
    fixes: int
    dwelt_s: int
    last_s: int

    @property
    def proven(self) -> bool:
        """Whether this is a dwell: ten minutes were seen."""
        return self.dwelt_s >= DWELL_S

    def goes_on(self, now_s: float) -> bool:
        """Tell whether a fix made now can belong to this stay, as far as time goes."""
        longest_s = LONGEST_GAP_AT_REST_S if self.proven else LONGEST_GAP_S
        return self.last_s <= now_s <= self.last_s + longest_s

    def holds(self, point: GridPoint, radius_m: float) -> bool:
        """Tell whether a fix lies in this stay: in a circle around its centre."""
        return ground_distance_m(self.centre, point) <= radius_m

    def with_fix(self, point: GridPoint, now_s: float, grain_m: int) -> "Stay":
        """Return this stay with one more fix in it."""
        last_s = _minute(now_s)
        if self.proven:
            return Stay(self.centre, self.fixes, self.dwelt_s, last_s)
        fixes = self.fixes + 1
        mean = GridPoint(
            self.centre.northing_m + (point.northing_m - self.centre.northing_m) / fixes,
            self.centre.easting_m + (point.easting_m - self.centre.easting_m) / fixes,
        )
        dwelt_s = self.dwelt_s + min(last_s - self.last_s, LONGEST_CREDIT_S)
        return Stay(grained(mean, grain_m), fixes, dwelt_s, last_s)


def begun(point: GridPoint, now_s: float, grain_m: int) -> Stay:
    """Return the stay that begins with a fix."""
    return Stay(grained(point, grain_m), fixes=1, dwelt_s=0, last_s=_minute(now_s))


def grained(point: GridPoint, grain_m: int) -> GridPoint:
    """Return the middle of the grain that a point lies in.

    A point stays in its cell, as the lines of the grid are multiples of the grain. It is not cut to
    a corner: a mean that is cut again and again would move there.
    """
    northing, easting = (math.floor(each / grain_m) for each in point)
    half_m = grain_m // 2
    return GridPoint(northing * grain_m + half_m, easting * grain_m + half_m)


def _minute(now_s: float) -> int:
    return math.floor(now_s / MINUTE_S) * MINUTE_S
