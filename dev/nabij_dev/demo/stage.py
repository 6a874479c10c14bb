"""Preparation of the demo: database, notice, sources, service."""

import asyncio
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.rule import Rule
from rich.text import Text

from nabij_backend import sql
from nabij_backend.cli.database import with_database
from nabij_backend.cli.notice import current_notice, publish_notice
from nabij_backend.cli.output import Terminal
from nabij_backend.cli.sources import progress_bar
from nabij_backend.cli.starter_notice import starter_notice
from nabij_backend.clock import utc_now
from nabij_backend.db import operator_connection
from nabij_backend.errors import UserError
from nabij_backend.identity import LocalIdentity
from nabij_backend.settings import Settings
from nabij_backend.sources.importer import ImportResult, SavedMapping, import_sources
from nabij_backend.telemetry import configure_logging
from nabij_consent import Notice, next_version
from nabij_dev.demo.phones import SANNE, new_sign_in
from nabij_dev.demo.server import running_server
from nabij_dev.made_up import write_community

_SQL = sql.load("demo", "nabij_dev.demo")
_SEED = 2026
_WIDEST = 100
"""Columns; longer lines are hard to read."""


class NotADemoDatabase(UserError):
    """This database is in use: it holds real sources, or a notice of its own.

    Invented customers and sources would mix with them. Give the demo a place of its own: unset
    NABIJ_DATABASE_URL, and set NABIJ_DATA_FOLDER to a new folder.
    """


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything is there and runs."""

    settings: Settings
    address: str
    notice: Notice
    imported: ImportResult
    identity: LocalIdentity
    console: Terminal

    @property
    def log(self) -> Path:
        """Where the service writes what it would otherwise say in between."""
        return log_file(self.settings)

    def chapter(self, title: str) -> None:
        """Begin a part of the story."""
        self.console.print("", Rule(Text(title, "bold"), align="left"), "")

    def say(self, words: str) -> None:
        """Tell."""
        self.console.print(words)


@contextmanager
def stage(settings: Settings, sources: Path | None, *, quiet: bool) -> Generator[Stage]:
    """Start what the story needs, and stop it at the end; ``sources`` None: made-up ones.

    Raises:
        NotADemoDatabase: the database has customers or sources that exist.
    """
    console = _console(quiet=quiet)
    console.print("The customers are invented; phones, service and database are real.")
    console.print()
    with with_database(_on_this_machine(settings)) as found, ExitStack() as opened:
        found.data_folder.mkdir(parents=True, exist_ok=True)
        configure_logging(opened.enter_context(log_file(found).open("a", encoding="utf-8")))
        _done(console, "PostgreSQL with PostGIS runs, and has the schema of this version")
        _require_free(found, private=settings.database_url is None)
        notice = _published(found)
        _done(console, f"A privacy notice is published: version {notice.version}")
        imported = _imported(found, sources, quiet=quiet)
        _done(console, _told(imported, made_up=sources is None))
        with running_server(found) as address:
            _done(console, f"The service answers on {address}")
            yield Stage(
                settings=found,
                address=address,
                notice=notice,
                imported=imported,
                identity=LocalIdentity.open(found.data_folder),
                console=console,
            )


def log_file(settings: Settings) -> Path:
    """Return where the demo's service logs."""
    return settings.data_folder / "demo.log"


def _console(*, quiet: bool) -> Terminal:
    console = Terminal(quiet=quiet)
    console.width = min(console.width, _WIDEST)
    return console


def _done(console: Terminal, what: str) -> None:
    console.print(Text.assemble(("✓ ", "green"), what), soft_wrap=True)


def _on_this_machine(settings: Settings) -> Settings:
    customers = (new_sign_in(SANNE),)
    update = {"identity": "local", "host": "127.0.0.1", "local_customers": customers}
    return settings.model_copy(update=update)


def _require_free(settings: Settings, *, private: bool) -> None:
    """Refuse a notice that is not ours, and real sources unless the database is the private one."""
    notice = asyncio.run(current_notice(settings.required_database_url))
    with operator_connection(settings.required_database_url) as connection:
        has_real = connection.execute(_SQL["holds_real_sources"]).fetchone() == (True,)
    ours = starter_notice(settings.backup_days).controller
    foreign = notice is not None and notice.controller != ours
    if foreign or (has_real and not private):
        raise NotADemoDatabase


def _published(settings: Settings) -> Notice:
    """Publish the starter notice, unless it is the current one; after an older one, as material."""
    url, starter = settings.required_database_url, starter_notice(settings.backup_days)
    current = asyncio.run(current_notice(url))
    if current is not None:
        versions = {"version": current.version, "material_since": current.material_since}
        if replace(starter, **versions) == current:
            return current
    notice = next_version(current, starter, material=True)
    asyncio.run(publish_notice(url, notice))
    return notice


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
            mapping=SavedMapping(licence=licence),
            made_up=sources is None,
            now=utc_now(),
            on_progress=on_progress,
        )


def _told(imported: ImportResult, *, made_up: bool) -> str:
    rejected = sum(imported.rejected.values())
    kind = "sources around real Dutch towns, all of them made up" if made_up else "sources"
    aside = f"; {rejected:,} rows were no such sources" if rejected else ""
    return f"The catalogue has {imported.read - rejected:,} {kind}{aside}"
