from pathlib import Path
from typing import Any

import psycopg
import pytest

from nabij_backend.sources.importer import ImportResult, SavedMapping, import_sources
from tests.backend.sources.importing import HEADER, NOON, Take, taken_out


@pytest.fixture
def connection(superuser: psycopg.Connection) -> psycopg.Connection:
    """Of an operator, to an empty catalogue."""
    superuser.execute("SET ROLE nabij_operator")
    return superuser


@pytest.fixture
def take(connection: psycopg.Connection[Any], tmp_path: Path) -> Take:
    """Import lines as a register `utrecht`."""

    def imported(*lines: str, **options: Any) -> ImportResult:  # noqa: ANN401 - import_sources's
        file = tmp_path / "sources.csv"
        file.write_text("".join((HEADER, *lines)), encoding="utf-8")
        said: dict[str, Any] = {"register": "utrecht", **taken_out(options)}
        kept: dict[str, Any] = {"now": NOON, **options}
        return import_sources(connection, file, mapping=SavedMapping(**said), **kept)

    return imported
