"""The beginning of an operator's command: sign-in, customer, log entry."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any, TypeVar, cast
from uuid import UUID, uuid4

import typer

from nabij_backend.cli import output
from nabij_backend.cli.database import with_database
from nabij_backend.clock import utc_now
from nabij_backend.db import Database
from nabij_backend.enums import OperatorAction, OperatorRefusal
from nabij_backend.errors import UserError
from nabij_backend.identity import IdentityUnavailable, InvalidToken, Revocation, SignIn
from nabij_backend.identity.keys import identity_key
from nabij_backend.identity.providers import issuer_of, open_provider
from nabij_backend.identity.tokens import is_subject
from nabij_backend.installation import installation
from nabij_backend.operators.service import (
    OperatorRuntime,
    Work,
    authorised,
    refused,
)
from nabij_backend.settings import Settings

T = TypeVar("T")

SignInId = Annotated[
    str | None, typer.Argument(help="The id that the sign-in's issuer has for the customer.")
]
Issuer = Annotated[
    str | None, typer.Option(help="Issuer of that id; by default the configured one.")
]
SubjectId = Annotated[UUID | None, typer.Option(help="The customer's pseudonym, instead.")]


class NoToken(UserError):
    """Say who you are: set NABIJ_OPERATOR_TOKEN to your sign-in token."""


def operate(
    action: OperatorAction,
    use: Callable[[Work], Awaitable[T]],
) -> T:
    """Return what ``use`` returns, done by the operator who calls."""
    with (
        with_database(output.settings()) as settings,
    ):
        return asyncio.run(_operate(settings, action, use))


def named(sign_in_id: str | None, issuer: str | None, subject_id: UUID | None) -> SignIn | UUID:
    """Return the customer, named in one of two ways."""
    if (sign_in_id is None) == (subject_id is None):
        raise typer.BadParameter("Name the customer by sign-in id, or by --subject-id.")
    return subject_id or sign_in(sign_in_id or "", issuer)


def sign_in(sign_in_id: str, issuer: str | None) -> SignIn:
    """Return the sign-in of this id at its issuer."""
    if not is_subject(sign_in_id):
        raise typer.BadParameter("A sign-in id is 1 to 128 printable characters.")
    return SignIn(issuer or issuer_of(output.settings()), sign_in_id)


def tell(title: str, rows: Sequence[Mapping[str, Any]], *, none: str) -> None:
    """Show a line for each row, since ids are too long for tables; ``none`` without rows."""
    if not rows:
        output.say(none)
        return
    output.say(title, style="bold")
    for row in rows:
        told = (f"{name.replace('_', ' ')} {_shown(value)}" for name, value in row.items())
        output.say(f"  {' · '.join(told)}")


def answer(name: str, rows: Sequence[Mapping[str, Any]], *, none: str) -> None:
    """Answer with rows, under their name; ``none`` where there is none."""
    output.answer({name: rows}, lambda: tell(name.capitalize(), rows, none=none))


@asynccontextmanager
async def calling(
    settings: Settings, action: OperatorAction
) -> AsyncGenerator[tuple[OperatorRuntime, SignIn]]:
    """Yield the runtime and the caller, whose rights are not checked yet.

    A call whose caller nobody knows is logged as refused.
    """
    database = Database(settings, new_id=uuid4, admit=installation(settings).ask)
    await database.open()
    try:
        key = identity_key(settings)
        runtime = OperatorRuntime(settings, database, utc_now, uuid4, os.urandom, key)
        yield runtime, await _caller(runtime, action)
    finally:
        await database.close()


async def _caller(runtime: OperatorRuntime, action: OperatorAction) -> SignIn:
    provider = open_provider(runtime.settings, lambda _: None)
    try:
        token = _token(runtime.settings)
        return await provider.verify(token, revocation=Revocation.ASKED, now=utc_now())
    except (NoToken, InvalidToken, IdentityUnavailable) as error:
        await refused(runtime, action, _REASONS[type(error)])
        raise
    finally:
        await asyncio.to_thread(provider.close)


async def _operate(
    settings: Settings, action: OperatorAction, use: Callable[[Work], Awaitable[T]]
) -> T:
    async with (
        calling(settings, action) as (runtime, caller),
        authorised(runtime, caller, action) as work,
    ):
        return await use(work)


_REASONS: Mapping[type[Exception], OperatorRefusal] = {
    NoToken: OperatorRefusal.NOT_SIGNED_IN,
    InvalidToken: OperatorRefusal.NOT_ACCEPTED,
    IdentityUnavailable: OperatorRefusal.NOT_CHECKED,
}


def _token(settings: Settings) -> str:
    if settings.operator_token is not None:
        return settings.operator_token.get_secret_value()
    if not sys.stdin.isatty():
        raise NoToken
    return typer.prompt("Your sign-in token", hide_input=True)


def _shown(value: object) -> str:
    match value:
        case None:
            return "-"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case list():
            return ", ".join(map(str, cast("list[object]", value)))
        case _:
            return str(value)
