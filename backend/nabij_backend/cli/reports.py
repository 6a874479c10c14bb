"""``nabij reports``: reports of vulnerabilities."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from nabij_backend.cli import operating, output
from nabij_backend.cli.commands import Commands
from nabij_backend.disclosure import repository
from nabij_backend.enums import OperatorAction, ReportState
from nabij_backend.errors import UserError
from nabij_backend.operators.service import Work

app = Commands(help="Reports of vulnerabilities, by finders who stay anonymous.")

_Report = Annotated[str, typer.Argument(help="Which, as `nabij reports list` names it.")]
_State = Annotated[ReportState, typer.Argument(help="How far it is.")]
_Answer = Annotated[
    str | None, typer.Option("--answer", help="What its finder reads; 4,000 characters at most.")
]
_LONGEST_ANSWER = 4_000


class UnknownReport(UserError):
    """There is no report of this name: `nabij reports list` shows all."""


class LongAnswer(UserError):
    """An answer has 1 to 4,000 characters: shorten it, or leave it out."""


@app.command(name="list")
def everything() -> None:
    """List all reports, open ones first."""
    rows = operating.operate(
        OperatorAction.REPORTS_LIST,
        lambda work: repository.everything(work.connection),
    )
    output.answer({"reports": rows}, lambda: _show(rows))


def _show(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        output.say("Nobody reported anything.")
    for row in rows:
        output.say(f"{row['report']} · {row['state']} · {row['received_on']}", style="bold")
        output.quote(row["text"])


@app.command()
def answer(report: _Report, state: _State, *, text: _Answer = None) -> None:
    """Set the state of a report; its finder reads it with the code."""
    if text is not None and not 1 <= len(text) <= _LONGEST_ANSWER:
        raise LongAnswer

    async def use(work: Work) -> None:
        today = work.runtime.clock().date()
        if not await repository.settle(work.connection, report, state, text, today):
            raise UnknownReport

    operating.operate(OperatorAction.REPORTS_ANSWER, use)
    output.answer({"report": report, "state": state}, "Recorded.")
