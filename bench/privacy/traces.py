"""Traces of people: made up, or read from files.

A trace says where somebody is at any time, which of that is a place where they dwell, and what a
receiver would make of it.
"""

import csv
import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from xml.etree import ElementTree as ET

from nabij_geo import GridPoint, OutsideGrid, Position, project, unproject

DAY_S = 86_400
MONDAY_S = 1_795_392_000  # 00:00 UTC
SHORTEST_DWELL_S = 1_200
DWELL_RADIUS_M = 100
NETWORK_FIXES = 0.05  # share of fixes: of masts and access points, far off, and they say so
OUTLIERS = 0.01  # share of fixes: reflected, far off, and they do not know
WORKING_DAYS = 5
EVENINGS_OUT = 0.4  # share of days


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody is at a place from one moment to another, in Unix seconds."""

    place: GridPoint
    begins_s: float
    ends_s: float


@dataclass(frozen=True)
class Trace:
    """Visits in order; between two of them the person is on the way."""

    visits: Sequence[Visit]
    begins: list[float] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "begins", [each.begins_s for each in self.visits])

    @property
    def home(self) -> GridPoint:
        """Return where most time is spent."""
        spent: dict[GridPoint, float] = {}
        for each in self.visits:
            spent[each.place] = spent.get(each.place, 0.0) + each.ends_s - each.begins_s
        return max(spent, key=lambda place: spent[place])

    @property
    def span_s(self) -> tuple[float, float]:
        """Return when it begins and ends."""
        return self.visits[0].begins_s, self.visits[-1].ends_s

    def at(self, time_s: float) -> tuple[GridPoint, Visit | None]:
        """Return where the person is, and at which visit; None: on the way."""
        index = max(bisect_right(self.begins, time_s) - 1, 0)
        visit = self.visits[index]
        if time_s <= visit.ends_s or index + 1 == len(self.visits):
            return visit.place, visit
        after = self.visits[index + 1]
        share = (time_s - visit.ends_s) / (after.begins_s - visit.ends_s)
        return _between(visit.place, after.place, share), None

    def is_at_no_place(self, point: GridPoint) -> bool:
        """Tell whether a point is farther than an anchor reaches from every place of the trace."""
        return all(math.dist(point, each.place) > 2.5 * DWELL_RADIUS_M for each in self.visits)


def _between(a: GridPoint, b: GridPoint, share: float) -> GridPoint:
    return GridPoint(
        a.northing_m + share * (b.northing_m - a.northing_m),
        a.easting_m + share * (b.easting_m - a.easting_m),
    )


class Receiver:
    """What a phone makes of a place: noise, indoor drift, outliers and network fixes.

    Args:
        chance: the same seed gives the same fixes.
        drift_m: how far positions wander indoors, as the root mean square of the distance (DRMS);
            they come back within hours.
    """

    def __init__(self, chance: Random, drift_m: float) -> None:
        self._chance = chance
        self._drift_m = drift_m
        self._wandered = (0.0, 0.0)
        self._last_s = 0.0

    def fix(self, point: GridPoint, time_s: float, *, indoors: bool) -> Position:
        """Return one fix."""
        chance = self._chance
        if chance.random() < NETWORK_FIXES:
            return _position(_moved(point, chance.gauss(0, 400), chance.gauss(0, 400)), 800.0)
        if chance.random() < OUTLIERS:
            return _position(_moved(point, chance.gauss(0, 500), chance.gauss(0, 500)), 30.0)
        kept = math.exp(-(time_s - self._last_s) / 7_200)
        self._last_s = time_s
        fresh = self._drift_m * math.sqrt((1 - kept**2) / 2)
        north, east = (kept * each + chance.gauss(0, fresh) for each in self._wandered)
        self._wandered = (north, east)
        drift = self._wandered if indoors else (0.0, 0.0)
        noisy = _moved(point, drift[0] + chance.gauss(0, 8), drift[1] + chance.gauss(0, 8))
        return _position(noisy, chance.uniform(5, 40))


def _moved(point: GridPoint, north_m: float, east_m: float) -> GridPoint:
    return GridPoint(point.northing_m + north_m, point.easting_m + east_m)


def _position(point: GridPoint, accuracy_m: float) -> Position:
    exact = unproject(point)
    return Position(exact.latitude_deg, exact.longitude_deg, accuracy_m)


def made_up(people: int, days: int, seed: int) -> list[Trace]:
    """Make up people in the Netherlands with a home, work, errands and evenings out."""
    chance = Random(seed)  # noqa: S311 - made-up people
    return [Trace(list(_life(chance, days))) for _ in range(people)]


def _life(chance: Random, days: int) -> Iterator[Visit]:
    home = GridPoint(chance.uniform(3.10e6, 3.35e6), chance.uniform(3.95e6, 4.10e6))
    work = _moved(home, chance.uniform(-15e3, 15e3), chance.uniform(-15e3, 15e3))
    haunts = [_moved(home, chance.gauss(0, 4e3), chance.gauss(0, 4e3)) for _ in range(4)]
    here, since_s = home, float(MONDAY_S)
    for day in range(days):
        midnight_s = MONDAY_S + day * DAY_S
        plans: list[tuple[float, GridPoint]] = []
        if day % 7 < WORKING_DAYS:
            leaves_s = midnight_s + chance.gauss(8.0, 0.4) * 3_600
            plans += [(leaves_s, work), (leaves_s + chance.gauss(9.0, 0.5) * 3_600, home)]
        else:
            leaves_s = midnight_s + chance.gauss(11.0, 1.0) * 3_600
            plans += [(leaves_s, chance.choice(haunts)), (leaves_s + 2 * 3_600, home)]
        if chance.random() < EVENINGS_OUT:
            out_s = midnight_s + chance.gauss(20.0, 0.3) * 3_600
            plans += [(out_s, chance.choice(haunts)), (out_s + 2.5 * 3_600, home)]
        for leaves_s, there in plans:
            yield Visit(here, since_s, leaves_s)
            way_s = max(300.0, math.dist(here, there) / chance.uniform(4, 14))
            here, since_s = there, leaves_s + way_s
    yield Visit(here, since_s, MONDAY_S + days * DAY_S)


def read(folder: Path) -> list[Trace]:
    """Read the traces of a folder: GPX, or CSV with time, latitude and longitude.

    Raises:
        ValueError: a file has no visit of twenty minutes, or no fix on the European grid.
    """
    files = sorted(each for each in folder.iterdir() if each.suffix.lower() in {".gpx", ".csv"})
    if not files:
        raise ValueError("The folder has no .gpx and no .csv file.")
    return [_trace(file) for file in files]


def _trace(file: Path) -> Trace:
    read_fixes = _gpx if file.suffix.lower() == ".gpx" else _csv
    visits = list(_visits(sorted(read_fixes(file))))
    if not visits:
        raise ValueError("A trace needs a stay of twenty minutes within 100 m, in Europe.")
    return Trace(visits)


def _gpx(file: Path) -> Iterator[tuple[float, GridPoint]]:
    for point in ET.parse(file).iterfind(".//{*}trkpt"):  # noqa: S314 - the user's own file
        time = point.findtext("{*}time")
        if time is not None:
            yield from _fix(time, point.attrib["lat"], point.attrib["lon"])


def _csv(file: Path) -> Iterator[tuple[float, GridPoint]]:
    with file.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            yield from _fix(row["time"], row["latitude"], row["longitude"])


def _fix(time: str, latitude: str, longitude: str) -> Iterator[tuple[float, GridPoint]]:
    try:
        seconds = float(time)
    except ValueError:
        moment = datetime.fromisoformat(time)
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    try:
        yield seconds, project(Position(float(latitude), float(longitude)))
    except OutsideGrid:
        return


def _visits(fixes: Sequence[tuple[float, GridPoint]]) -> Iterator[Visit]:
    """Yield stays of twenty minutes within 100 m of where they began."""
    begun = 0
    for index, (_, point) in enumerate(fixes):
        if math.dist(point, fixes[begun][1]) > DWELL_RADIUS_M:
            yield from _visit(fixes[begun:index])
            begun = index
    yield from _visit(fixes[begun:])


def _visit(fixes: Sequence[tuple[float, GridPoint]]) -> Iterator[Visit]:
    if fixes and fixes[-1][0] - fixes[0][0] >= SHORTEST_DWELL_S:
        yield Visit(fixes[0][1], fixes[0][0], fixes[-1][0])
