"""``nabij restore-check``."""

import asyncio
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4

import typer

from nabij_backend.cli import output
from nabij_backend.cli.database import with_database
from nabij_backend.cli.proofs import keys_of, read_signed
from nabij_backend.clock import utc_now
from nabij_backend.db import Database, Role, transaction_as
from nabij_backend.errors import UserError
from nabij_backend.identity.keys import identity_key, installation_of
from nabij_backend.installation import begin, require_folder
from nabij_backend.log.documents import Checkpoint, read_checkpoint
from nabij_backend.log.known import known_log
from nabij_backend.rights.erasure.after_restore import (
    Ledgers,
    LogState,
    Plan,
    carry_out,
    plan,
)
from nabij_backend.rights.erasure.ledger import (
    ledger_file,
    read,
)
from nabij_backend.runtime import Runtime
from nabij_backend.settings import Settings

_WORDS = {
    LogState.WHOLE: "The log is whole, so what people permit stays.",
    LogState.SHORTER: "The log lacks what was signed last: acts were lost, maybe withdrawals.",
    LogState.UNKNOWN: "Without a checkpoint nobody can tell whether acts were lost.",
}


class NoLedger(UserError):
    """There is no ledger of erasures here.

    Give the copies that you kept with --ledger; where nobody was ever erased, give an empty file.
    """


class ConflictingOptions(UserError):
    """Give a --checkpoint or --no-checkpoint, not both."""


class NothingFits(UserError):
    """Nobody whom the ledger names was ever in this database. Nothing was changed.

    Check that the right backup was restored. Where all of them came and went after that backup,
    give --though-nothing-fits.
    """


def command(
    *,
    ledger: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="A ledger of erasures; repeatable."),
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="One that was kept elsewhere; repeatable."),
    ] = None,
    no_checkpoint: Annotated[
        bool,
        typer.Option("--no-checkpoint", help="Take none, not even this host's: all grants end."),
    ] = False,
    though_nothing_fits: Annotated[
        bool, typer.Option("--though-nothing-fits", help="Go on where the ledger names strangers.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Only tell what would be done.")] = False,
) -> None:
    """Erase the accounts of the ledger again, after a restore, and end grants that are in doubt.

    Where acts were lost, the log goes on under another name. Nothing is written about anybody
    before: the service answers 503.
    """
    settings = output.settings()
    installation = installation_of(identity_key(settings))
    ledgers = Ledgers(
        read(ledger or [_own_ledger(settings)], installation),
        utc_now() - timedelta(days=settings.backup_days),
    )
    if checkpoint and no_checkpoint:
        raise ConflictingOptions
    known = [] if no_checkpoint else _known(settings, checkpoint or [])
    successor = None
    with with_database(settings) as found:
        asyncio.run(_require_folder(found))
        agreed = asyncio.run(_plan(found, ledgers, known))
        if agreed.named and not (agreed.fitting or though_nothing_fits):
            raise NothingFits
        if not dry_run:
            successor = asyncio.run(_carry_out(found, agreed))
    output.answer(
        _document(agreed, successor, dry_run=dry_run),
        lambda: _show(agreed, successor, dry_run=dry_run),
    )


def _known(settings: Settings, files: Sequence[Path]) -> list[Checkpoint]:
    """Return the checkpoints in the files, and this host's own."""
    texts = [read_signed(each, "checkpoint") for each in files]
    own = known_log(settings).newest()
    known = [] if own is None else [own]
    if texts:
        keys = keys_of(settings, None)
        known += [read_checkpoint(each, keys) for each in texts]
    return known


def _own_ledger(settings: Settings) -> Path:
    file = ledger_file(settings)
    if not file.exists():
        raise NoLedger
    return file


async def _require_folder(settings: Settings) -> None:
    async with transaction_as(
        Role.AUDITOR, settings.required_database_url, snapshot=True
    ) as connection:
        await require_folder(connection, settings)


async def _plan(settings: Settings, ledgers: Ledgers, known: Sequence[Checkpoint]) -> Plan:
    async with transaction_as(
        Role.AUDITOR, settings.required_database_url, snapshot=True
    ) as connection:
        return await plan(connection, identity_key(settings), ledgers, known, utc_now())


async def _carry_out(settings: Settings, agreed: Plan) -> UUID | None:
    async with transaction_as(Role.OWNER, settings.required_database_url) as connection:
        signer = await begin(connection, settings)  # keys that were rotated after the backup
    database = Database(settings, new_id=uuid4)  # admits all: this is the check
    await database.open()
    try:
        runtime = Runtime(settings, database, utc_now, uuid4, os.urandom)
        return await carry_out(agreed, runtime, signer)
    finally:
        await database.close()


def _document(agreed: Plan, successor: UUID | None, *, dry_run: bool) -> dict[str, object]:
    return {
        "log": agreed.log,
        "named": agreed.named,
        "fitting": agreed.fitting,
        "erased": len(agreed.erase),
        "ended": len(agreed.end),
        "dry_run": dry_run,
        "successor": successor,
        "succeeds": agreed.ended[-1].document() if agreed.ended else None,
    }


def _show(agreed: Plan, successor: UUID | None, *, dry_run: bool) -> None:
    erased, ended = len(agreed.erase), len(agreed.end)
    last = agreed.ended[-1] if agreed.ended else None
    output.say(_WORDS[agreed.log])
    would = "would be " if dry_run else ""
    output.say(
        f"People whom the ledger names: {agreed.named}. "
        f"This database knows of {agreed.fitting} of them."
    )
    output.say(f"People {would}erased again: {erased}.")
    output.say(f"People whose grants {would}ended, to be asked anew: {ended}.")
    if last is None:
        return
    output.say(
        f"Log {last.log_id} {'would end' if dry_run else 'has ended'}; the one that goes on has "
        f"its first {last.tree_size} acts."
    )
    if successor is not None:
        output.say(
            f"Log {successor} goes on. Give witnesses what `nabij log vkey` prints, and keep what "
            "`nabij log checkpoint` prints."
        )
