"""``nabij retention run``."""

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from nabij_backend.cli import operating, output
from nabij_backend.cli.commands import Commands
from nabij_backend.cli.database import with_database
from nabij_backend.db import Role, connection_as
from nabij_backend.enums import OperatorAction
from nabij_backend.operators.service import authorise
from nabij_backend.retention.over import every_table
from nabij_backend.retention.service import Scope, Swept, look, sweep_once
from nabij_backend.settings import Settings

app = Commands(help="Retention: grants and rows whose period is over.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Retention: grants and rows whose period is over."""


@app.command()
def run(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be deleted.")
    ] = False,
    beyond_share: Annotated[
        bool,
        typer.Option("--beyond-share", help="Also where more than NABIJ_SWEEP_SHARE is over."),
    ] = False,
) -> None:
    """End the grants and delete the rows that are over; `nabij serve` does so every minute.

    It takes an operator.
    """
    with (
        with_database(output.settings()) as settings,
    ):
        swept = asyncio.run(_run(settings, dry_run=dry_run, beyond_share=beyond_share))
        backup_days = settings.backup_days
    output.answer(
        {"dry_run": dry_run, "rows": swept.rows},
        lambda: _show(swept, backup_days, dry_run=dry_run),
    )


async def _run(settings: Settings, *, dry_run: bool, beyond_share: bool) -> Swept:
    action = OperatorAction.RETENTION_DRY_RUN if dry_run else OperatorAction.RETENTION_RUN
    async with operating.calling(settings, action) as (runtime, caller):
        await authorise(runtime, caller, action)
        async with connection_as(Role.WORKER, settings.required_database_url) as connection:
            if dry_run:
                return await look(connection, runtime.clock(), settings.backup_days)
            return await sweep_once(connection, runtime, Scope(beyond_share=beyond_share))


def _show(swept: Swept, backup_days: int, *, dry_run: bool) -> None:
    table = Table("table", "rows", "why")
    for over in every_table(backup_days):
        if gone := swept.rows[over.table]:
            table.add_row(over.table, str(gone), over.why)
    if not table.row_count:
        output.say("Nothing is over.")
        return
    output.say(table)
    output.say("Nothing was deleted." if dry_run else "Deleted.")
