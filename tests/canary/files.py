"""Files, and those that PostgreSQL keeps."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg


def data_directory(superuser: psycopg.Connection) -> Path:
    """Where the server keeps its files."""
    (folder,) = superuser.execute("SHOW data_directory").fetchone() or ("",)
    return Path(folder)


def flush_wal(superuser: psycopg.Connection) -> None:
    """Write all WAL to its files: that of a rollback stays in memory until another commits."""
    with superuser.transaction():
        superuser.execute("SET LOCAL synchronous_commit = on")
        superuser.execute("SELECT pg_current_xact_id()")


def contents(path: Path, *, without: Path | None = None) -> Iterator[bytes]:
    """What a file holds, or each file in a folder, but for those in one of its folders."""
    if path.is_file():
        # Relations come and go while this looks.
        with suppress(FileNotFoundError):
            yield path.read_bytes()
    elif path != without and path.is_dir() and not path.is_symlink():
        for each in sorted(path.iterdir()):
            yield from contents(each, without=without)
