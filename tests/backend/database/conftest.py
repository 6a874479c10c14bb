"""Two people who agreed and reported, and a connection as the service has it for one of them."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from tests.backend.database.roles import acting_as, become
from tests.backend.database.rows import AGENT, STRANGER
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


@pytest.fixture(scope="module")
def surroundings(shared_service: object, shared_superuser: psycopg.Connection) -> str:
    """A notice to answer, a source to choose, and somebody to give a mandate to."""
    assert shared_service
    shared_superuser.execute("INSERT INTO subject VALUES (%s)", [AGENT])
    shared_superuser.execute(
        """
        INSERT INTO source (source_id, name, technology, owner_kind, licence, made_up, located,
                            geom, latitude_e5, longitude_e5)
        VALUES ('roof', 'Roof', 'solar', 'cooperative', 'CC0', true, 'site',
                ST_Point(3973000, 3263000, 3035), 5236590, 488573)
        """
    )
    return "roof"


@pytest.fixture
def stranger(surroundings: str, shared_url: str) -> Iterator[psycopg.Connection]:
    """A transaction of the service for somebody who is new."""
    assert surroundings
    with acting_as("nabij_api", shared_url) as connection:
        become(connection, STRANGER)
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
