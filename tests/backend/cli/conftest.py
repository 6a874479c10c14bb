"""Databases for commands, in the states that they meet them."""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from nabij_backend import embedded
from tests.backend.cli.commands import Done, invoke

Command: TypeAlias = Callable[..., Done]


@pytest.fixture
def nabij(database_url: str, tmp_path: Path) -> Command:
    """``nabij`` on a migrated database of the test's own, with its own data folder."""

    def command(*arguments: str, **variables: str) -> Done:
        own = {"database_url": database_url, "data_folder": str(tmp_path)}
        return invoke(*arguments, **(own | variables))

    return command


@pytest.fixture
def empty_database_url(cluster: embedded.Cluster) -> Generator[str]:
    """A database that nobody has migrated."""
    name = sql.Identifier(f"empty_{uuid4().hex}")
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield cluster.url(name.as_string().strip('"'))
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
