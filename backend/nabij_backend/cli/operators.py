"""``nabij operators``: the people who may work as operators."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar
from uuid import uuid4

import typer

from nabij_backend.cli import operating, output
from nabij_backend.cli.commands import Commands
from nabij_backend.cli.database import with_database
from nabij_backend.clock import utc_now
from nabij_backend.db import Connection, Role, transaction_as
from nabij_backend.errors import UserError
from nabij_backend.identity.keys import identity_key
from nabij_backend.operators import repository
from nabij_backend.settings import Settings

T = TypeVar("T")

app = Commands(
    help="Operators: add, remove, list; for administrators of the database.",
    no_args_is_help=True,
)

_Id = Annotated[str, typer.Argument(help="Id of the operator's sign-in at its issuer.")]


class NotAdded(UserError):
    """No operator has this sign-in, or was removed already: see `nabij operators list`."""


@app.command()
def add(sign_in_id: _Id, *, issuer: operating.Issuer = None) -> None:
    """Add an operator, whose token must claim it too."""
    sign_in = operating.sign_in(sign_in_id, issuer)
    operator_id = _administer(
        lambda connection, settings: repository.add(
            connection,
            sign_in.digest(identity_key(settings)),
            operator_id=uuid4(),
            now=utc_now(),
        ),
    )
    output.answer(
        {"operator_id": operator_id},
        f"Added as {operator_id}. Their token must also claim `nabij_operator`: true; with "
        "local identity `nabij token NAME --operator` makes such a token.",
    )


@app.command()
def remove(sign_in_id: _Id, *, issuer: operating.Issuer = None) -> None:
    """Remove an operator. What they did stays in the log."""
    sign_in = operating.sign_in(sign_in_id, issuer)

    async def use(connection: Connection, settings: Settings) -> object:
        digest = sign_in.digest(identity_key(settings))
        operator_id = await repository.remove(connection, digest, utc_now())
        if operator_id is None:
            raise NotAdded
        return operator_id

    operator_id = _administer(use)
    output.answer({"operator_id": operator_id}, "Removed.")


@app.command(name="list")
def everybody() -> None:
    """List all operators, also removed ones, by pseudonym."""
    rows = _administer(lambda connection, _: repository.everybody(connection))
    operating.answer("operators", rows, none="There are none. `nabij operators add` adds one.")


@app.command()
def refusals(
    *,
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, help="How many.")] = 50,
) -> None:
    """List refused calls of operators, the newest first, with the reasons.

    Somebody who tries may have a login of the database, a stolen token, or both.
    """
    rows = _administer(lambda connection, _: repository.refusals(connection, most))
    operating.answer("refusals", rows, none="Nothing was refused.")


def _administer(use: Callable[[Connection, Settings], Awaitable[T]]) -> T:
    async def run(settings: Settings) -> T:
        async with transaction_as(Role.OWNER, settings.required_database_url) as connection:
            return await use(connection, settings)

    with (
        with_database(output.settings()) as settings,
    ):
        return asyncio.run(run(settings))
