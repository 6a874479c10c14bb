"""Keeps results, and tells them in `docs/performance.md`."""

import json
import platform
import subprocess
from pathlib import Path
from typing import Any, Final

import psutil

from bench.measure import Comparison
from bench.others import PYTHON

_ROOT: Final = Path(__file__).parent.parent
_RESULTS: Final = _ROOT / "bench" / "results" / "performance.json"
_COLUMNS: Final = ("what", "ours", "against", "theirs", "ratio", "goal", "met")
_MACHINE: Final = _RESULTS.with_name("machine.txt")
_PICTURE: Final = _ROOT / "docs" / "images" / "performance.svg"
_PATIENCE_S: Final = 120
PAGE: Final = _ROOT / "docs" / "performance.md"
_TOLD: Final = Path(__file__).with_name("performance.md")
_MET: Final = {True: "yes", False: "**no**", None: ""}


def keep(part: str, results: list[Comparison]) -> None:
    """Put the results of a part in the place of those of before, if it could be measured."""
    if not results:
        return
    kept = [each for each in _kept() if each["part"] != part]
    documents = [{"part": part, **each.document()} for each in results]
    _RESULTS.parent.mkdir(exist_ok=True)
    text = json.dumps([*kept, *documents], ensure_ascii=False, indent=1)
    _RESULTS.write_text(f"{text}\n", encoding="utf-8")
    memory_gib = psutil.virtual_memory().total / 2**30
    _MACHINE.write_text(
        f"{psutil.cpu_count()} processors, {memory_gib:.0f} GiB,"
        f" {platform.system()} {platform.machine()}, Python {platform.python_version()}.\n",
        encoding="utf-8",
    )


def tell() -> None:
    """Write the page: its words, with a table of results in the place of each `<!-- part -->`.

    The picture is drawn anew where the environment of the others is there.
    """
    if PYTHON.exists():
        plot = Path(__file__).with_name("plot.py")
        subprocess.run([PYTHON, plot, _RESULTS, _PICTURE], check=True, timeout=_PATIENCE_S)
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Return the page, of the results that are kept."""
    lines = _TOLD.read_text(encoding="utf-8").splitlines()
    return "\n".join(map(_filled, lines)) + "\n"


def _filled(line: str) -> str:
    part = line.removeprefix("<!-- ").removesuffix(" -->")
    if part == line:
        return line
    if part == "machine":
        return _MACHINE.read_text(encoding="utf-8").strip()
    rows: list[list[str]] = [list(_COLUMNS), ["---"] * len(_COLUMNS)]
    rows += [_row(each) for each in _kept() if each["part"] == part]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _row(each: dict[str, Any]) -> list[str]:
    return [
        each["name"],
        f"{each['value']:,} {each['unit']}",
        each["against"],
        f"{each['theirs']:,} {each['unit']}",
        f"{each['ratio']:.3g}",
        each["goal"] or "",
        _MET[each["met"]],
    ]


def _kept() -> list[dict[str, Any]]:
    if not _RESULTS.exists():
        return []
    return json.loads(_RESULTS.read_text(encoding="utf-8"))
