"""Log entries about urgent requests: numbers, about nobody."""

from dataclasses import asdict
from datetime import datetime, timedelta

from nabij_backend.db import Connection
from nabij_backend.requests import repository
from nabij_backend.telemetry import log

SOON = timedelta(days=7)


async def escalate_once(connection: Connection, now: datetime) -> repository.Pressing:
    """Log a warning where an answer is due soon or late; ``connection`` is the worker's."""
    pressing = await repository.pressing(connection, now, now + SOON)
    if pressing.due_within_7_days or pressing.overdue:
        log.warning("requests press", **asdict(pressing))
    return pressing
