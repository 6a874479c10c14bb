"""``nabij doctor``."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass

import psycopg
import typer

from nabij_backend import sql
from nabij_backend.app import create_app
from nabij_backend.cli import output
from nabij_backend.cli.database import with_database
from nabij_backend.cli.notice import current_notice
from nabij_backend.embedded import EmbeddedError
from nabij_backend.identity import IdentityError
from nabij_backend.migrations.run import drift, newest_revision
from nabij_backend.settings import MissingSetting, Settings

_SQL = sql.load("health")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it is, whether it is well, and what to do if not."""

    what: str
    well: bool
    advice: str


def command(*, as_json: output.Json = False) -> None:
    """Look at everything that Nabij needs, and say how to mend what is missing."""
    findings = _examine(output.settings(as_json=as_json))
    if as_json:
        output.print_json(
            {
                "well": all(finding.well for finding in findings),
                "findings": [asdict(finding) for finding in findings],
            }
        )
    else:
        for finding in findings:
            mark = "[green]✓[/green]" if finding.well else "[bold red]✗[/bold red]"
            advice = "" if finding.well else f" · {finding.advice}"
            output.people.print(f"{mark} {finding.what}{advice}")
    if not all(finding.well for finding in findings):
        raise typer.Exit(output.FAILED)


def _examine(settings: Settings) -> list[Finding]:
    try:
        with with_database(settings) as found:
            return [_look(what, check, found, advice) for what, check, advice in _CHECKS]
    except EmbeddedError as error:
        return [Finding("a private PostGIS cluster", well=False, advice=str(error))]


def _look(what: str, check: Callable[[Settings], bool], settings: Settings, advice: str) -> Finding:
    try:
        return Finding(what, check(settings), advice)
    except (psycopg.Error, IdentityError, MissingSetting) as error:
        known = str(error) if not isinstance(error, psycopg.Error) else advice
        return Finding(what, well=False, advice=known)


def _answers(settings: Settings) -> bool:
    with psycopg.connect(settings.required_database_url, connect_timeout=5) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def _has_postgis(settings: Settings) -> bool:
    with psycopg.connect(settings.required_database_url) as connection:
        return connection.execute(_SQL["postgis"]).fetchone() is not None


def _has_roles(settings: Settings) -> bool:
    with psycopg.connect(settings.required_database_url) as connection:
        return connection.execute(_SQL["roles"]).fetchone() == (3,)


def _is_newest(settings: Settings) -> bool:
    with psycopg.connect(settings.required_database_url) as connection:
        row = connection.execute(_SQL["revision"]).fetchone()
    return row == (newest_revision(),) and not drift(settings.required_database_url)


def _has_notice(settings: Settings) -> bool:
    return asyncio.run(current_notice(settings.required_database_url)) is not None


def _has_sources(settings: Settings) -> bool:
    with psycopg.connect(settings.required_database_url) as connection:
        return connection.execute(_SQL["sources"]).fetchone() == (True,)


def _identity_works(settings: Settings) -> bool:
    create_app(settings)
    return True


_CHECKS: tuple[tuple[str, Callable[[Settings], bool], str], ...] = (
    (
        "the database answers",
        _answers,
        "Start it, or correct NABIJ_DATABASE_URL.",
    ),
    ("PostGIS is there", _has_postgis, "Run `nabij migrate` as a superuser."),
    ("the three roles are there", _has_roles, "Run `nabij migrate` as a superuser."),
    ("the schema is this version's", _is_newest, "Run `nabij migrate`."),
    ("a notice is published", _has_notice, "Run `nabij notice publish FILE`."),
    ("there are sources", _has_sources, "Run `nabij sources import FILE`."),
    ("identity is set up", _identity_works, "Set NABIJ_IDENTITY and what it needs."),
)
