"""What the page costs a phone: bytes of its elements, and how soon it is painted and usable.

The phone is Chromium with a processor four times slower than this machine's. Beside the page the
same browser paints a bare heading: what any page costs there.
"""

import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import BrowserContext

from bench.measure import Comparison, at_most
from tests.web.browser import Eyes, missing
from tests.web.page.serving import ROOT, page_served

_WEB: Final = ROOT / "sdk" / "web"
_GOAL_BYTES: Final = 20_000
SLOWER: Final = 4
_ROUNDS: Final = 9
_BARE: Final = "data:text/html,<title>bare</title><h1>Energie bij u in de buurt</h1>"
_FIRST_PAINT: Final = """() => new Promise(resolve => {
    new PerformanceObserver(list => resolve(list.getEntries()[0].startTime))
        .observe({ type: "paint", buffered: true });
})"""


def run() -> list[Comparison]:
    """The size always; paint where there is a browser."""
    return [_size(), *([] if missing() else _paints())]


def _size() -> Comparison:
    node = Path(sys.executable).with_name("node")
    told = subprocess.run([node, "sizes.mjs"], cwd=_WEB, capture_output=True, check=True)
    name = "<nabij-consent> with lit, gzip"
    return Comparison(name, int(told.stdout), "the goal of 20 kB", _GOAL_BYTES, "bytes", at_most(1))


def _paints() -> list[Comparison]:
    with page_served() as (eyes, service):
        return _compared(eyes, f"{service.address}/?lang=nl")


def _compared(eyes: Eyes, address: str) -> list[Comparison]:
    bare: list[float] = []
    painted: list[float] = []
    usable: list[float] = []
    for _ in range(_ROUNDS):
        bare.append(_visited(eyes, _BARE, "h1")[0])
        first, ready = _visited(eyes, address, "[role=combobox]")
        painted.append(first)
        usable.append(ready)
    beside = f"a bare heading, processor {SLOWER}x slower"
    return [
        Comparison("page, first paint", median(painted), beside, median(bare), "ms"),
        Comparison("page, a place can be typed", median(usable), beside, median(bare), "ms"),
    ]


def _visited(eyes: Eyes, address: str, awaited: str) -> tuple[float, float]:
    """When anything is painted, and when what is awaited is there; ms since it was asked for."""

    def visit(context: BrowserContext) -> tuple[float, float]:
        page = context.new_page()
        slow: Any = context.new_cdp_session(page)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address, wait_until="commit")
        first: float = page.evaluate(_FIRST_PAINT)
        page.locator(awaited).wait_for()
        return first, page.evaluate("performance.now()")

    return eyes.browse(visit, viewport={"width": 360, "height": 740})
