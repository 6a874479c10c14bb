"""Search for a PostgreSQL that has PostGIS."""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from nabij_dev.embedded.errors import PostgisMissing, VersionMismatch

_KNOWN_FOLDERS = (
    "usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "usr/pgsql-*/bin",  # PostgreSQL's own packages for Fedora and Red Hat
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)


def known_folders() -> Iterator[Path]:
    """Yield where systems keep PostgreSQL's programs, then the folders on PATH."""
    for pattern in _KNOWN_FOLDERS:
        yield from Path("/").glob(pattern)
    yield from map(Path, os.get_exec_path())


def find_programs(folders: Iterable[Path], made_by: int | None) -> Path:
    """Return the folder of the newest PostgreSQL with PostGIS, or of the one that made the data.

    Args:
        folders: where to look for programs.
        made_by: the major version that made the existing data, None without data.

    Raises:
        PostgisMissing: none has PostGIS.
        VersionMismatch: some have, but none is of the version that made the data.
    """
    real = (Path(os.path.realpath(folder / "postgres")).parent for folder in folders)
    spatial = {_major(folder): folder for folder in dict.fromkeys(real) if _has_postgis(folder)}
    if not spatial:
        raise PostgisMissing
    if made_by is None:
        return spatial[max(spatial)]
    if made_by not in spatial:
        raise VersionMismatch(made_by)
    return spatial[made_by]


def _has_postgis(folder: Path) -> bool:
    complete = all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb"))
    return complete and (_share_folder(folder) / "extension/postgis.control").is_file()


def _share_folder(folder: Path) -> Path:
    pg_config = folder / "pg_config"
    if pg_config.exists():
        return Path(_output(pg_config, "--sharedir"))
    return folder.parent / "share/pgsql"  # Fedora ships pg_config apart from the server


def _major(folder: Path) -> int:
    version = re.search(r"\) (\d+)", _output(folder / "postgres", "--version"))
    return int(version[1]) if version else 0


def _output(program: Path, option: str) -> str:
    result = subprocess.run([program, option], capture_output=True, text=True, check=False)
    return result.stdout.strip()
