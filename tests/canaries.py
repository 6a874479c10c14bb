"""Planted values, and a search of every byte that PostgreSQL keeps for them.

Rows tell nothing of what was written and rolled back: it stays in heap, index and WAL. So the files
are read: those of the database, what all databases share, and the WAL since the search began.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, TypeVar
from uuid import UUID

import psycopg

# What all databases of a cluster share, besides the databases and the WAL.
_SHARED = ("global", "pg_notify", "pg_stat", "pg_stat_tmp", "pg_replslot", "pg_logical")
_MARK_BYTES = 6

Canary: TypeAlias = str | UUID
_Canary = TypeVar("_Canary", str, UUID)


@dataclass(slots=True)
class Canaries:
    """Values that occur nowhere else. All begin with the same mark, so that a search is fast."""

    made: set[Canary] = field(default_factory=set[Canary])
    _mark: bytes = field(default_factory=lambda: secrets.token_bytes(_MARK_BYTES))

    def uuid(self) -> UUID:
        """Make an id that nothing has."""
        return self._made(UUID(bytes=self._mark + secrets.token_bytes(16 - _MARK_BYTES), version=4))

    def slug(self) -> str:
        """Make letters, as a purpose is written."""
        return self._made(_letters(self._mark) + _letters(secrets.token_bytes(6)))

    def text(self) -> str:
        """Make what fits as a push token, among others."""
        return self._made(f"{self._mark.hex()}-canary-{secrets.token_hex(8)}")

    def within(self, content: bytes) -> Iterator[Canary]:
        """Those that the content holds, as text or as the bytes of an id."""
        spelt = {spelling: each for each in self.made for spelling in _spellings(each)}
        lengths = sorted({len(each) for each in spelt})
        text = self._mark.hex()
        marks = (self._mark, f"{text[:8]}-{text[8:]}".encode(), text.encode())
        for mark in (*marks, _letters(self._mark).encode()):
            for hit in re.finditer(re.escape(mark), content):
                pieces = (content[hit.start() : hit.start() + length] for length in lengths)
                yield from (spelt[each] for each in pieces if each in spelt)

    def _made(self, canary: _Canary) -> _Canary:
        self.made.add(canary)
        return canary


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
        return {each for content in self._contents() for each in canaries.within(content)}

    def _contents(self) -> Iterator[bytes]:
        self._flush_wal()
        for segment in self._segments():
            yield from _read(self._folder / "pg_wal" / segment)
        self.superuser.execute("CHECKPOINT")
        for part in (f"base/{self._database}", "base/pgsql_tmp", *_SHARED):
            for file in (self._folder / part).rglob("*"):
                yield from _read(file)

    def _flush_wal(self) -> None:
        # A transaction that was rolled back leaves its WAL in memory until another commits.
        with self.superuser.transaction():
            self.superuser.execute("SET LOCAL synchronous_commit = on")
            self.superuser.execute("SELECT pg_current_xact_id()")

    def _segments(self) -> list[str]:
        rows = self.superuser.execute(
            "SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'"
            " AND name BETWEEN pg_walfile_name(%s) AND pg_walfile_name(pg_current_wal_lsn())",
            [self.begun_at],
        )
        return [name for (name,) in rows]

    @property
    def _folder(self) -> Path:
        (folder,) = self.superuser.execute("SHOW data_directory").fetchone() or ("",)
        return Path(folder)

    @property
    def _database(self) -> str:
        (oid,) = self.superuser.execute(
            "SELECT oid::text FROM pg_database WHERE datname = current_database()"
        ).fetchone() or ("",)
        return oid


def _letters(content: bytes) -> str:
    return content.hex().translate(str.maketrans("0123456789", "ghijklmnop"))


def _spellings(canary: Canary) -> Iterator[bytes]:
    yield str(canary).encode()
    if isinstance(canary, UUID):
        yield canary.bytes
        yield canary.hex.encode()


def _read(file: Path) -> Iterator[bytes]:
    # Relations come and go while this looks.
    with suppress(FileNotFoundError, IsADirectoryError):
        yield file.read_bytes()
