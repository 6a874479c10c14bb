"""``nabij log``."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from nabij_backend.cli import operating, output
from nabij_backend.cli.commands import Commands
from nabij_backend.cli.database import with_database
from nabij_backend.cli.proofs import keys_of, read_signed
from nabij_backend.clock import utc_now
from nabij_backend.db import Role, connection_as, transaction_as
from nabij_backend.enums import OperatorAction
from nabij_backend.errors import UserError
from nabij_backend.installation import Installation
from nabij_backend.log import repository
from nabij_backend.log.documents import Succession
from nabij_backend.log.notary import Notary
from nabij_backend.log.sequencer import sequence_once
from nabij_backend.log.verification import check_receipt
from nabij_backend.operators.service import authorise
from nabij_backend.settings import Settings
from nabij_backend.signing import Signer, signing_folder
from nabij_consent import Receipt

app = Commands(help="The log of all acts of consent.", no_args_is_help=True)


class LostAct(UserError):
    """The log of a receipt has ended, and the one that goes on lacks its act."""

    def __init__(self, ended: Succession) -> None:
        super().__init__(
            f"This act was lost in the restore of {ended.begun_at:%d %B %Y}: its log ended then, "
            "and the one that goes on lacks it. The receipt is what is left of it: keep it."
        )


_Out = Annotated[
    Path | None, typer.Option("--out", dir_okay=False, help="Write it here, not to the terminal.")
]
_Receipt = Annotated[
    Path, typer.Option("--receipt", exists=True, dir_okay=False, help="A receipt file.")
]


@app.command()
def sequence() -> None:
    """Sequence the acts that have no place in the log yet. A running worker does so by itself."""
    settings = output.settings()
    with with_database(settings) as found:
        placed = asyncio.run(_sequence(found))
    output.answer({"placed": placed}, f"{placed} acts got their places in the log.")


@app.command()
def settle() -> None:
    """Give every leaf that waits its place, also one whose act is not there. It takes an operator.

    Such a leaf is a missing act, and `nabij fsck` says so until somebody looked into it: a receipt
    may promise the leaf a place, so it gets one, and which operator settled it stays for good.
    """
    with (
        with_database(output.settings()) as settings,
    ):
        settled = asyncio.run(_settle(settings))
    output.answer(
        asdict(settled),
        f"{settled.placed} leaves got their places in the log.",
        f"{settled.without_act} of them have no act; it is noted that you settled them.",
        f"{settled.twice} had their places already.",
    )


@app.command()
def checkpoint(*, out: _Out = None) -> None:
    """Print the newest signed head of the log, to be kept elsewhere."""
    with with_database(output.settings()) as found:
        document = asyncio.run(_checkpoint(found))
    _hand_over(document, out)


@app.command()
def proof(*, receipt: _Receipt, out: _Out = None) -> None:
    """Write the proof that a receipt's act is in the log, for `nabij verify --proof`."""
    settings = output.settings()
    held = check_receipt(read_signed(receipt, "receipt"), keys_of(settings, None))
    with with_database(settings) as found:
        document = asyncio.run(_inclusion(found, held))
    _hand_over(document, out)


@app.command()
def vkey() -> None:
    """Print the verifier key of the log, for the operator of a witness."""
    with with_database(output.settings()) as found:
        key = asyncio.run(_vkey(found))
    output.answer({"vkey": key}, key)


async def _vkey(settings: Settings) -> str:
    notary = _notary(settings)
    async with transaction_as(
        Role.AUDITOR, settings.required_database_url, snapshot=True
    ) as connection:
        return notary.signer.note_key(await notary.origin(connection)).vkey


@dataclass(frozen=True, slots=True)
class _Settled:
    """How many leaves were placed, how many of them without an act, and how many waited twice."""

    placed: int
    without_act: int
    twice: int


async def _settle(settings: Settings) -> _Settled:
    async with operating.calling(settings, OperatorAction.LOG_SETTLE) as (runtime, caller):
        operator_id = await authorise(runtime, caller, OperatorAction.LOG_SETTLE)
        url = settings.required_database_url
        async with transaction_as(Role.AUDITOR, url, snapshot=True) as connection:
            without_act = await repository.of_no_act(connection)
        async with connection_as(Role.WORKER, url) as connection:
            twice = await repository.forget_placed(connection)
            await repository.settle(connection, without_act, operator_id, runtime.clock())
        return _Settled(await _sequence(settings), len(without_act), twice)


async def _sequence(settings: Settings) -> int:
    signer = Signer.open(signing_folder(settings))
    placed = 0
    async with connection_as(Role.WORKER, settings.required_database_url) as connection:
        await Installation(signer, None).require_keys(connection)
        while round_placed := await sequence_once(connection, signer, utc_now()):
            placed += round_placed
    return placed


async def _checkpoint(settings: Settings) -> Mapping[str, object]:
    from nabij_backend.log import service  # noqa: PLC0415 - FastAPI takes a second to load

    async with transaction_as(
        Role.AUDITOR, settings.required_database_url, snapshot=True
    ) as connection:
        return (await service.newest_checkpoint(connection, _notary(settings))).model_dump()


async def _inclusion(settings: Settings, held: Receipt) -> Mapping[str, object]:
    from nabij_backend.log import service  # noqa: PLC0415 - likewise

    async with transaction_as(
        Role.AUDITOR, settings.required_database_url, snapshot=True
    ) as connection:
        if await repository.position_of(connection, held.leaf_hash) is None:
            for ended in await repository.lineage(connection):
                if ended.log_id == held.log_id:
                    raise LostAct(ended)
        notary = _notary(settings)
        found = await service.inclusion(connection, held.leaf_hash, None, None, notary)
        return found.model_dump(mode="json")


def _notary(settings: Settings) -> Notary:
    return Notary(Signer.open(signing_folder(settings)), settings.public_url)


def _hand_over(document: Mapping[str, object], out: Path | None) -> None:
    if out is None:
        output.print_json(document)
        return
    out.write_text(json.dumps(document) + "\n", encoding="utf-8")
    output.answer({"written": str(out)}, f"Written to {out}.")
