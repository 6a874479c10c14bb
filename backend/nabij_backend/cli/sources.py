"""``nabij sources``: import, list, show, remove, and take back."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import psycopg
import typer
from psycopg.rows import DictRow
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from nabij_backend.cli import import_outcome, output
from nabij_backend.cli.commands import Commands
from nabij_backend.cli.database import with_database
from nabij_backend.clock import utc_now
from nabij_backend.db import Role, operator_connection, transaction_as
from nabij_backend.enums import OwnerKind, Technology
from nabij_backend.sources import changes, repository

if TYPE_CHECKING:
    from nabij_backend.sources.importer import Progress as OnProgress

app = Commands(help="The catalogue of community energy sources.", no_args_is_help=True)

_MADE_UP = "made up"


@app.command("import")
def import_file(  # noqa: PLR0913 - its options, all with defaults
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV, xlsx, GeoJSON, GeoPackage, shapefile or KML; - is CSV from standard input.",
        ),
    ],
    *,
    register: Annotated[
        str | None,
        typer.Option(help="The register's name; ids begin with it. Known registers need none."),
    ] = None,
    edition: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day whose state the file tells; today."),
    ] = None,
    licence: Annotated[
        str | None, typer.Option(help="Under which the register is published, such as CC-BY-4.0.")
    ] = None,
    attribution: Annotated[
        str | None, typer.Option(help="How the register's publisher wants to be named.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Where the register is published.")] = None,
    replaces: Annotated[
        bool | None,
        typer.Option(
            "--replace/--add",
            help="Whether sources of the register that the file lacks leave. They do where a known"
            " register publishes itself as a whole.",
        ),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Names a column; may be repeated."),
    ] = None,
    id_columns: Annotated[
        list[str] | None,
        typer.Option("--id", metavar="COLUMN", help="A column of the id; may be repeated."),
    ] = None,
    row_ids: Annotated[
        bool | None,
        typer.Option("--row-ids", help="The number of a row is its id: each file is a whole."),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--value",
            metavar="COLUMN:WORD=MEANING",
            help="Says which technology or kind of owner a word means; may be repeated.",
        ),
    ] = None,
    technology: Annotated[
        Technology | None, typer.Option(help="The technology of every row.")
    ] = None,
    owner: Annotated[OwnerKind | None, typer.Option(help="The kind of owner of every row.")] = None,
    operating: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD", help="A status of sources that run, with --map status=COLUMN."
        ),
    ] = None,
    saved: Annotated[
        Path | None,
        typer.Option(
            "--as", metavar="FILE.toml", help="Take these options from a file that --save wrote."
        ),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml", help="Save these options for the next edition."),
    ] = None,
    layer: Annotated[
        str | None, typer.Option(help="The layer of the file, or the sheet of a workbook.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="The coordinate system of the file, such as EPSG:28992.")
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            help="Where to list rows that are not taken; FILE.rejects.csv in this folder, or"
            " nowhere with --dry-run."
        ),
    ] = None,
    made_up: Annotated[bool, typer.Option(help="The sources do not exist.")] = False,
    dry_run: Annotated[
        bool, typer.Option(help="Change nothing; say what is recognised and what would change.")
    ] = False,
) -> None:
    """Bring the catalogue up to a file of sources: all of it, or nothing."""
    from nabij_backend.sources.importer import (  # noqa: PLC0415 - numpy and GDAL take a second
        SavedMapping,
        import_sources,
    )
    from nabij_backend.sources.importer.mapping import read_mapping  # noqa: PLC0415 - the same

    is_piped = file == Path("-")
    if not is_piped and not file.is_file():
        raise typer.BadParameter("There is no such file.")
    listing = rejects
    if listing is None and not dry_run:
        listing = Path("sources.rejects.csv" if is_piped else f"{file.name}.rejects.csv")
    said = SavedMapping(
        register=register,
        licence=licence,
        attribution=attribution,
        url=url,
        replaces=replaces,
        layer=layer,
        crs=crs,
        technology=technology,
        owner_kind=owner,
        id_columns=tuple(id_columns or ()),
        row_ids=row_ids,
        operating=tuple(operating or ()),
        columns=_columns(mapping or []),
        values=_values(values or []),
    )
    whole = said if saved is None else read_mapping(saved).but(said)
    if save is not None and save.exists():
        read_mapping(save)  # nothing else is replaced
    settings = output.settings()
    with (
        with_database(settings) as found,
        operator_connection(found.required_database_url) as connection,
        progress_bar(shown=not output.wants_json()) as on_progress,
        _spooled() if is_piped else nullcontext(file) as path,
    ):
        result = import_sources(
            connection,
            path,
            mapping=whole,
            edition=None if edition is None else edition.date(),
            made_up=made_up,
            dry_run=dry_run,
            rejects=listing,
            now=utc_now(),
            on_progress=on_progress,
        )
    if save is not None:
        whole.write(save)
    output.answer(
        import_outcome.document(result, listing),
        lambda: import_outcome.show(result, listing, dry_run=dry_run),
    )
    if result.causes:
        raise typer.Exit(1)


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


@app.command("registers")
def list_registers() -> None:
    """List the registers of the catalogue, with their editions and licences."""
    with _connected() as connection:
        found = changes.registers(connection)
    output.answer({"registers": found}, lambda: _show_registers(found))


@app.command("show")
def show_source(source_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Show a source, or why it left the catalogue."""
    with _connected() as connection:
        found = changes.show(connection, source_id)
    output.answer(found, lambda: _show_source(found))


