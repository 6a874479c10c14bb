"""Requests that press raise the alarm, in numbers."""

import asyncio
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from structlog.testing import capture_logs

from nabij_backend.db import Role, connection_as
from nabij_backend.requests.escalation import SOON, escalate_once
from nabij_backend.requests.repository import Pressing
from tests.backend.pools import subject_of
from tests.backend.requests.asking import ask
from tests.service import Service

SECOND = timedelta(seconds=1)


@pytest.fixture
def subject(service: Service, superuser: psycopg.Connection) -> UUID:
    """Somebody who is known."""
    eva = service.caller()
    eva.grant()
    return subject_of(superuser, eva.device_id)


def escalate(service: Service) -> tuple[Pressing, list[str]]:
    """The numbers, and what was logged of them."""

    async def run() -> Pressing:
        url = service.settings.required_database_url
        async with connection_as(Role.WORKER, url) as connection:
            return await escalate_once(connection, service.clock())

    with capture_logs() as logged:
        pressing = asyncio.run(run())
    return pressing, [each["event"] for each in logged]


def test_what_is_due_later_or_answered_does_not_press(
    service: Service, superuser: psycopg.Connection, subject: UUID
) -> None:
    now = service.clock()
    ask(superuser, subject, due_at=now + SOON + SECOND)
    ask(superuser, subject, due_at=now - SECOND, outcome="withdrawn")
    assert escalate(service) == (Pressing(open=1, due_within_7_days=0, overdue=0), [])


@pytest.mark.parametrize(
    ("due_in", "pressing"),
    [
        (SOON, Pressing(open=1, due_within_7_days=1, overdue=0)),
        (SECOND, Pressing(open=1, due_within_7_days=1, overdue=0)),
        (timedelta(), Pressing(open=1, due_within_7_days=0, overdue=1)),
    ],
)
def test_what_is_due_within_a_week_or_late_raises_the_alarm(
    service: Service,
    superuser: psycopg.Connection,
    subject: UUID,
    due_in: timedelta,
    pressing: Pressing,
) -> None:
    ask(superuser, subject, due_at=service.clock() + due_in)
    assert escalate(service) == (pressing, ["requests press"])
