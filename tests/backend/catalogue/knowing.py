"""What the service knows of the catalogue, and whether it asked the database anything."""

import time
from http import HTTPStatus
from typing import Any

import psycopg
import pytest

from nabij_backend.catalogue.service import FRESHNESS
from nabij_backend.sources.repository import Question
from nabij_backend.sources.service import answer_name
from nabij_geo import Cell
from tests.service import AMSTERDAM, Service

_PATIENCE_S = 20.0

_QUERIES = """
SELECT pid, query_start FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY pid
"""


def queries(superuser: psycopg.Connection) -> list[tuple[Any, ...]]:
    """When each connection to this database began its last query: the same twice, so none."""
    return superuser.execute(_QUERIES).fetchall()


def manifest(service: Service) -> dict[str, Any]:
    return service.http.get("/v1/catalogue").json()


def heard(service: Service, version: int) -> None:
    """Return when the service has heard of a version and needs no look at the database for it.

    Whoever holds an answer of just this version is told so; a manifest is made anew, of the
    database as it is, whatever was heard.
    """
    cell = Cell.parse(AMSTERDAM)
    holds = {"If-None-Match": f'"{answer_name(Question(cell, 10, None), version)}"'}
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        listened = service.app.state.parts.feed.listening_since is not None
        service.clock.advance(FRESHNESS)
        answer = service.http.get(f"/v1/cells/{cell.code}/sources", headers=holds)
        knows = answer.status_code == HTTPStatus.NOT_MODIFIED
        if knows and listened and manifest(service)["version"] == version:
            return
    pytest.fail("the service has not heard of the catalogue")
