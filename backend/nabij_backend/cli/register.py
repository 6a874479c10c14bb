"""``nabij register``: the record of processing activities."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from nabij_backend.cli import output
from nabij_backend.cli.database import with_database
from nabij_backend.cli.notice import current_notice
from nabij_backend.register.page import markdown
from nabij_backend.register.service import record
from nabij_backend.trouble import Trouble

_Out = Annotated[Path | None, typer.Option(help="A file to write instead of printing.")]


class NoNotice(Trouble):
    """Publish a notice first, with `nabij notice publish`: the record is made from it."""


def command(*, out: _Out = None, as_json: output.Json = False) -> None:
    """The record of processing activities of GDPR Article 30, as Markdown or JSON."""
    with output.failures(as_json=as_json):
        with with_database(output.settings(as_json=as_json)) as settings:
            notice = asyncio.run(current_notice(settings.required_database_url))
        if notice is None:
            raise NoNotice
        found = record(notice)
        text = json.dumps(found, ensure_ascii=False) + "\n" if as_json else markdown(found)
        if out is not None:
            out.write_text(text, encoding="utf-8")
    if out is None:
        typer.echo(text, nl=False)
    elif as_json:
        output.print_json({"file": out})
    else:
        output.say(f"Written to {out}.")
