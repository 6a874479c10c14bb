"""What an app pays for embedding the SDK, against the HTTP library that it stands on."""

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Final

from bench.measure import Comparison, at_most, compare
from nabij._gate import Gate, Known
from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_consent import NEARBY_SOURCES, Allowed, EventKind, Grant, Signal

_ROUNDS: Final = 11
_NOW: Final = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)

# A fresh interpreter that does nothing but import, and tells what that cost in µs and KiB. Not
# ru_maxrss: that begins with what the parent had.
_IMPORT: Final = """
import time
begun = time.perf_counter()
import {module}
print((time.perf_counter() - begun) * 1e6)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS")))
"""


@dataclass
class _Flag:
    allowed: bool = True


def run() -> list[Comparison]:
    """Importing, in time and memory, and asking the gate."""
    return [*_importing(), _asking()]


def _importing() -> list[Comparison]:
    costs = [(_import("nabij"), _import("httpx2")) for _ in range(_ROUNDS)]
    return [
        Comparison(
            f"import nabij: {what}",
            median(each[place] for each, _ in costs),
            "import httpx2",
            median(each[place] for _, each in costs),
            unit,
            at_most(1.2),
        )
        for place, (what, unit) in enumerate((("time", "µs"), ("memory", "KiB")))
    ]


def _import(module: str) -> tuple[float, float]:
    command = [sys.executable, "-I", "-c", _IMPORT.format(module=module)]
    time_us, memory_kib = subprocess.check_output(command, text=True).split()
    return float(time_us), float(memory_kib)


def _asking() -> Comparison:
    gate, flag = _open_gate(), _Flag()
    assert isinstance(gate.permission(NEARBY_SOURCES, Signal.WIFI, _NOW), Allowed)
    return compare(
        "may Wi-Fi be read now?",
        lambda: gate.permission(NEARBY_SOURCES, Signal.WIFI, _NOW),
        "reading an attribute",
        lambda: flag.allowed,
        calls=20_000,
    )


def _open_gate() -> Gate:
    gate = Gate()
    gate.show(STARTER_NOTICE)
    ends = _NOW + timedelta(days=30)
    grant = Grant(NEARBY_SOURCES, Signal.WIFI, 1, None, STARTER_NOTICE.version, _NOW, ends)
    known = Known(NEARBY_SOURCES, Signal.WIFI, EventKind.GRANTED, grant, ())
    gate.learn(gate.question(_NOW), [known])
    return gate
