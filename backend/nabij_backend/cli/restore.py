"""``nabij restore-check``."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from nabij_backend.cli import output
from nabij_backend.cli.database import with_database
from nabij_backend.cli.proofs import keys_of, read_signed
from nabij_backend.clock import utc_now
from nabij_backend.db import Database, Role, snapshot_as
from nabij_backend.identity.keys import identity_key
from nabij_backend.log.documents import Checkpoint, read_checkpoint
from nabij_backend.means import Means
from nabij_backend.rights.erasure.after_restore import (
    Ledgers,
    LogState,
    Plan,
    carry_out,
    plan,
)
from nabij_backend.rights.erasure.ledger import (
    InvalidLedger,
    installation_of,
    ledger_file,
    read,
)
from nabij_backend.settings import Settings
from nabij_backend.signing import InvalidSignature
from nabij_backend.trouble import Trouble

_WORDS = {
    LogState.WHOLE: "The log is whole, so what people permit stays.",
    LogState.SHORTER: "The log is shorter than the checkpoint: acts were lost, maybe withdrawals.",
    LogState.UNKNOWN: "Without a --checkpoint nobody can tell whether acts were lost.",
}


class NoLedger(Trouble):
    """There is no ledger of erasures here.

    Give the copies that you kept with --ledger; where nobody was ever erased, give an empty file.
    """


class NothingFits(Trouble):
    """Nobody whom the ledger names was ever in this database. Nothing was changed.

    Check that the right backup was restored. Where all of them came and went after that backup,
    give --though-nothing-fits.
    """


def command(
    *,
    ledger: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="Who was erased; repeatable."),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The newest that was kept elsewhere."),
    ] = None,
    though_nothing_fits: Annotated[
        bool, typer.Option("--though-nothing-fits", help="Go on where the ledger names strangers.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Only tell what would be done.")] = False,
    as_json: output.Json = False,
) -> None:
    """Erase anew, after a restore, whom the ledger names, and end what may have been withdrawn."""
    with output.failures(InvalidLedger, InvalidSignature, as_json=as_json):
        settings = output.settings(as_json=as_json)
        installation = installation_of(identity_key(settings))
        ledgers = Ledgers(
            read(ledger or [_own_ledger(settings)], installation),
            utc_now() - timedelta(days=settings.backup_days),
        )
        kept = None
        if checkpoint is not None:
            signed = read_signed(checkpoint, "checkpoint")
            kept = read_checkpoint(signed, keys_of(settings, None))
        with with_database(settings) as found:
            agreed = asyncio.run(_plan(found, ledgers, kept))
            if agreed.named and not (agreed.fitting or though_nothing_fits):
                raise NothingFits
            if not dry_run:
                asyncio.run(_carry_out(found, agreed))
    _tell(agreed, dry_run=dry_run, as_json=as_json)


def _own_ledger(settings: Settings) -> Path:
    file = ledger_file(settings)
    if not file.exists():
        raise NoLedger
    return file


async def _plan(settings: Settings, ledgers: Ledgers, kept: Checkpoint | None) -> Plan:
    async with snapshot_as(Role.AUDITOR, settings.required_database_url) as connection:
        return await plan(connection, identity_key(settings), ledgers, kept)


async def _carry_out(settings: Settings, agreed: Plan) -> None:
    database = Database(settings, new_id=uuid4)
    await database.open()
    try:
        await carry_out(agreed, Means(settings, database, utc_now, uuid4, os.urandom))
    finally:
        await database.close()


def _tell(agreed: Plan, *, dry_run: bool, as_json: bool) -> None:
    erased, ended = len(agreed.erase), len(agreed.end)
    if as_json:
        done = {"erased": erased, "ended": ended, "dry_run": dry_run}
        ledger = {"named": agreed.named, "fitting": agreed.fitting}
        output.print_json({"log": agreed.log, **ledger, **done})
        return
    output.say(_WORDS[agreed.log])
    would = "would be " if dry_run else ""
    output.say(
        f"People whom the ledger names: {agreed.named}. "
        f"This database knows of {agreed.fitting} of them."
    )
    output.say(f"People {would}erased again: {erased}.")
    output.say(f"People whose grants {would}ended, to be asked anew: {ended}.")
