"""Statements as they are sent."""

from typing import Final

import pytest

from nabij_backend import sql

# psycopg keeps what it made of a statement up to this length (`psycopg._queries`).
KEPT_BY_PSYCOPG: Final = 4_096
OF_REQUESTS: Final = (
    *("catalogue", "consents", "devices", "installation", "log", "session", "sources", "status"),
)


@pytest.mark.parametrize("file", OF_REQUESTS)
def test_a_statement_of_a_request_is_read_by_psycopg_once(file: str) -> None:
    lengths = {name: len(statement) for name, statement in sql.load(file).items()}
    assert lengths
    assert {name for name, length in lengths.items() if length > KEPT_BY_PSYCOPG} == set()


def test_a_statement_is_sent_without_the_sentence_above_it() -> None:
    statement = sql.load("session")["process"]
    assert statement == b"SELECT pg_backend_pid() AS process"
