"""What the service knows of the catalogue, and whether it asked the database anything."""

import time
from typing import Any

import psycopg
import pytest

from nabij_backend.catalogue.service import FRESHNESS
from tests.service import Service

_PATIENCE_S = 20.0

_QUERIES = """
SELECT pid, query_start, state = 'idle' AS is_at_rest
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY pid
"""


def queries(superuser: psycopg.Connection) -> list[tuple[Any, ...]]:
    """When each connection to this database began its last query: the same twice, so none.

    Waits until none is under way.
    """
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        found = superuser.execute(_QUERIES).fetchall()
        if all(is_at_rest for *_, is_at_rest in found):
            return found
    pytest.fail("a connection did not come to rest")


def manifest(service: Service) -> dict[str, Any]:
    return service.http.get("/v1/catalogue").json()


def heard(service: Service, version: int) -> None:
    """Return when the service has heard of a version and needs no look at the database for it.

    No answer tells: one that is not kept is made of the database as it is, whatever was heard.
    """
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        service.clock.advance(FRESHNESS)
        manifest(service)
        if service.app.state.catalogue.heard == version:
            assert manifest(service)["version"] == version
            return
    pytest.fail("the service has not heard of the catalogue")
