"""``nabij subject show`` and ``nabij consent history``."""

from typing import Annotated, Any

import typer

from nabij_backend.cli import operating, output
from nabij_backend.operators import repository, service

subject_app = typer.Typer(help="One customer, for who answers them.", no_args_is_help=True)
consent_app = typer.Typer(help="What a customer agreed to, and when.", no_args_is_help=True)

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

    found = operating.operate("subject-show", use, as_json=as_json)
    if as_json:
        output.print_json(found)
        return
    output.say(f"Customer {found.pop('subject_id')}", style="bold")
    for part, rows in found.items():
        operating.tell(part.capitalize(), rows, none=f"No {part}.")


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

    acts = operating.operate("consent-history", use, as_json=as_json)
    if as_json:
        output.print_json({"acts": acts})
    else:
        operating.tell("Acts", acts, none="Nothing was ever answered.")
