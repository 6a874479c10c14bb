"""Every byte that PostgreSQL keeps, and that anything else keeps in a folder."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.canary.values import Canaries, Canary, Search

# What all databases of a cluster share, besides the databases and the WAL.
_SHARED = ("global", "pg_notify", "pg_stat", "pg_stat_tmp", "pg_replslot", "pg_logical")


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """The files of one database, from a moment on."""

    superuser: psycopg.Connection
    begun_at: str

    @classmethod
    def of(cls, superuser: psycopg.Connection) -> "DataDirectory":
        """Begin to look from now on."""
        (lsn,) = superuser.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone() or ("",)
        return cls(superuser, lsn)

    def found(self, canaries: Canaries) -> set[Canary]:
        """Those of the canaries that any file holds."""
        search = Search(canaries.mark, canaries.made)
        return {each for content in self._contents() for each in search.found(content)}

    def _contents(self) -> Iterator[bytes]:
        flush_wal(self.superuser)
        folder = data_directory(self.superuser)
        for segment in self._segments():
            yield from contents(folder / "pg_wal" / segment)
        self.superuser.execute("CHECKPOINT")
        for part in (f"base/{self._database}", "base/pgsql_tmp", *_SHARED):
            yield from contents(folder / part)

    def _segments(self) -> list[str]:
        rows = self.superuser.execute(
            "SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'"
            " AND name BETWEEN pg_walfile_name(%s) AND pg_walfile_name(pg_current_wal_lsn())",
            [self.begun_at],
        )
        return [name for (name,) in rows]

    @property
    def _database(self) -> str:
        (oid,) = self.superuser.execute(
            "SELECT oid::text FROM pg_database WHERE datname = current_database()"
        ).fetchone() or ("",)
        return oid


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
