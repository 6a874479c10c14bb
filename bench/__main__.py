"""Runs every benchmark and prints how ours compares: ``make bench``.

A ratio is theirs over ours, from medians of alternating rounds in this run: above 1, ours is
faster. Times are this machine's and say nothing about another.
"""

from rich.console import Console
from rich.table import Table

from bench import coarsening, database

table = Table("what", "ours", "against", "theirs", "ratio")
for comparison in (*coarsening.run(), *database.run()):
    table.add_row(
        comparison.name,
        f"{comparison.ours_us:,.0f} µs",
        comparison.against,
        f"{comparison.theirs_us:,.0f} µs",
        f"{comparison.ratio:.2f}",
    )
Console().print(table)
