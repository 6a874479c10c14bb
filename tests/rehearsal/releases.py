"""Earlier releases, taken out of the history: one for each revision of the schema."""

import io
import re
import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.architecture.workspace import ROOT

_VERSIONS: Final = "backend/nabij_backend/migrations/versions"
_PACKAGES: Final = ("backend", "consent", "geo", "sdk/python")
_REVISION: Final = re.compile(rf"^{_VERSIONS}/(\d{{4}})_\w+\.sql$")


class NoHistory(Exception):
    """This checkout has no earlier commits."""


@dataclass(frozen=True, slots=True)
class Release:
    """The last commit whose newest revision was this one."""

    revision: str
    commit: str

    def unpack(self, folder: Path) -> Sequence[Path]:
        """Put its distributions into a folder; where their packages lie."""
        archive = _git("archive", self.commit, *_PACKAGES)
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            packed.extractall(folder, filter="data")
        return [folder / each for each in _PACKAGES]


def earlier_releases() -> list[Release]:
    """All that can be had, the oldest first.

    Raises:
        NoHistory: there is none.
    """
    try:
        log = _git(
            "log", "--reverse", "--diff-filter=A", "--name-only", "--format=:%H", "--", _VERSIONS
        )
    except (OSError, subprocess.CalledProcessError):
        raise NoHistory from None
    newest: dict[str, str] = {}  # by the commit that added it
    commit = ""
    for line in log.decode().splitlines():
        if line.startswith(":"):
            commit = line[1:]
        elif found := _REVISION.match(line):
            newest[commit] = found[1]
    releases = [Release(newest[commit], f"{following}~") for commit, following in pairwise(newest)]
    if not releases:
        raise NoHistory
    return releases


def _git(*arguments: str) -> bytes:
    return subprocess.run(
        [shutil.which("git") or "git", *arguments],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout
