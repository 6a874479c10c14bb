"""Exact nearest from a coarse question: the list for a cell, and its order on the device."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from nabij_geo.cell import Cell
from nabij_geo.ellipsoid import geodesic_distance_m
from nabij_geo.errors import GeoError
from nabij_geo.position import Position
from nabij_geo.projection import (
    LARGEST_DISTORTION_SQUARED,
    distance_from_origin_m,
    length_distortion,
)


class Placed(Protocol):
    """Anything that has a position."""

    @property
    def position(self) -> Position:
        """Where it is, WGS 84."""
        ...


T = TypeVar("T", bound=Placed)


@dataclass(frozen=True, slots=True)
class Ranked(Generic[T]):
    """A candidate and its geodesic distance in metres from the position it was ranked for."""

    candidate: T
    # Three distances to known places give away the position, so a log line must not show them.
    distance_m: float = field(repr=False)


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
    disc_m = (
        distance_from_origin_m(cell.centre)
        + cell.half_diagonal_m
        + LARGEST_DISTORTION_SQUARED * reach_m
    )
    distortion_squared = length_distortion(disc_m) ** 2
    return cell.half_diagonal_m + distortion_squared * reach_m


def rank(position: Position, candidates: Iterable[T], k: int) -> list[Ranked[T]]:
    """Return the k candidates nearest to a position by geodesic distance, nearest first.

    Candidates at equal distance keep their order; fewer than k candidates are all returned.

    Raises:
        GeoError: k is less than 1.
        OutsideGrid: a candidate is on the opposite side of the Earth.
    """
    if k < 1:
        raise GeoError("Ask for at least one: k is 1 or more.")
    ranked = [
        Ranked(candidate, geodesic_distance_m(position, candidate.position))
        for candidate in candidates
    ]
    return sorted(ranked, key=lambda one: one.distance_m)[:k]
