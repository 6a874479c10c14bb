"""Runs every benchmark and prints how ours compares: ``make bench``.

A ratio is theirs over ours, from medians of alternating rounds in this run: above 1, ours costs
less. Times are this machine's and say nothing about another.
"""

from rich.console import Console
from rich.table import Table

from bench import catalogue, coarsening, database, embedding, importing, nearby, page

table = Table("what", "ours", "against", "theirs", "ratio")
for comparison in (
    *coarsening.run(),
    *embedding.run(),
    *database.run(),
    *importing.run(),
    *catalogue.run(),
    *page.run(),
    *nearby.run(),
):
    table.add_row(
        comparison.name,
        f"{comparison.ours:,.1f} {comparison.unit}",
        comparison.against,
        f"{comparison.theirs:,.1f} {comparison.unit}",
        f"{comparison.ratio:.3f}",
    )
Console().print(table)
