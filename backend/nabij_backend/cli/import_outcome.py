"""What an import of sources did, as a document and as tables."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from nabij_backend.cli import output

if TYPE_CHECKING:
    from nabij_backend.sources.importer import ImportResult

# For the operator to open or not: nothing is fetched.
_ON_A_MAP = (
    "https://www.openstreetmap.org/?box=yes"
    "&minlat={0:.3f}&minlon={1:.3f}&maxlat={2:.3f}&maxlon={3:.3f}"
)


def document(result: "ImportResult", listing: Path | None) -> dict[str, object]:
    """Return what an import did; ``listing``: where rows that were not taken are listed."""
    report = result.report
    return {
        "recognised": result.recognised or None,
        "register": result.register,
        "edition": result.edition.isoformat(),
        "change": result.change,
        "read": result.read,
        "inserted": result.inserted,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "departed": {str(reason): count for reason, count in result.departed.items()},
        "kept": result.kept,
        "linked": result.linked,
        "rejected": {str(reason): count for reason, count in result.rejected.items()},
        "remarks": {str(remark): count for remark, count in report.remarks.items()},
        "causes": list(result.causes),
        "form": dict(report.form),
        "crs": report.crs,
        "columns": {str(field): column for field, column in report.columns.items()},
        "empty": [str(field) for field in report.empty],
        "unused": list(report.unused),
        "unknown_words": dict(report.words()),
        "box": report.box,
        "examples": report.examples,
        "rejects_file": str(listing) if listing and any(result.rejected.values()) else None,
        "catalogue_version": result.catalogue_version,
    }


def _title(result: "ImportResult") -> str:
    rows = f"{result.read:,} rows read"
    return f"{result.register}, {result.edition}: {rows}" if result.register else rows


def show(result: "ImportResult", listing: Path | None, *, dry_run: bool) -> None:
    """Show what an import did, and how the file was read where that is asked for or went wrong."""
    if dry_run or result.causes:
        _show_recognised(result)
    output.say(_title(result))
    table = Table(show_header=False)
    for words, count in (
        ("new", result.inserted),
        ("changed", result.updated),
        ("as they were", result.unchanged),
        *((f"left: {reason}", count) for reason, count in result.departed.items()),
        *((f"not taken: {reason}", count) for reason, count in result.rejected.items()),
        *((f"taken without: {remark}", count) for remark, count in result.report.remarks.items()),
    ):
        table.add_row(words, f"{count:,}")
    output.say(table)
    if result.kept:
        output.say(
            f"{result.kept:,} sources of this register are not in the file and stay."
            " With --replace they leave."
        )
    if result.linked:
        output.say(f"{result.linked:,} sources are in another register, too, and are shown once.")
    if dry_run:
        output.say("Nothing was changed: this was a dry run.")
    elif result.inserted or result.updated or result.departed:
        output.say(f"`nabij sources undo {result.change}` takes this import back.")
    else:
        output.say("Nothing changed.")
    if listing is not None and any(result.rejected.values()):
        output.say(f"Rows not taken, with their reasons: {listing}")
    _show_causes(result)


def _show_causes(result: "ImportResult") -> None:
    for cause in result.causes:
        output.say(f"Most rows were not taken. {cause}")


def _show_recognised(result: "ImportResult") -> None:
    """Show how the file was read, and its first rows as they are published."""
    report = result.report
    table = Table(title="recognised", show_header=False)
    for name, value in report.form.items():
        table.add_row(name, value)
    table.add_row("register", result.recognised or "none: our own field names")
    table.add_row("coordinate system", report.crs)
    for field, column in report.columns.items():
        empty = " (empty)" if field in report.empty else ""
        table.add_row(field, f"column {column}{empty}")
    table.add_row("not used", ", ".join(report.unused))
    if report.box is not None:
        south, west, north, east = report.box
        table.add_row("from", f"{south:.3f}, {west:.3f}")
        table.add_row("to", f"{north:.3f}, {east:.3f}")
    output.say(table)
    if report.box is not None:
        output.say(f"On a map: {_ON_A_MAP.format(*report.box)}")
    if words := report.words():
        table = Table("unknown technology", "rows")
        for word, rows in words:
            table.add_row(word, f"{rows:,}")
        output.say(table)
    if report.examples:
        table = Table("as published", "technology", "owner", "kW", "where")
        for each in report.examples:
            table.add_row(*_example(each))
        output.say(table)


def _example(row: Mapping[str, object]) -> tuple[str, ...]:
    """Return the cells of a row as it is published."""
    told = tuple(str(row[name]) for name in ("technology", "owner_kind"))
    if "square" in row:
        least, most = row["least_kw"], row["most_kw"]
        band = "" if least is None else f"{least} to {most or 'more'}"
        return ("one more in a square", *told, band, str(row["square"]))
    place = f"{row['latitude']}, {row['longitude']}"
    return (str(row["name"] or row["id"]), *told, str(row["capacity_kw"] or ""), place)
