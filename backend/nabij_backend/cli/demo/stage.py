"""Sets the scene: database, notice, sources, service."""

import asyncio
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from nabij_backend import sql
from nabij_backend.app import utc_now
from nabij_backend.cli.database import with_database
from nabij_backend.cli.demo.server import running_server
from nabij_backend.cli.notice import current_notice, publish_notice
from nabij_backend.cli.sources import progress_bar
from nabij_backend.db import operator_connection
from nabij_backend.identity import LocalIdentity
from nabij_backend.notices.starter import STARTER_NOTICE
from nabij_backend.settings import Settings
from nabij_backend.sources.importer import ImportResult, import_sources
from nabij_backend.sources.made_up import write_community
from nabij_consent import Notice

_SQL = sql.load("demo")
_SEED = 2026


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything is there and runs."""

    settings: Settings
    address: str
    notice: Notice
    imported: ImportResult
    made_up: bool
    identity: LocalIdentity
    console: Console


@contextmanager
def stage(settings: Settings, sources: Path | None, *, quiet: bool) -> Generator[Stage]:
    """Start what the story needs, and stop it at the end; ``sources`` None: made-up ones."""
    console = Console(quiet=quiet)
    with with_database(_on_this_machine(settings)) as found:
        console.print("[green]✓[/green] PostgreSQL with PostGIS runs, the schema is there")
        notice = _published(found)
        console.print(f"[green]✓[/green] A notice is published, version {notice.version}")
        imported = _imported(found, sources, quiet=quiet)
        console.print(f"[green]✓[/green] {_told(imported, made_up=sources is None)}")
        with running_server(found) as address:
            console.print(f"[green]✓[/green] The service answers on {address}\n")
            yield Stage(
                settings=found,
                address=address,
                notice=notice,
                imported=imported,
                made_up=sources is None,
                identity=LocalIdentity.open(found.data_folder),
                console=console,
            )


def _on_this_machine(settings: Settings) -> Settings:
    return settings.model_copy(update={"identity": "local", "host": "127.0.0.1"})


def _published(settings: Settings) -> Notice:
    """The current notice; the starter's where there is none."""
    url = settings.required_database_url
    asyncio.run(publish_notice(url, STARTER_NOTICE))
    return asyncio.run(current_notice(url)) or STARTER_NOTICE


def _imported(settings: Settings, sources: Path | None, *, quiet: bool) -> ImportResult:
    with (
        tempfile.TemporaryDirectory() as folder,
        operator_connection(settings.required_database_url) as connection,
        progress_bar(shown=not quiet) as on_progress,
    ):
        if sources is None:
            file, licence = Path(folder, "community.csv"), "CC0-1.0, made up by Nabij"
            write_community(file, seed=_SEED)
        else:
            file, licence = sources, "see the register"
            connection.execute(_SQL["remove_made_up"])
        return import_sources(
            connection,
            file,
            licence=licence,
            made_up=sources is None,
            now=utc_now(),
            on_progress=on_progress,
        )


def _told(imported: ImportResult, *, made_up: bool) -> str:
    taken = imported.read - sum(imported.rejected.values())
    kind = "made-up sources around real Dutch towns" if made_up else "sources"
    rejected = sum(imported.rejected.values())
    return f"{taken:,} {kind} are in the catalogue" + (f", {rejected:,} rejected" * bool(rejected))
