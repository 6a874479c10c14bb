"""What is nearest for a place that is only known as a cell: exact, and short."""

import math
from collections.abc import Iterable, Sequence

from nabij_geo.cell import Cell
from nabij_geo.errors import GeoError
from nabij_geo.projection import (
    LARGEST_DISTORTION_SQUARED,
    GridPoint,
    distance_from_origin_m,
    length_distortion,
)


def candidate_radius_m(cell: Cell, kth_distance_m: float) -> float:
    """Return how far from a cell's centre the candidates of its k nearest lie (plane, metres).

    Theorem: let k sources lie within `kth_distance_m` of the centre in the plane of EPSG:3035.
    Then for every position in the cell, its k nearest sources by geodesic distance lie within the
    returned radius of the centre in that plane.

    Proof. Write c for the centre, r for the half-diagonal, d for `kth_distance_m`, p for a
    position in the cell, and s for the length distortion of the disc of radius
    |c| + r + 1.3 (d + r) around the projection's origin.
    (1) In the plane those k sources are within d + r of p, by straight lines inside the disc: so
    within s (d + r) over the ellipsoid, and the k nearest of p are no farther than that.
    (2) The geodesic from p to one of these is at most s (d + r) long. While it is inside the disc
    it is at most s² (d + r) long in the plane. As s² ≤ 1.3 that is too short to reach the rim, so
    it never leaves the disc.
    (3) Hence each of these is within r + s² (d + r) of c. ∎

    Where the disc is too large for s to be known (sources thousands of kilometres away), and where
    there are fewer than k sources (`kth_distance_m` is `math.inf`), every source is a candidate:
    `math.inf`.

    Args:
        cell: the cell that asks.
        kth_distance_m: distance in the plane from the centre to the k-th nearest source.

    Raises:
        GeoError: the distance is negative or not a number.
    """
    if not kth_distance_m >= 0:
        raise GeoError("A distance is 0 m or more; math.inf when there is no k-th.")
    reach_m = kth_distance_m + cell.half_diagonal_m
    disc_m = cell.farthest_from_origin_m + LARGEST_DISTORTION_SQUARED * reach_m
    distortion_squared = length_distortion(disc_m) ** 2
    return cell.half_diagonal_m + distortion_squared * reach_m


def prune(cell: Cell, sources: Sequence[tuple[str, GridPoint]], k: int) -> list[int]:
    """Return the indices of the sources that fewer than k others beat all over a cell.

    A source a beats a source b when it is nearer for every place in the cell; of sources at one
    point, which are as near everywhere, the one whose id comes first does. So who ranks by
    geodesic distance, and at the same distance by id, misses nothing that is dropped.

    Theorem: let a and b be at different points. a beats b when each corner q of the cell has
    |q - a| ≤ |q - b| / s² in the plane of EPSG:3035, where s is the length distortion of the disc
    around the projection's origin that holds the cell and all sources.

    Proof. (1) The points of the plane that are at most 1 / s² times as far from a as from b form a
    disc (of Apollonius), as s > 1. It is convex: holding the corners, it holds the cell.
    (2) Straight lines of the plane stay in the disc of s, and so do geodesics, as its rim is curved
    inwards everywhere. So for every place p in the cell the geodesic distance to a is at most
    s |p - a| ≤ |p - b| / s, and that to b at least as much. (3) Both are the same only where
    |p - a| = 0 = |p - b|, which different points are not, since s is larger than the distortion
    that it bounds. ∎

    Dropped sources beat others all the same. Where the disc is too large for s to be known, only
    sources at one point beat each other.

    Args:
        cell: where somebody asks from.
        sources: the id of each and its point of the plane, EPSG:3035; all that are among the k
            nearest for some place in the cell.
        k: how many are asked for.
    """
    disc_m = max((distance_from_origin_m(point) for _, point in sources), default=0.0)
    shrink = length_distortion(max(disc_m, cell.farthest_from_origin_m)) ** -2
    dist, (a, b, c, d) = math.dist, cell.corners
    to_corners = [(dist(a, at), dist(b, at), dist(c, at), dist(d, at)) for _, at in sources]
    nearest_first = sorted(
        range(len(sources)), key=lambda index: (sum(to_corners[index]), sources[index][0])
    )
    kept: list[int] = []
    before: list[tuple[float, ...]] = []
    for index in nearest_first:
        if not _is_beaten_by(k, before, to_corners[index], shrink):
            kept.append(index)
        before.append(to_corners[index])
    return sorted(kept)


def _is_beaten_by(
    k: int, before: Iterable[tuple[float, ...]], own: tuple[float, ...], shrink: float
) -> bool:
    """Tell whether k sources beat one, by their distances to the corners of the cell."""
    a, b, c, d = (shrink * each for each in own)
    beaten = 0
    for other in before:
        if (other[0] <= a and other[1] <= b and other[2] <= c and other[3] <= d) or other == own:
            beaten += 1
            if beaten == k:
                return True
    return False
