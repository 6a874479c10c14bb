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


@dataclass(frozen=True, slots=True, repr=False)
class Stay(Hidden):
    """Where the phone has been since it last moved, as far as it was seen.

    Args:
        centre: the mean of the fixes; once proven, the whole metre south-west of it, for good.
        fixes: how many the mean is of.
        dwelt_s: for how long, in seconds, they prove the phone to have been here.
        last_s: when the last fix was, in Unix seconds.
    """

    centre: GridPoint
    fixes: int
    dwelt_s: float
    last_s: float

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

    def with_fix(self, point: GridPoint, now_s: float) -> "Stay":
        """Return this stay with one more fix in it."""
        if self.proven:
            return Stay(self.centre, self.fixes, self.dwelt_s, now_s)
        fixes = self.fixes + 1
        centre = GridPoint(
            self.centre.northing_m + (point.northing_m - self.centre.northing_m) / fixes,
            self.centre.easting_m + (point.easting_m - self.centre.easting_m) / fixes,
        )
        dwelt_s = self.dwelt_s + min(now_s - self.last_s, LONGEST_CREDIT_S)
        if dwelt_s >= DWELL_S:
            # Rounded down, it stays in its cell, and the device remembers no more than it needs.
            centre = GridPoint(math.floor(centre.northing_m), math.floor(centre.easting_m))
        return Stay(centre, fixes, dwelt_s, now_s)
