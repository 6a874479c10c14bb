"""`nabij` with something that makes it slow: ``python planted.py FAULT COMMAND...``."""

import sys
from typing import Any

from nabij_backend.cli import app
from nabij_backend.http.response_cache import SentResponses
from nabij_backend.status import repository


def sleep() -> None:
    """Let PostgreSQL wait before each report."""
    statements: dict[str, Any] = vars(repository)["_SQL"]
    select = b"SELECT pg_advisory_xact_lock("
    assert select in statements["report"]
    waiting = b"SELECT pg_sleep(0.003), pg_advisory_xact_lock("
    statements["report"] = statements["report"].replace(select, waiting)


def _nothing(self: SentResponses, question: object) -> None:
    """Find nothing."""


def cache() -> None:
    """Keep no response."""
    SentResponses.find = _nothing


FAULTS = {"sleep": sleep, "cache": cache}

if __name__ == "__main__":
    FAULTS[sys.argv.pop(1)]()
    app()
