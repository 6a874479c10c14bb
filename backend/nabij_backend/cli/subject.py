"""``nabij subject`` and ``nabij consent history``."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from nabij_backend.cli import operating, output
from nabij_backend.cli.commands import Commands
from nabij_backend.enums import OperatorAction
from nabij_backend.operators import repository, rights, service
from nabij_backend.rights.erasure.schemas import AccountErased
from nabij_backend.rights.export.page import page
from nabij_consent import Locale

subject_app = Commands(help="One customer: show, export, erase.", no_args_is_help=True)
consent_app = Commands(help="Acts of consent of a customer.", no_args_is_help=True)


class Form(StrEnum):
    """For programs, or for people."""

    JSON = "json"
    HTML = "html"


_Out = Annotated[Path, typer.Option(help="A file that is not there yet.")]
_Form = Annotated[Form, typer.Option("--format", help="For programs, or for people.")]
_Locale = Annotated[Locale, typer.Option(help="The language of the explanations.")]
_WithStatus = Annotated[
    bool, typer.Option("--with-status", help="Also what devices last reported, squares included.")
]


@subject_app.callback()
def subject_group() -> None:
    """One customer: show, export, erase."""


@consent_app.callback()
def consent_group() -> None:
    """Acts of consent of a customer."""


@subject_app.command()
def show(
    sign_in_id: operating.SignInId = None,
    *,
    issuer: operating.Issuer = None,
    subject_id: operating.SubjectId = None,
    with_status: _WithStatus = False,
) -> None:
    """Show devices, grants, requests, objections and choices. The customer sees the access."""
    customer = operating.named(sign_in_id, issuer, subject_id)

    async def use(work: service.Work) -> dict[str, Any]:
        session = await work.of(customer)
        found = await service.overview(session, with_status=with_status)
        return {"subject_id": session.subject_id, **found}

    found = operating.operate(OperatorAction.SUBJECT_SHOW, use)
    output.answer(found, lambda: _show(**found))


def _show(subject_id: UUID, **parts: list[dict[str, Any]]) -> None:
    output.say(f"Customer {subject_id}", style="bold")
    for part, rows in parts.items():
        operating.tell(part.capitalize(), rows, none=f"No {part}.")


@subject_app.command()
def export(  # noqa: PLR0913 - an option each
    sign_in_id: operating.SignInId = None,
    *,
    out: _Out,
    form: _Form = Form.JSON,
    locale: _Locale = Locale.NL,
    issuer: operating.Issuer = None,
    subject_id: operating.SubjectId = None,
) -> None:
    """Write everything about a customer into a file that only you can read."""
    customer = operating.named(sign_in_id, issuer, subject_id)

    async def use(work: service.Work) -> str:
        archive = await rights.archive_of(work, customer, locale)
        return page(archive) if form is Form.HTML else archive.model_dump_json(indent=2)

    text = operating.operate(OperatorAction.SUBJECT_EXPORT, use)
    out.touch(mode=0o600, exist_ok=False)
    out.write_text(text, encoding="utf-8")
    output.answer(
        {"file": out, "format": form}, f"Written to {out}. Delete it once the customer has it."
    )


@subject_app.command()
def erase(
    sign_in_id: operating.SignInId = None,
    *,
    issuer: operating.Issuer = None,
    subject_id: operating.SubjectId = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")] = False,
) -> None:
    """Erase everything about a customer, for good; prints the receipt for them."""
    customer = operating.named(sign_in_id, issuer, subject_id)
    if not yes:
        _make_sure()

    async def use(work: service.Work) -> AccountErased:
        return await rights.erase(work, customer)

    erased = operating.operate(OperatorAction.SUBJECT_ERASE, use)
    output.answer(erased.model_dump(mode="json"), lambda: _show_erased(erased))


def _show_erased(erased: AccountErased) -> None:
    output.say(f"Erased {sum(erased.rows.values())} rows. The receipt, for the customer:")
    typer.echo(erased.receipt)


def _make_sure() -> None:
    if output.wants_json() or not sys.stdin.isatty():
        output.fail("This cannot be undone: say --yes where you are sure.")
    if typer.prompt("This cannot be undone. Type `erase` to go on") != "erase":
        output.fail("Nothing was erased.")


@consent_app.command()
def history(
    sign_in_id: operating.SignInId = None,
    *,
    issuer: operating.Issuer = None,
    subject_id: operating.SubjectId = None,
) -> None:
    """List all acts: when, what, under which notice, how, on which device, with which receipt."""
    customer = operating.named(sign_in_id, issuer, subject_id)

    async def use(work: service.Work) -> list[dict[str, Any]]:
        return await repository.acts(await work.of(customer))

    acts = operating.operate(OperatorAction.CONSENT_HISTORY, use)
    operating.answer("acts", acts, none="Nothing was ever answered.")
