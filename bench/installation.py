"""A database with keys, a notice and sources, for servers to use."""

import asyncio
import csv
import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil
import psycopg

from bench.load import OTHERS_CPU
from nabij_backend.cli.notice import publish_notice
from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.migrations.run import migrate
from nabij_backend.sources.importer import SavedMapping, import_sources
from nabij_dev import embedded
from nabij_dev.made_up import write_community

PROGRAM: Final = str(Path(sys.executable).with_name("nabij"))
_PATIENCE_S: Final = 60
_COMMUNITY: Final = "community.csv"


@dataclass(frozen=True, slots=True)
class Installation:
    """A database with keys, a notice and sources, for servers to use."""

    folder: Path
    url: str
    postmaster: psutil.Process

    @property
    def variables(self) -> dict[str, str]:
        """Return the environment of a server here: no limits of rates, no background jobs."""
        others = {name: text for name, text in os.environ.items() if not name.startswith("NABIJ_")}
        return others | {
            "NABIJ_DATA_FOLDER": str(self.folder),
            "NABIJ_DATABASE_URL": self.url,
            "NABIJ_CUSTOMER_RATE": "0",
            "NABIJ_ADDRESS_RATE": "0",
            "NABIJ_WORK_IN_PROCESS": "false",
        }

    def connect(self) -> psycopg.Connection:
        """Return a connection of the superuser."""
        options = "-c search_path=nabij,public"
        return psycopg.connect(self.url, autocommit=True, options=options)

    def settle(self) -> None:
        """Do now what the database would do in the background, while others are measured."""
        with self.connect() as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")

    def import_file(self, file: Path) -> None:
        """Import a file of made-up sources."""
        with self.connect() as connection:
            import_sources(
                connection,
                file,
                mapping=SavedMapping(licence="CC0-1.0"),
                made_up=True,
                now=datetime.now(UTC),
            )

    def rename_a_source(self) -> None:
        """Import one source again, under another name; a person's is never shown."""
        file = self.folder / "renamed.csv"
        with (self.folder / _COMMUNITY).open(encoding="utf-8", newline="") as community:
            rows = csv.DictReader(community)
            first = next(row for row in rows if row["owner_kind"] != "person")
            with file.open("w", encoding="utf-8", newline="") as renamed:
                writer = csv.DictWriter(renamed, rows.fieldnames or ())
                writer.writeheader()
                writer.writerow(first | {"name": f"Renamed at {time.time()}"})
        self.import_file(file)


@contextmanager
def installed(sources: int, *, durable: bool = True) -> Generator[Installation]:
    """Install the service with so many made-up sources."""
    with (
        embedded.temporary_folder() as folder,
        embedded.cluster(folder / "cluster", durable=durable) as cluster,
    ):
        migrate(cluster.url())
        with psycopg.connect(cluster.url()) as connection:
            (backend,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
            postmaster = psutil.Process(backend).parent()
        assert postmaster is not None
        postmaster.cpu_affinity([int(OTHERS_CPU)])
        here = Installation(folder, cluster.url(), postmaster)
        subprocess.run(
            [PROGRAM, "keys", "init"],
            env=here.variables,
            check=True,
            capture_output=True,
            timeout=_PATIENCE_S,
        )
        asyncio.run(publish_notice(cluster.url(), STARTER_NOTICE))
        community = folder / _COMMUNITY
        write_community(community, seed=1, count=sources)
        here.import_file(community)
        here.settle()
        yield here
