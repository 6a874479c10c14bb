"""``nabij notice publish`` and ``nabij notice show``."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from nabij_backend.cli import operating, output
from nabij_backend.cli.commands import Commands
from nabij_backend.cli.database import with_database
from nabij_backend.cli.starter_notice import starter_notice
from nabij_backend.clock import utc_now
from nabij_backend.db import Role, transaction_as
from nabij_backend.enums import OperatorAction
from nabij_backend.errors import UserError
from nabij_backend.notices import repository
from nabij_backend.notices.publishing import contradictions, require_publishable
from nabij_backend.operators.service import Work
from nabij_consent import (
    STATEMENT_TEXTS,
    Locale,
    Notice,
    next_version,
    notice_digest,
    notice_document,
    read_notice,
)

app = Commands(help="The notice, which customers answer.", no_args_is_help=True)

_File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A notice document.")]
_Material = Annotated[
    bool | None,
    typer.Option(
        "--material/--editorial",
        help="Whether customers are asked anew, or only words changed and what they agreed to "
        "stands. Needed where nothing but words differ.",
    ),
]


class Overtaken(UserError):
    """Another notice was published meanwhile: see `nabij notice show`, then publish again."""


@app.command()
def publish(file: _File, *, material: _Material = None) -> None:
    """Publish the document as the next version of the notice; it can never be changed afterwards.

    It takes an operator. The version and material_since in the file do not count: they follow from
    the current notice.
    """
    draft = read_notice(_parsed(file))

    async def use(work: Work) -> Notice:
        return await publish_next(work, draft, material=material)

    notice = operating.operate(OperatorAction.NOTICE_PUBLISH, use)
    for each in contradictions(notice, output.settings()):
        output.warn(each)
    output.answer(
        {
            "version": notice.version,
            "material_since": notice.material_since,
            "digest": notice_digest(notice),
        },
        lambda: _show(notice),
        _effect(notice),
    )


@app.command()
def show(
    *,
    starter: Annotated[bool, typer.Option(help="A notice to begin from, not the current.")] = False,
) -> None:
    """Show the current notice; with --json as the document that `publish` takes."""
    notice = _starter() if starter else _current()
    if notice is None:
        output.fail(
            "No notice is published yet. `nabij notice show --starter --json` prints one to "
            "begin from; `nabij notice publish FILE` publishes it."
        )
    output.answer(notice_document(notice), lambda: _show(notice))


async def publish_next(work: Work, draft: Notice, *, material: bool | None) -> Notice:
    """Store the draft as the next version, and return that.

    Raises:
        InvalidNotice: the change is called editorial and is not, or nobody says what it is, or the
            notice says less than it must, or other than is done.
        Overtaken: another notice was published meanwhile.
    """
    require_publishable(draft, work.runtime.settings.backup_days)
    notice = next_version(await repository.current(work.connection), draft, material=material)
    if not await repository.publish(work.connection, notice, work.runtime.clock()):
        raise Overtaken
    return notice


async def publish_notice(url: str, notice: Notice) -> bool:
    """Store the notice, asking nobody; False where it does not follow the current one.

    For the demo, whose database has no operators: the command asks who calls.
    """
    async with transaction_as(Role.OPERATOR, url) as connection:
        return await repository.publish(connection, notice, utc_now())


async def current_notice(url: str, role: Role = Role.OPERATOR) -> Notice | None:
    """Return the notice that customers answer now."""
    async with transaction_as(role, url) as connection:
        return await repository.current(connection)


def _starter() -> Notice:
    return starter_notice(output.settings().backup_days)


def _current() -> Notice | None:
    with with_database(output.settings()) as found:
        return asyncio.run(current_notice(found.required_database_url))


def _parsed(file: Path) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        output.fail("This file is not JSON in UTF-8. Save it so, and try again.")


def _effect(notice: Notice) -> str:
    if notice.version == 1:
        return "Customers can be asked now."
    if notice.material_since == notice.version:
        return (
            "A material change: customers who agreed before are asked anew, and nothing is "
            "collected from them until they say yes."
        )
    return f"Words only: what customers agreed to since version {notice.material_since} stands."


def _show(notice: Notice) -> None:
    output.say(f"{notice.title[Locale.EN]} · version {notice.version}", style="bold")
    output.quote(notice.body[Locale.EN])
    table = Table("purpose", "signal", "precision", "kept", "what is read")
    for purpose, terms in notice.asks():
        precision = f"{terms.resolution_m // 1000} km square" if terms.resolution_m else "-"
        kept = f"{terms.retention_days} days"
        table.add_row(purpose.slug, terms.signal, precision, kept, terms.reads[Locale.EN])
    output.say(table)
    if notice.statement is not None:
        for name in STATEMENT_TEXTS:
            output.say(f"{name}:")
            output.quote(getattr(notice.statement, name)[Locale.EN])
    output.say(f"SHA-256 {notice_digest(notice)}", style="dim")
