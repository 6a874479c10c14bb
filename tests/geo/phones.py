"""A phone that looks where it is as often as it is told to, for the tests of anchoring."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from nabij_geo import Anchors, Cell, GridPoint, Position, Resolution, Step, unproject

START_S = 1_795_478_400.0
"""00:00 UTC on a Tuesday in November 2026."""


def fix_at(point: GridPoint, accuracy_m: float | None = 10.0) -> Position:
    """Return a fix at a point of the plane."""
    exact = unproject(point)
    return Position(exact.latitude_deg, exact.longitude_deg, accuracy_m)


def moved(point: GridPoint, north_m: float = 0.0, east_m: float = 0.0) -> GridPoint:
    """Return the point so far north and east of another."""
    return GridPoint(point.northing_m + north_m, point.easting_m + east_m)


def off_the_lines(point: GridPoint) -> GridPoint:
    """Return the middle of a point's grain of 10 m: cut to it, it stays in its cell."""
    return GridPoint(point.northing_m // 10 * 10 + 5, point.easting_m // 10 * 10 + 5)


def chance(seed: int) -> Random:
    """Return noise that is the same each time."""
    return Random(seed)  # noqa: S311 - noise, not a secret


def noisy(point: GridPoint, noise: Random, sigma_m: float) -> GridPoint:
    """Return a point that a receiver takes another for."""
    return moved(point, noise.gauss(0, sigma_m), noise.gauss(0, sigma_m))


def reloaded(anchors: Anchors) -> Anchors:
    """Return what comes back from the device's store."""
    return Anchors.from_document(json.loads(json.dumps(anchors.document())))


@dataclass
class Phone:
    """Looks, remembers, and waits as long as it is told to."""

    anchors: Anchors = field(default_factory=Anchors)
    now_s: float = START_S
    resolution_m: Resolution = 1_000

    def look(self, point: GridPoint, accuracy_m: float | None = 10.0) -> Step:
        """Look once, and wait."""
        step = self.anchors.step(fix_at(point, accuracy_m), self.now_s, self.resolution_m)
        self.anchors = step.anchors
        self.now_s += step.wait_s
        return step

    def told(self, points: Iterable[GridPoint]) -> list[Cell]:
        """Look once at each point, and return the cells that may be told."""
        cells = [self.look(point).cell for point in points]
        return [cell for cell in cells if cell is not None]

    def cell_of(self, point: GridPoint) -> Cell:
        """Come from elsewhere, dwell at a point, and return what is told of it."""
        *_, cell = self.told([moved(point, 5_000), *[point] * 4])
        return cell

    def remembered(self) -> list[GridPoint]:
        """Return the centres of the anchors but for aliases, the last one used first."""
        document = json.loads(json.dumps(self.anchors.document()))
        return [
            GridPoint(each["northing_m"], each["easting_m"])
            for each in document["anchors"]
            if not each["alias"]
        ]
