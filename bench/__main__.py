"""Runs the benchmarks and tells what came of them: ``make bench``.

    make bench                        all of it; writes bench/results and docs/performance.md
    make bench ARGS="public personal" these parts; their results replace those of before
    make bench ARGS="--quick"         under a minute; fails where something became much slower

Times are this machine's and say nothing about another: what counts is the ratio of two that were
measured in turn.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from bench import (
    catalogue,
    coarsening,
    database,
    embedding,
    footprint,
    growth,
    importing,
    nearby,
    page,
    personal,
    public,
    quick,
    report,
    traffic,
    workers,
)
from bench.contest import Effort
from bench.installation import installed
from bench.measure import Comparison

_SOURCES: Final = 200_000


def _public() -> list[Comparison]:
    with installed(_SOURCES) as here:
        return public.run(here, Effort())


def _cold() -> list[Comparison]:
    with installed(_SOURCES) as here:
        return public.run_cold(here, Effort())


def _personal() -> list[Comparison]:
    with installed(_SOURCES) as here:
        return personal.run(here, Effort())


PARTS: Final[Mapping[str, Callable[[], list[Comparison]]]] = {
    "public": _public,
    "cold": _cold,
    "personal": _personal,
    "growth": growth.run,
    "sources": growth.run_sources,
    "workers": workers.run,
    "footprint": footprint.run,
    "traffic": traffic.run,
    "coarsening": coarsening.run,
    "embedding": embedding.run,
    "database": database.run,
    "importing": importing.run,
    "catalogue": catalogue.run,
    "page": page.run,
    "nearby": nearby.run,
}


def main(
    parts: Annotated[list[str] | None, typer.Argument(help=f"Of {', '.join(PARTS)}.")] = None,
    *,
    quick_form: Annotated[
        bool, typer.Option("--quick", help="Look for what became much slower, in a minute.")
    ] = False,
) -> None:
    """Measure, and keep what was measured."""
    if unknown := set(parts or ()) - PARTS.keys():
        raise typer.BadParameter(f"there is no part {', '.join(sorted(unknown))}")
    if quick_form:
        slower = quick.run()
        _show("quick", slower)
        sys.exit(any(each.met is False for each in slower))
    for name in parts or PARTS:
        results = PARTS[name]()
        _show(name, results)
        report.keep(name, results)
    report.tell()


def _show(part: str, results: list[Comparison]) -> None:
    table = Table("what", "ours", "against", "theirs", "ratio", "goal", "met", title=part)
    for each in results:
        met = {True: "yes", False: "no", None: ""}[each.met]
        ours, theirs = (f"{value:,.4g} {each.unit}" for value in (each.value, each.theirs))
        goal = str(each.goal or "")
        table.add_row(each.name, ours, each.against, theirs, f"{each.ratio:.3g}", goal, met)
    Console().print(table)


typer.run(main)
