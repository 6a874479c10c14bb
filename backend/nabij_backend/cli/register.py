"""``nabij register``: the record of processing activities."""

from pathlib import Path
from typing import Annotated, Any

import typer

from nabij_backend.cli import operating, output
from nabij_backend.enums import OperatorAction
from nabij_backend.errors import UserError
from nabij_backend.notices import repository
from nabij_backend.operators.service import Work
from nabij_backend.register.page import markdown
from nabij_backend.register.service import record

_Out = Annotated[Path | None, typer.Option(help="A file to write instead of printing.")]


class NoNotice(UserError):
    """Publish a notice first, with `nabij notice publish`: the record is made from it."""


def command(*, out: _Out = None) -> None:
    """Print the record of processing activities of GDPR Article 30, as Markdown or JSON.

    It takes an operator.
    """
    found = operating.operate(OperatorAction.REGISTER, _record)
    if out is None:
        output.answer(found, lambda: output.print_page(markdown(found)))
        return
    text = output.json_text(found) if output.wants_json() else markdown(found)
    out.write_text(text, encoding="utf-8")
    output.answer({"file": out}, f"Written to {out}.")


async def _record(work: Work) -> dict[str, Any]:
    notice = await repository.current(work.connection)
    if notice is None:
        raise NoNotice
    return record(notice)