@app.command("remove")
def remove(
    source_id: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    *,
    register: Annotated[
        str | None, typer.Option(help="Remove all of this register; an import brings them back.")
    ] = None,
) -> None:
    """Remove a source for good, or all of a register."""
    if (source_id is None) == (register is None):
        raise typer.BadParameter("Give the ID of a source, or --register NAME.")
    with _connected() as connection:
        if source_id is not None:
            done = changes.remove(connection, source_id, utc_now())
        else:
            done = changes.remove_register(connection, register or "", utc_now())
    output.answer(asdict(done), lambda: _show_removed(done))


@app.command("undo")
def undo(
    change: Annotated[
        int | None, typer.Argument(help="The number of an import or removal; the newest.")
    ] = None,
) -> None:
    """Take an import or a removal back."""
    with _connected() as connection:
        done = changes.undo(connection, change, utc_now())
    output.answer(asdict(done), lambda: _show_undone(done))


@contextmanager
def _connected() -> Generator[psycopg.Connection]:
    with (
        with_database(output.settings()) as found,
        operator_connection(found.required_database_url) as connection,
    ):
        yield connection


def _show_registers(found: Sequence[Mapping[str, Any]]) -> None:
    table = Table("register", "edition", "sources", "linked", "private", "licence", "change")
    for each in found:
        edition = "unknown" if each["edition"] is None else each["edition"].isoformat()
        counts = (f"{each[name]:,}" for name in ("sources", "linked", "neighbours"))
        change = "" if each["change"] is None else str(each["change"])
        table.add_row(each["name"], edition, *counts, each["licence"], change)
    output.say(table if found else "The catalogue has no register.")


def _show_source(found: Mapping[str, Any]) -> None:
    table = Table(show_header=False)
    linked: Sequence[str] = found.get("linked") or ()
    told = {name: value for name, value in found.items() if value is not None and name != "linked"}
    for name, value in (*told.items(), *(("linked", source_id) for source_id in linked)):
        table.add_row(name, str(value))
    output.say(table)


def _show_removed(done: changes.Changed) -> None:
    output.say(f"Removed: {done.departed:,}. `nabij sources undo {done.change}` takes it back.")


def _show_undone(done: changes.Changed) -> None:
    output.say(f"Change {done.change} is undone.")
    output.say(
        f"Sources it had brought or changed: {done.departed:,}. Brought back: {done.returned:,}."
    )


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
def _spooled() -> Generator[Path]:
    """Yield a file with what comes from standard input: an import reads it several times."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sources.csv")
        with path.open("wb") as spool:
            shutil.copyfileobj(sys.stdin.buffer, spool)
        yield path


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


def _values(words: list[str]) -> dict[str, dict[str, str]]:
    values: dict[str, dict[str, str]] = {}
    for each in words:
        word, _equals, meaning = each.rpartition("=")
        column, _colon, word = word.partition(":")
        if not (column and word and meaning):
            raise typer.BadParameter(
                "Write --value COLUMN:WORD=MEANING, such as --value Soort:molen=wind."
            )
        values.setdefault(column, {})[word] = meaning
    return values
