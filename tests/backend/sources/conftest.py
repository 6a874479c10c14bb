import psycopg
import pytest


@pytest.fixture
def connection(superuser: psycopg.Connection) -> psycopg.Connection:
    """Of an operator, to an empty catalogue."""
    superuser.execute("SET ROLE nabij_operator")
    return superuser
