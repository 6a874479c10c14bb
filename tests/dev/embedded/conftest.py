"""What the tests of the embedded cluster share."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from nabij_dev import embedded
from tests.dev.embedded.processes import is_gone, running_below


@pytest.fixture(scope="session")
def made_once() -> Iterator[Path]:
    """Yield a folder with a stopped cluster, to copy: initdb takes a second, a copy does not."""
    with embedded.temporary_folder() as path:
        with embedded.cluster(path, durable=False):
            pass
        yield path


@pytest.fixture
def folder(made_once: Path, empty_folder: Path) -> Path:
    """Return a folder with a stopped cluster."""
    subprocess.run(["/bin/cp", "-a", made_once / "cluster", empty_folder], check=True)
    return empty_folder


@pytest.fixture
def empty_folder() -> Iterator[Path]:
    """Yield an empty folder; what still runs there at the end is killed."""
    with embedded.temporary_folder() as path:
        yield path
        left = running_below(path)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        assert is_gone(*left)
