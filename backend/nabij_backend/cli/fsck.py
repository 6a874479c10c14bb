"""``nabij fsck``."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from nabij_backend.audit.findings import WORDS, Findings
from nabij_backend.audit.parts import WHOLE, AuditPart
from nabij_backend.audit.service import audit
from nabij_backend.cli import output
from nabij_backend.cli.database import with_database
from nabij_backend.cli.proofs import keys_of, read_signed
from nabij_backend.db import Role, transaction_as
from nabij_backend.log.documents import Checkpoint, read_checkpoint
from nabij_backend.signing import PublicKeys


def command(
    *,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="A checkpoint kept elsewhere; repeatable."),
    ] = None,
    jwks: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The key set; else this machine's keys."),
    ] = None,
    part: Annotated[
        str | None,
        typer.Option(
            metavar="K/N",
            help="Read one part of so many, such as 3/24; all of them together read everything.",
        ),
    ] = None,
) -> None:
    """Check whether anything stored was edited, deleted, reordered or cut off; change nothing."""
    settings = output.settings()
    with with_database(settings) as found, Progress(console=output.trouble) as bar:
        task = bar.add_task("reading everything", total=1.0, visible=not output.wants_json())
        chosen = WHOLE if part is None else AuditPart.read(part)
        keys = keys_of(settings, jwks)
        texts = [read_signed(each, "checkpoint") for each in checkpoint or ()]
        kept = [read_checkpoint(text, keys) for text in texts]
        findings = asyncio.run(
            _audit(
                found.required_database_url,
                keys,
                kept,
                lambda done: bar.update(task, completed=done),
                chosen,
            )
        )
    output.answer(_document(findings), lambda: _show(findings, chosen, kept))
    if findings.counts:
        raise typer.Exit(output.FAILED)


async def _audit(
    url: str,
    keys: PublicKeys,
    kept: Sequence[Checkpoint],
    progress: Callable[[float], None],
    part: AuditPart,
) -> Findings:
    async with transaction_as(Role.AUDITOR, url, snapshot=True) as connection:
        return await audit(connection, keys, kept, progress, part)


def _document(findings: Findings) -> dict[str, object]:
    named = [{"fault": each.fault, "where": each.where} for each in findings.named]
    counts = {str(fault): number for fault, number in findings.counts.items()}
    return {"counts": counts, "findings": named, "settled": findings.settled}


def _show(findings: Findings, part: AuditPart, kept: Sequence[Checkpoint]) -> None:
    if findings.counts:
        table = Table("fault", "how many", "what it means")
        for fault, number in findings.counts.most_common():
            table.add_row(fault, str(number), WORDS[fault])
        output.say(table)
        for each in findings.named:
            output.say(f"{each.fault}: {each.where}")
    else:
        what = "Everything stored" if part == WHOLE else f"Part {part.number} of {part.of}"
        output.say(f"{what} agrees with itself.", style="green")
    if findings.settled:
        output.say(
            f"{findings.settled} leaves have no act; operators let them into the log with "
            "`nabij log settle`.",
            style="yellow",
        )
    if not kept:
        output.say(
            "Not checked: whether the log was cut off and signed anew. Give a --checkpoint that "
            "was kept elsewhere.",
            style="yellow",
        )
