"""``nabij doctor``."""

from dataclasses import asdict
from typing import Annotated

import typer

from nabij_backend.cli import output
from nabij_backend.cli.database import private_database, with_database
from nabij_backend.cli.doctor import database, host
from nabij_backend.cli.doctor.checks import Check, Finding, Part, Target
from nabij_backend.errors import NoDatabase
from nabij_backend.settings import Settings


def command(
    *,
    part: Annotated[
        Part,
        typer.Option("--as", help="The process or person that uses these settings and this login."),
    ] = Part.OPERATOR,
) -> None:
    """Check everything that Nabij needs, and say how to mend what is missing."""
    findings = _examine(part, output.settings())
    well = all(finding.well for finding in findings)
    output.answer(
        {"well": well, "findings": [asdict(finding) for finding in findings]},
        *map(_line, findings),
    )
    if not well:
        raise typer.Exit(output.FAILED)


def _line(finding: Finding) -> str:
    return f"✓ {finding.what}" if finding.well else f"✗ {finding.what}: no. {finding.advice}"


def _examine(part: Part, settings: Settings) -> list[Finding]:
    try:
        if settings.database_url is None:
            private_database().require_usable(settings)
        with with_database(settings) as found:
            target = Target(part, found)
            return [*_look_at_host(target), *_look_at_database(target)]
    except NoDatabase as error:
        return [Finding("there is a database", well=False, advice=str(error))]


def _look_at_host(target: Target) -> list[Finding]:
    findings = _all(target, host.ADDRESS, host.IDENTITY)
    if all(each.well for each in findings if each.what == host.IDENTITY.what):
        findings += _all(target, host.LEDGER, host.CHECKPOINTS, host.PROXY)
        findings += host.google(target)
    return findings


def _look_at_database(target: Target) -> list[Finding]:
    """Return all of it, or only the first where the others could but fail in the same way."""
    findings: list[Finding] = []
    for stage in (database.ANSWERS, database.SESSION, database.INSIDE):
        findings += _all(target, *stage)
        if not all(each.well for each in findings):
            break
    return findings


def _all(target: Target, *checks: Check) -> list[Finding]:
    return [each.look(target) for each in checks if target.part in each.parts]
