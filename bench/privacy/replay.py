"""Phones that follow a trace, each looking in its own way, and what they tell."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from bench.privacy.traces import DAY_S, Receiver, Trace, Visit
from nabij_geo import Anchors, Cell, GridPoint

HOUR_S = 3_600
WAKES, SLEEPS = 7, 23  # hours of the day


@dataclass(frozen=True, slots=True)
class Look:
    """Hold one look: when, where the person really was, and what was told."""

    time_s: float
    point: GridPoint
    visit: Visit | None
    cell: Cell | None


@dataclass
class Replayed:
    """Hold all looks of one phone."""

    trace: Trace
    looks: list[Look] = field(default_factory=list[Look])

    @property
    def home_cells(self) -> set[Cell]:
        """Return what was told while the person was at home."""
        home = self.trace.home
        at_home = (each for each in self.looks if each.visit and each.visit.place == home)
        return {each.cell for each in at_home if each.cell is not None}

    def delays_s(self, longer_than_s: float) -> list[float | None]:
        """Return how long after its beginning each visit of that length was told; None: never."""
        delays: dict[Visit, float | None] = {
            each: None for each in self.trace.visits if each.ends_s - each.begins_s >= longer_than_s
        }
        for look in self.looks:
            if look.cell is not None and look.visit in delays and delays[look.visit] is None:
                delays[look.visit] = look.time_s - look.visit.begins_s
        return list(delays.values())


When = Callable[[Random, Trace], Iterator[float]]


def replayed(trace: Trace, when: When, seed: int, drift_m: float) -> Replayed:
    """Replay a phone that looks at these times."""
    chance = Random(seed)  # noqa: S311 - noise
    receiver, anchors, done = Receiver(chance, drift_m), Anchors(), Replayed(trace)
    for time_s in when(chance, trace):
        anchors = _look(done, receiver, anchors, time_s)[0]
    return done


def as_told(trace: Trace, seed: int, drift_m: float) -> Replayed:
    """Replay a phone that looks when it is told to, and sleeps at night: up to an hour late."""
    chance = Random(seed)  # noqa: S311 - noise
    receiver, anchors, done = Receiver(chance, drift_m), Anchors(), Replayed(trace)
    time_s, ends_s = trace.span_s
    while time_s < ends_s:
        anchors, wait_s = _look(done, receiver, anchors, time_s)
        hour = time_s % DAY_S / HOUR_S
        late_s = chance.uniform(0, 60) if WAKES <= hour < SLEEPS else chance.uniform(0, HOUR_S)
        time_s += wait_s + late_s
    return done


def _look(
    done: Replayed, receiver: Receiver, anchors: Anchors, time_s: float
) -> tuple[Anchors, int]:
    point, visit = done.trace.at(time_s)
    step = anchors.step(receiver.fix(point, time_s, indoors=visit is not None), time_s)
    done.looks.append(Look(time_s, point, visit, step.cell))
    return step.anchors, step.wait_s


def hourly(chance: Random, trace: Trace) -> Iterator[float]:
    """Yield every hour, up to five minutes late."""
    begins_s, ends_s = trace.span_s
    for hour in range(int((ends_s - begins_s) // HOUR_S)):
        yield begins_s + hour * HOUR_S + chance.uniform(0, 300)


def opened(times_a_day: int) -> When:
    """Return when an app is opened so often a day, while its customer is awake."""

    def openings(chance: Random, trace: Trace) -> Iterator[float]:
        begins_s, ends_s = trace.span_s
        for day in range(int((ends_s - begins_s) // DAY_S)):
            hours = sorted(chance.uniform(WAKES, SLEEPS) for _ in range(times_a_day))
            yield from (begins_s + day * DAY_S + hour * HOUR_S for hour in hours)

    return openings
