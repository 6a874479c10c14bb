"""``nabij requests``: requests of customers by mail, and their due dates."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from nabij_backend.cli import operating, output
from nabij_backend.cli.commands import Commands
from nabij_backend.clock import utc_now
from nabij_backend.enums import IdentityCheck, OperatorAction, RequestKind, RequestOutcome
from nabij_backend.operators.service import Work
from nabij_backend.requests import service

app = Commands(
    help="Requests of customers by mail, and when the answer is due.", no_args_is_help=True
)

_Kind = Annotated[RequestKind, typer.Option(help="What is asked.")]
_Received = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The day it came in; today if left out."),
]
_RequestId = Annotated[UUID, typer.Argument(help="As `nabij requests list` shows it.")]
_How = Annotated[
    IdentityCheck, typer.Argument(help="How you checked the customer's identity. Keep no copy.")
]
_Outcome = Annotated[RequestOutcome, typer.Argument(help="How it ended.")]


@app.command()
def add(
    sign_in_id: operating.SignInId = None,
    *,
    kind: _Kind,
    received: _Received = None,
    issuer: operating.Issuer = None,
    subject_id: operating.SubjectId = None,
) -> None:
    """Register a request; the answer is due four weeks later."""
    customer = operating.named(sign_in_id, issuer, subject_id)
    received_at = utc_now() if received is None else received.replace(tzinfo=UTC)

    async def use(work: Work) -> tuple[UUID, datetime]:
        return await service.add(work, customer, kind, received_at=received_at)

    request_id, due_at = operating.operate(OperatorAction.REQUESTS_ADD, use)
    output.answer(
        {"request_id": request_id, "due_at": due_at},
        f"Registered as {request_id}; the answer is due on {due_at:%Y-%m-%d}.",
    )


@app.command()
def check(request_id: _RequestId, how: _How) -> None:
    """Record how you made sure that the request comes from the customer."""

    async def use(work: Work) -> None:
        await service.check(work, request_id, how)

    operating.operate(OperatorAction.REQUESTS_CHECK, use)
    output.answer({"request_id": request_id, "identity_check": how}, "Recorded.")


@app.command()
def answer(request_id: _RequestId, outcome: _Outcome) -> None:
    """Record how the request ended."""

    async def use(work: Work) -> None:
        await service.answer(work, request_id, outcome)

    operating.operate(OperatorAction.REQUESTS_ANSWER, use)
    output.answer({"request_id": request_id, "outcome": outcome}, "Recorded.")


@app.command(name="list")
def waiting() -> None:
    """List open requests, the most urgent first."""
    rows = operating.operate(OperatorAction.REQUESTS_LIST, service.waiting)
    now = utc_now()
    output.answer(
        {"requests": [{**row, "overdue": row["due_at"] <= now} for row in rows]},
        _table(rows, now) if rows else "Nothing waits for an answer.",
    )


def _table(rows: Sequence[Mapping[str, Any]], now: datetime) -> Table:
    table = Table("due", "asked", "received", "identity", "request")
    for row in rows:
        overdue = row["due_at"] <= now
        due = f"{row['due_at']:%Y-%m-%d}{' overdue' if overdue else ''}"
        received = f"{row['received_at']:%Y-%m-%d}"
        identity = row["identity_check"] or "not checked"
        request_id = str(row["request_id"])
        style = "bold red" if overdue else None
        table.add_row(due, row["kind"], received, identity, request_id, style=style)
    return table
