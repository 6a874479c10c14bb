"""A place for the many small stores of these tests."""

import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

_RAM = Path("/dev/shm")  # noqa: S108 - a folder of a random name is made in it


@pytest.fixture
def memory() -> Generator[Path]:
    """A folder in memory where the system has one: no test here is about what a disk keeps."""
    with tempfile.TemporaryDirectory(dir=_RAM if _RAM.is_dir() else None) as folder:
        yield Path(folder)
