"""``nabij sources import`` and ``nabij sources list``."""

import asyncio
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from psycopg.rows import DictRow
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from nabij_backend.cli import output
from nabij_backend.cli.commands import Commands
from nabij_backend.cli.database import with_database
from nabij_backend.clock import utc_now
from nabij_backend.db import Role, operator_connection, transaction_as
from nabij_backend.enums import Technology
from nabij_backend.sources import repository

if TYPE_CHECKING:
    from nabij_backend.sources.importer import ImportResult
    from nabij_backend.sources.importer import Progress as OnProgress

app = Commands(help="The catalogue of community energy sources.", no_args_is_help=True)

_MADE_UP = "made up"


@app.command("import")
def import_file(  # noqa: PLR0913 - its options, all with defaults
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or GeoJSON.")],
    *,
    licence: Annotated[str, typer.Option(help="Under which the register is published.")] = (
        "unknown"
    ),
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Names a column; may be repeated."),
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="The coordinate system of the file, such as EPSG:28992.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="Where to list rows that were not taken.")
    ] = None,
    made_up: Annotated[bool, typer.Option(help="The sources do not exist.")] = False,
) -> None:
    """Bring the catalogue up to a file of sources: all of it, or nothing."""
    from nabij_backend.sources.importer import (  # noqa: PLC0415 - numpy and GDAL take a second
        import_sources,
    )

    listing = rejects or file.with_name(f"{file.name}.rejects.csv")
    columns = _columns(mapping or [])
    settings = output.settings()
    with (
        with_database(settings) as found,
        operator_connection(found.required_database_url) as connection,
        progress_bar(shown=not output.wants_json()) as on_progress,
    ):
        result = import_sources(
            connection,
            file,
            mapping=columns,
            crs=crs,
            licence=licence,
            made_up=made_up,
            rejects=listing,
            now=utc_now(),
            on_progress=on_progress,
        )
    output.answer(_document(result, listing), lambda: _show(result, listing))


@app.command("list")
def list_sources(
    *,
    technology: Annotated[Technology | None, typer.Option(help="Only these.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
) -> None:
    """List sources by name, and count them by technology."""
    with (
        with_database(output.settings()) as found,
    ):
        listed, counts = asyncio.run(_listed(found.required_database_url, technology, limit))
    output.answer({"counts": counts, "sources": listed}, lambda: _show_listed(listed, counts))


def _show_listed(listed: Sequence[Mapping[str, Any]], counts: Mapping[str, int]) -> None:
    table = Table("source", "technology", "owner", "kW", "")
    for source in listed:
        capacity = "" if source["capacity_kw"] is None else f"{source['capacity_kw']:,.0f}"
        flag = _MADE_UP if source["made_up"] else ""
        name = source["name"] or f"{source['count']} of private persons, in one square"
        table.add_row(name, source["technology"], source["owner_kind"], capacity, flag)
    output.say(table)
    total = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    output.say(total or "The catalogue is empty: run `nabij sources import FILE`.")


@contextmanager
def progress_bar(*, shown: bool) -> Generator["OnProgress"]:
    """Yield a bar on standard error that fills as rows are read."""
    columns = (
        TextColumn("reading rows"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=output.trouble, disable=not shown, transient=True) as bar:
        task = bar.add_task("rows", total=None)

        def on_progress(rows_read: int, total: int | None) -> None:
            bar.update(task, completed=rows_read, total=total)

        yield on_progress


async def _listed(
    url: str, technology: Technology | None, limit: int
) -> tuple[list[DictRow], dict[str, int]]:
    async with transaction_as(Role.OPERATOR, url) as connection:
        listed = await repository.listed(connection, technology, limit)
        return listed, await repository.counted(connection)


def _columns(pairs: list[str]) -> dict[str, str]:
    named = [pair.partition("=") for pair in pairs]
    if not all(column for _field, _equals, column in named):
        raise typer.BadParameter("Write --map FIELD=COLUMN, such as --map name=Plantname.")
    return {field: column for field, _equals, column in named}


def _document(result: "ImportResult", listing: Path) -> dict[str, object]:
    return {
        "read": result.read,
        "inserted": result.inserted,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "rejected": {str(reason): count for reason, count in result.rejected.items()},
        "rejects_file": str(listing) if any(result.rejected.values()) else None,
        "catalogue_version": result.catalogue_version,
    }


def _show(result: "ImportResult", listing: Path) -> None:
    rejected = sum(result.rejected.values())
    table = Table(title=f"{result.read:,} rows read", show_header=False)
    for words, count in (
        ("new", result.inserted),
        ("changed", result.updated),
        ("as they were", result.unchanged),
        *((f"not taken: {reason}", count) for reason, count in result.rejected.items()),
    ):
        table.add_row(words, f"{count:,}")
    output.say(table)
    if not result.inserted + result.updated:
        output.say("Nothing changed.")
    if rejected:
        output.say(f"Rows not taken, with their reasons: {listing}")
