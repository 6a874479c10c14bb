"""Two people who agreed and reported, and a connection as the service has it for one of them."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from tests.backend.database.roles import acting_as
from tests.service import Service


@pytest.fixture(scope="module")
def eva(shared_service: Service, shared_superuser: psycopg.Connection) -> UUID:
    """Somebody who agreed to everything, and whose device has reported."""
    return _settled("eva", shared_service, shared_superuser)


@pytest.fixture(scope="module")
def bob(shared_service: Service, shared_superuser: psycopg.Connection) -> UUID:
    """Somebody else who did."""
    return _settled("bob", shared_service, shared_superuser)


@pytest.fixture
def api(shared_url: str, eva: UUID) -> Iterator[psycopg.Connection]:
    """A transaction of the service for Eva, undone afterwards."""
    with acting_as("nabij_api", shared_url, subject=eva) as connection:
        yield connection


def _settled(name: str, service: Service, superuser: psycopg.Connection) -> UUID:
    caller = service.caller(name)
    epoch = caller.grant()
    answer = caller.put_status(caller.gps(epoch), caller.gsm(epoch), caller.wifi(epoch))
    assert len(answer.json()["accepted"]) == 3
    (subject_id,) = superuser.execute(
        "SELECT subject_id FROM device WHERE device_id = %s", [caller.device_id]
    ).fetchall()[0]
    return subject_id
