"""Replays traces through anchored coarsening: ``python -m bench.privacy [--quick] [--json]``.

Without ``--traces FOLDER`` people are made up. *In motion* is a look farther than 250 m from every
place where the person dwells. Exits with 1 where a goal for the made-up people is not met.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.privacy.replay import DAY_S, HOUR_S, Replayed, as_told, hourly, opened, replayed
from bench.privacy.traces import Trace, made_up, read

_SEED = 19
_DRIFT_M = 60.0
_LONG_S = 3 * HOUR_S
_AFTER_DAYS = 4
_DAYS = 30


@dataclass(frozen=True, slots=True)
class Figure:
    """What came out, None where there was nothing to measure, and what was to."""

    name: str
    value: float | None
    unit: str
    goal: str = ""
    met: bool | None = None


def _at_least(name: str, value: float | None, unit: str, goal: float) -> Figure:
    return Figure(
        name, _rounded(value), unit, f">= {goal}", None if value is None else value >= goal
    )


def _at_most(name: str, value: float | None, unit: str, goal: float) -> Figure:
    return Figure(
        name, _rounded(value), unit, f"<= {goal}", None if value is None else value <= goal
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None


def figures(traces: Sequence[Trace]) -> Iterator[Figure]:
    """Replay all of them, each phone in its own way."""
    steady = [as_told(each, _SEED + n, 0.0) for n, each in enumerate(traces)]
    drifting = [as_told(each, _SEED + n, _DRIFT_M) for n, each in enumerate(traces)]
    for times in (1, 2, 4, 8):
        phones = [
            replayed(each, opened(times), _SEED + n, _DRIFT_M) for n, each in enumerate(traces)
        ]
        told = f"openings told after day {_AFTER_DAYS}, {times} a day"
        yield _at_least(told, _openings_told(phones), "share", 0.70)
        yield _at_most(f"two squares for home, opened {times} a day", _two(phones), "share", 0.02)
    ticking = [replayed(each, hourly, _SEED + n, _DRIFT_M) for n, each in enumerate(traces)]
    yield _at_least("dwells told, hourly look 0-5 min late", _told(ticking), "share", 0.60)
    yield Figure("dwells told, look when asked to", _rounded(_told(drifting)), "share")
    yield Figure("delay until told, median", _rounded(_delay_min(drifting)), "min")
    yield _at_most("two squares for home, no drift", _two(steady), "share", 0.01)
    yield _at_most(f"two squares for home, drift {_DRIFT_M:.0f} m", _two(drifting), "share", 0.02)
    yield _at_most("squares told in motion", _in_motion(drifting + ticking), "share", 0.001)
    yield _at_most("looks at rest", _looks_an_hour(steady, at_rest=True), "per hour", 1.5)
    in_motion = _rounded(_looks_an_hour(steady, at_rest=False))
    yield Figure("looks in motion", in_motion, "per hour")


def _openings_told(phones: Sequence[Replayed]) -> float | None:
    return _mean(
        [
            look.cell is not None
            for phone in phones
            for look in phone.looks
            if look.visit and look.time_s >= phone.trace.span_s[0] + _AFTER_DAYS * DAY_S
        ]
    )


def _told(phones: Sequence[Replayed]) -> float | None:
    return _mean([each is not None for phone in phones for each in phone.delays_s(_LONG_S)])


def _delay_min(phones: Sequence[Replayed]) -> float | None:
    delays = [each for phone in phones for each in phone.delays_s(_LONG_S) if each is not None]
    return statistics.median(delays) / 60 if delays else None


def _two(phones: Sequence[Replayed]) -> float | None:
    return _mean([len(phone.home_cells) > 1 for phone in phones])


def _in_motion(phones: Sequence[Replayed]) -> float | None:
    return _mean(
        [
            look.cell is not None
            for phone in phones
            for look in phone.looks
            if look.visit is None and phone.trace.is_at_no_place(look.point)
        ]
    )


def _looks_an_hour(phones: Sequence[Replayed], *, at_rest: bool) -> float | None:
    looks = sum((look.visit is not None) == at_rest for phone in phones for look in phone.looks)
    resting_s = sum(v.ends_s - v.begins_s for phone in phones for v in phone.trace.visits)
    all_s = sum(phone.trace.span_s[1] - phone.trace.span_s[0] for phone in phones)
    seconds = resting_s if at_rest else all_s - resting_s
    return looks / (seconds / HOUR_S) if seconds else None


def main(arguments: Sequence[str]) -> int:
    """Print the figures; 1 where a goal is not met."""
    parser = argparse.ArgumentParser(prog="python -m bench.privacy", description=__doc__)
    parser.add_argument("--traces", type=Path, metavar="FOLDER", help="GPX or CSV files")
    parser.add_argument("--quick", action="store_true", help="40 people, not 200")
    parser.add_argument("--json", action="store_true", help="a list of figures")
    chosen = parser.parse_args(arguments)
    people = 40 if chosen.quick else 200
    traces = read(chosen.traces) if chosen.traces else made_up(people, _DAYS, _SEED)
    found = list(figures(traces))
    if chosen.json:
        print(json.dumps([asdict(each) for each in found], indent=1))
    else:
        table = Table("what", "value", "unit", "goal", "met", box=None, pad_edge=False)
        for each in found:
            met = "" if each.met is None else "yes" if each.met else "no"
            value = "-" if each.value is None else f"{each.value:.4f}"
            table.add_row(each.name, value, each.unit, each.goal, met)
        Console().print(table)
    return int(chosen.traces is None and any(each.met is False for each in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
