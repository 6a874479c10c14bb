"""``nabij keys``."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from nabij_backend import installation
from nabij_backend.cli import output
from nabij_backend.cli.commands import Commands
from nabij_backend.cli.database import with_database
from nabij_backend.clock import utc_now
from nabij_backend.db import Connection, Role, connection_as, transaction_as
from nabij_backend.settings import Settings
from nabij_backend.signing import Signer, read_jwks, signing_folder

app = Commands(help="Signing keys of receipts and checkpoints.")

_File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="A saved /.well-known/jwks.json.")
]


@app.command()
def init(
    *,
    lost: Annotated[
        bool, typer.Option("--lost", help="The private halves of those that signed are gone.")
    ] = False,
) -> None:
    """Make the keys of this installation, once; the database knows them from then on.

    What is there stays as it is. It may run again at any time, and makes nothing that is missing
    where the database knows it.
    """

    async def use(settings: Settings) -> Signer:
        url = settings.required_database_url
        async with transaction_as(Role.OWNER, url) as connection:
            return await installation.begin(connection, settings, lost=lost)

    signer = _with_settings(use)
    _tell(signer)


@app.command("list")
def list_keys() -> None:
    """List the key that signs, and the earlier ones whose signatures still count."""
    signer = Signer.open(signing_folder(output.settings()))
    _tell(signer)


@app.command()
def rotate() -> None:
    """Begin to sign with a new key; what the earlier one signed stays verifiable.

    Its private half is destroyed in the folder. Backups of the folder keep it: destroy those too.
    Copy the folder to other hosts within five minutes, where they do not share it.
    """

    async def use(connection: Connection, signer: Signer) -> None:
        await installation.rotate(connection, signer, utc_now())

    _change(use)


@app.command()
def add(file: _File) -> None:
    """Keep the public halves of keys that signed here before, from a saved set of keys."""

    async def use(connection: Connection, signer: Signer) -> None:
        await installation.add(connection, signer, read_jwks(file.read_bytes()), utc_now())

    _change(use)


def _change(use: Callable[[Connection, Signer], Awaitable[None]]) -> None:
    async def change(settings: Settings) -> Signer:
        signer = Signer(signing_folder(settings))
        async with connection_as(Role.OWNER, settings.required_database_url) as connection:
            await use(connection, signer)
        return signer

    signer = _with_settings(change)
    _tell(signer)


def _with_settings(use: Callable[[Settings], Coroutine[None, None, Signer]]) -> Signer:
    with with_database(output.settings()) as found:
        return asyncio.run(use(found))


def _tell(signer: Signer) -> None:
    active = signer.active_id if signer.signs else None
    retired = sorted(signer.held - {active})
    table = Table("key", "does")
    if active is not None:
        table.add_row(active, "signs")
    for name in retired:
        table.add_row(name, "vouches for what it signed")
    output.answer({"active": active, "retired": retired}, table)
