"""``nabij subject`` and ``nabij consent history``."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from nabij_backend.cli import operating, output
from nabij_backend.enums import OperatorAction
from nabij_backend.operators import repository, rights, service
from nabij_backend.rights.erasure.ledger import InvalidLedger
from nabij_backend.rights.erasure.schemas import AccountErased
from nabij_backend.rights.export.page import page
from nabij_consent import Locale

subject_app = typer.Typer(help="One customer, for who answers them.", no_args_is_help=True)
consent_app = typer.Typer(help="What a customer agreed to, and when.", no_args_is_help=True)


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
    """One customer, for who answers them."""


@consent_app.callback()
def consent_group() -> None:
    """What a customer agreed to, and when."""


@subject_app.command()
def show(
    sign_in_id: operating.SignInId = None,
    *,
    issuer: operating.Issuer = None,
    subject_id: operating.SubjectId = None,
    with_status: _WithStatus = False,
    as_json: output.Json = False,
) -> None:
    """Devices, grants, requests, objections and choices. The customer sees that you looked."""
    customer = operating.named(sign_in_id, issuer, subject_id, as_json=as_json)

    async def use(work: service.Work) -> dict[str, Any]:
        session = await work.of(customer)
        found = await service.overview(session, with_status=with_status)
        return {"subject_id": session.subject_id, **found}

    found = operating.operate(OperatorAction.SUBJECT_SHOW, use, as_json=as_json)
    if as_json:
        output.print_json(found)
        return
    output.say(f"Customer {found.pop('subject_id')}", style="bold")
    for part, rows in found.items():
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
    as_json: output.Json = False,
) -> None:
    """Write everything about a customer into a file that only you can read."""
    customer = operating.named(sign_in_id, issuer, subject_id, as_json=as_json)

    async def use(work: service.Work) -> str:
        archive = await rights.archive_of(work, customer, locale)
        return page(archive) if form is Form.HTML else archive.model_dump_json(indent=2)

    text = operating.operate(OperatorAction.SUBJECT_EXPORT, use, as_json=as_json)
    with output.failures(as_json=as_json):
        out.touch(mode=0o600, exist_ok=False)
        out.write_text(text, encoding="utf-8")
    if as_json:
        output.print_json({"file": out, "format": form})
    else:
        output.say(f"Written to {out}. Delete it once the customer has it.")


@subject_app.command()
def erase(
    sign_in_id: operating.SignInId = None,
    *,
    issuer: operating.Issuer = None,
    subject_id: operating.SubjectId = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")] = False,
    as_json: output.Json = False,
) -> None:
    """Erase everything about a customer, for good; prints the receipt for them."""
    customer = operating.named(sign_in_id, issuer, subject_id, as_json=as_json)
    if not yes:
        _make_sure(as_json=as_json)

    async def use(work: service.Work) -> AccountErased:
        return await rights.erase(work, customer)

    erased = operating.operate(OperatorAction.SUBJECT_ERASE, use, InvalidLedger, as_json=as_json)
    if as_json:
        output.print_json(erased.model_dump(mode="json"))
    else:
        output.say(f"Erased {sum(erased.rows.values())} rows. The receipt, for the customer:")
        typer.echo(erased.receipt)


def _make_sure(*, as_json: bool) -> None:
    if as_json or not sys.stdin.isatty():
        output.fail("This cannot be undone: say --yes where you are sure.", as_json=as_json)
    if typer.prompt("This cannot be undone. Type `erase` to go on") != "erase":
        output.fail("Nothing was erased.", as_json=as_json)


@consent_app.command()
def history(
    sign_in_id: operating.SignInId = None,
    *,
    issuer: operating.Issuer = None,
    subject_id: operating.SubjectId = None,
    as_json: output.Json = False,
) -> None:
    """Every act: when, what, under which notice, how, on which device, with which receipt."""
    customer = operating.named(sign_in_id, issuer, subject_id, as_json=as_json)

    async def use(work: service.Work) -> list[dict[str, Any]]:
        return await repository.acts(await work.of(customer))

    acts = operating.operate(OperatorAction.CONSENT_HISTORY, use, as_json=as_json)
    if as_json:
        output.print_json({"acts": acts})
    else:
        operating.tell("Acts", acts, none="Nothing was ever answered.")
