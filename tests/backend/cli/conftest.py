"""Databases for commands, in the states that they meet them."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.backend.cli.commands import Done, invoke

Command: TypeAlias = Callable[..., Done]


@pytest.fixture
def nabij(database_url: str, tmp_path: Path) -> Command:
    """``nabij`` on a migrated database of the test's own, with its own data folder."""

    def command(*arguments: str, **variables: str) -> Done:
        own = {"database_url": database_url, "data_folder": str(tmp_path)}
        return invoke(*arguments, **(own | variables))

    return command
