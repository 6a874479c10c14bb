"""``nabij status``."""

import asyncio
from importlib.metadata import version
from typing import Any

import httpx2
import psycopg
import typer

from nabij_backend.cli import output
from nabij_backend.cli.database import with_database
from nabij_backend.db import Role, connection_as
from nabij_backend.migrations import newest_revision
from nabij_backend.settings import Settings
from nabij_backend.sql import load

_SQL = load("health")
_SERVICE_WAIT_S = 3.0
_BYTES_PER_MB = 1_000_000


def command() -> None:
    """Tell in one screen what runs: database, service, worker, log, notice and catalogue.

    It takes the login that migrates. `nabij doctor` says how to mend what does not run.
    """
    with with_database(output.settings()) as settings:
        database = _database(settings)
        service = _service(settings)
    runs = (
        database is not None
        and database["revision"] == newest_revision()
        and database["worker_sessions"] > 0
        and service["ready"]
    )
    document = {
        "version": version("nabij-backend"),
        "revision": newest_revision(),
        "runs": runs,
        "service": service,
        "database": database,
    }
    output.answer(document, lambda: _show(database, service))
    if not runs:
        raise typer.Exit(output.FAILED)


def _database(settings: Settings) -> dict[str, Any] | None:
    """Return what the database tells; None where it cannot be reached or is not migrated."""

    async def read() -> dict[str, Any] | None:
        async with connection_as(Role.OWNER, settings.required_database_url) as connection:
            return await (await connection.execute(_SQL["overview"])).fetchone()

    try:
        return asyncio.run(read())
    except (psycopg.OperationalError, *output.NO_SCHEMA):
        return None


def _service(settings: Settings) -> dict[str, Any]:
    """Return whether the service answers at its public address, and what it waits for."""
    url = settings.public_url.rstrip("/")
    try:
        answer = httpx2.get(f"{url}/readyz", timeout=_SERVICE_WAIT_S)
        told = answer.json()
        return {"url": url, "ready": told["ready"], "waiting_for": told["waiting_for"]}
    except (httpx2.HTTPError, ValueError, KeyError, TypeError):
        return {"url": url, "ready": False, "waiting_for": None}


def _show(database: dict[str, Any] | None, service: dict[str, Any]) -> None:
    output.say(f"nabij {version('nabij-backend')}, schema {newest_revision()}", style="bold")
    if database is None:
        _line("database", "cannot be reached, or is not migrated", runs=False)
    else:
        _line(
            "database",
            f"PostgreSQL {database['postgresql']}, PostGIS {database['postgis']}, "
            f"schema {database['revision']}, {database['bytes'] / _BYTES_PER_MB:,.0f} MB",
            runs=database["revision"] == newest_revision(),
        )
    _line("service", f"{service['url']} {_readiness(service)}", runs=service["ready"])
    if database is None:
        return
    sessions = database["worker_sessions"]
    worker = f"connected, {sessions} sessions" if sessions else "not connected"
    _line("worker", worker, runs=sessions > 0)
    _line("log", _log(database))
    notice = database["notice_version"]
    _line("notice", "none is published" if notice is None else f"version {notice}")
    _line("catalogue", f"version {database['catalogue_version']}, {database['sources']:,} sources")


def _readiness(service: dict[str, Any]) -> str:
    if service["ready"]:
        return "is ready"
    if service["waiting_for"] is None:
        return "does not answer"
    return f"waits for {', '.join(service['waiting_for'])}"


def _log(database: dict[str, Any]) -> str:
    waiting = f"{database['leaves_waiting']:,} acts wait for a place"
    if database["signed_at"] is None:
        return f"no checkpoint is signed; {waiting}"
    signed_at = f"{database['signed_at']:%Y-%m-%d %H:%M:%S} UTC"
    return f"{database['tree_size']:,} acts, newest checkpoint of {signed_at}; {waiting}"


def _line(name: str, told: str, *, runs: bool | None = None) -> None:
    """Show one line; ``runs`` None: it is nothing that runs."""
    mark, style = {True: ("✓", "green"), False: ("✗", "red"), None: (" ", None)}[runs]
    output.say(f"{mark} {name:<10} {told}", style=style)
