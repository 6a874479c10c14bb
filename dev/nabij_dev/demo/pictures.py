"""Panels, tables and the map of the story; each fits a terminal of 80 columns."""

from collections.abc import Mapping, Sequence

from psycopg.rows import DictRow
from rich.box import ROUNDED, SIMPLE
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

import nabij
from nabij_consent import Locale, Notice
from nabij_dev.demo import map as square_map


def notice(shown: Notice) -> RenderableType:
    """Return the notice in its languages, side by side."""
    table = Table(box=ROUNDED, expand=True)
    for locale in Locale:
        table.add_column(shown.title[locale], ratio=1)
    table.add_row(*(shown.body[locale] for locale in Locale))
    return table


def asked(shown: Notice) -> RenderableType:
    """Return what the notice asks for, signal by signal."""
    table = _table("signal", "what is read", "kept")
    for _purpose, terms in shown.asks():
        table.add_row(terms.signal, terms.reads[Locale.EN], f"{terms.retention_days} days")
    return table


def statuses(rows: Sequence[DictRow]) -> RenderableType:
    """Return what is stored of a customer."""
    table = _table("signal", "stored", "when, cut to the hour")
    for row in rows:
        table.add_row(row["signal"], row["status"], f"{row['hour']:%d %B %Y, %H:00}")
    return table


def map_of(
    cell: nabij.Cell, around: Sequence[nabij.NearbySource], *, numbered: int
) -> RenderableType:
    """Return the customer's square and what stands around it."""
    return Group(
        "",
        square_map.draw(cell, around, numbered=numbered),
        square_map.legend(cell, around, numbered=numbered),
    )


def sources(nearest: Sequence[nabij.NearbySource]) -> RenderableType:
    """Return the nearest sources, as the customer sees them."""
    table = _table("", "source", "technology", "owner", "kW", "distance")
    for column in (table.columns[4], table.columns[5]):
        column.justify = "right"
    for rank, source in enumerate(nearest, start=1):
        about = "about " if source.located == "cell" else ""
        distance = f"{about}{source.distance_m / 1000:.2f} km"
        table.add_row(
            str(rank),
            source.label("en"),
            source.technology,
            source.owner_kind,
            _capacity(source),
            distance,
        )
    if any(source.made_up for source in nearest):
        table.caption = "These sources are made up. Real ones: nabij demo --sources FILE"
    return table


def _capacity(source: nabij.NearbySource) -> str:
    """In kilowatts: exactly, or the band that each of several neighbours' is in."""
    if source.capacity_kw is not None:
        return f"{source.capacity_kw:,.0f}"
    if source.capacity_band_kw is None:
        return ""
    least, most = source.capacity_band_kw
    return f"{least:g}+" if most is None else f"{least:g}-{most:g}"


def erasure(before: Mapping[str, int], after: Mapping[str, int]) -> RenderableType:
    """Return how many rows each table held of a customer, and how many it holds now."""
    table = _table("table", "rows before", "rows after")
    for name, rows in before.items():
        table.add_row(name, str(rows), Text(str(after[name]), "bold green"))
    return table


def _table(*headers: str) -> Table:
    return Table(*headers, box=SIMPLE, header_style="bold", caption_style="dim", pad_edge=False)
