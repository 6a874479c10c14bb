"""A service with sources and a browser to visit it, outside pytest: to draw and to measure."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from nabij_backend.telemetry import configure_logging
from nabij_dev import embedded
from tests.contract.conftest import settings_of
from tests.contract.running import RunningService, make_up_sources, serving
from tests.databases import Databases
from tests.web.browser import Eyes, open_eyes
from tests.web.page.conftest import CUSTOMERS

ROOT: Final = Path(__file__).parents[3]


@contextmanager
def page_served(sources: int = 2_000) -> Generator[tuple[Eyes, RunningService]]:
    """Serve the page on a database of its own, with so many sources; it logs into a file."""
    with (
        embedded.cluster(ROOT / ".nabij" / "test", durable=False) as cluster,
        tempfile.TemporaryDirectory() as folder,
        Path(folder, "log").open("w", encoding="utf-8") as log,
    ):
        configure_logging(log)
        databases = Databases(cluster)
        with databases.lent() as database, open_eyes() as eyes:
            make_up_sources(database.url, sources)
            settings = settings_of(database.url, Path(folder))
            customers = {"local_customers": CUSTOMERS}
            with serving(settings.model_copy(update=customers)) as service:
                yield eyes, service
        databases.close()
