"""``nabij token``."""

from datetime import timedelta
from typing import Annotated

import typer

from nabij_backend.cli import output
from nabij_backend.clock import utc_now
from nabij_backend.identity import LocalIdentity


def command(
    subject: Annotated[str, typer.Argument(help="Name of a made-up customer.")],
    *,
    hours: Annotated[int, typer.Option(min=1, max=24, help="How long it is accepted.")] = 1,
    operator: Annotated[
        bool, typer.Option("--operator", help="Claim to be one of the supplier's operators.")
    ] = False,
) -> None:
    """Print a token of the local identity provider, for a made-up customer."""
    settings = output.settings()
    if settings.identity != "local":
        output.fail("Tokens come from Firebase here. Set NABIJ_IDENTITY=local to sign your own.")
    identity = LocalIdentity.open(settings.data_folder)
    try:
        token = identity.issue(
            subject, now=utc_now(), lifetime=timedelta(hours=hours), operator=operator
        )
    except ValueError as error:
        output.fail(str(error))
    output.answer({"token": token, "hours": hours}, lambda: typer.echo(token))
