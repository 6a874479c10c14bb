"""``nabij mandates``: permissions to act for a customer."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from nabij_backend.cli import operating, output
from nabij_backend.cli.commands import Commands
from nabij_backend.enums import OperatorAction
from nabij_backend.operators import mandates
from nabij_backend.operators.service import Work

app = Commands(help="Mandates: written permissions to act for a customer.", no_args_is_help=True)

_Document = Annotated[
    Path, typer.Option(exists=True, dir_okay=False, help="The mandate; only its digest is kept.")
]
_Agent = Annotated[str, typer.Option(help="The id that the issuer has for the agent's sign-in.")]
_Until = Annotated[
    datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day that it counts no longer.")
]
_MandateId = Annotated[UUID, typer.Option("--mandate", help="As `nabij mandates list` shows it.")]


@app.command()
def add(  # noqa: PLR0913 - an option each
    sign_in_id: operating.SignInId = None,
    *,
    agent: _Agent,
    until: _Until,
    document: _Document,
    issuer: operating.Issuer = None,
    subject_id: operating.SubjectId = None,
) -> None:
    """Record a written mandate that you have seen."""
    customer = operating.named(sign_in_id, issuer, subject_id)
    known_agent = operating.sign_in(agent, issuer)
    digest = hashlib.sha256(document.read_bytes()).digest()

    async def use(work: Work) -> UUID:
        return await mandates.add(
            work,
            customer,
            known_agent,
            document_digest=digest,
            expires_at=until.replace(tzinfo=UTC),
        )

    mandate_id = operating.operate(OperatorAction.MANDATES_ADD, use)
    output.answer(
        {"mandate_id": mandate_id, "document": digest.hex()},
        f"Recorded. The agent sends `Nabij-Mandate: {mandate_id}` with each call.",
    )


@app.command(name="list")
def all_of(
    sign_in_id: operating.SignInId = None,
    *,
    issuer: operating.Issuer = None,
    subject_id: operating.SubjectId = None,
) -> None:
    """List who may, or could, act for a customer."""
    customer = operating.named(sign_in_id, issuer, subject_id)

    async def use(work: Work) -> list[dict[str, Any]]:
        return await mandates.all_of(work, customer)

    rows = operating.operate(OperatorAction.MANDATES_LIST, use)
    operating.answer("mandates", rows, none="Nobody acts for this customer.")


@app.command()
def end(
    sign_in_id: operating.SignInId = None,
    *,
    mandate_id: _MandateId,
    issuer: operating.Issuer = None,
    subject_id: operating.SubjectId = None,
) -> None:
    """Let nobody act with a mandate any more."""
    customer = operating.named(sign_in_id, issuer, subject_id)

    async def use(work: Work) -> None:
        await mandates.end(work, customer, mandate_id)

    operating.operate(OperatorAction.MANDATES_END, use)
    output.answer({"mandate_id": mandate_id}, "Ended.")
