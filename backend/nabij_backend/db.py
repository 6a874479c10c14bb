"""Connections to PostgreSQL: one pool, one transaction a request, one subject a transaction.

Every transaction is READ COMMITTED: the gate is proved for that level only. A connection works as
``nabij_api`` whatever the login may do besides.
"""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias, cast
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, IsolationLevel
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from nabij_backend import sql
from nabij_backend.happenings import Happening
from nabij_backend.settings import Settings

Connection: TypeAlias = AsyncConnection[DictRow]
Parameters: TypeAlias = dict[str, Any]

_SQL = sql.load("session")
_alive = cast("Callable[[Connection], Awaitable[None]]", AsyncConnectionPool.check_connection)
_ALWAYS = ("pin_search_path", "tell_time_in_utc")


@dataclass(frozen=True, slots=True)
class SubjectSession:
    """A transaction that sees the rows of one person, and of nobody else.

    ``mandate_id``: somebody else acts for the person, with this mandate. ``tally``: what happens
    in it, to be counted once it is committed.
    """

    connection: Connection
    subject_id: UUID
    mandate_id: UUID | None = None
    tally: Counter[Happening] = field(default_factory=Counter[Happening], compare=False)


_Transaction: TypeAlias = AbstractAsyncContextManager[SubjectSession]


class UnknownPerson(Exception):
    """Nobody has this sign-in."""


class Database:
    """The service's pool of connections.

    ``new_id`` makes the pseudonym of a person who signs in for the first time; ``count`` is told
    what happened in each transaction of a person, once it is committed.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        new_id: Callable[[], UUID],
        count: Callable[[Mapping[Happening, int]], None] | None = None,
    ) -> None:
        self._new_id = new_id
        self._count: Callable[[Mapping[Happening, int]], None] = count or (lambda _: None)
        self._pool = AsyncConnectionPool(
            settings.required_database_url,
            connection_class=AsyncConnection[DictRow],
            kwargs={"row_factory": dict_row, "autocommit": True},
            configure=_as_api,
            check=_alive,
            min_size=1,
            max_size=settings.pool_size,
            timeout=settings.pool_wait_s,
            open=False,
        )

    async def open(self) -> None:
        """Start filling the pool; does not wait for the database."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Give every connection back."""
        await self._pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Connection]:
        """A transaction that sees what is public; committed on leaving, rolled back on error."""
        async with self._pool.connection() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Connection]:
        """A transaction that reads what is public, all of it as of one moment."""
        async with self.transaction() as connection:
            await connection.execute(_SQL["read_one_moment"])
            yield connection

    def subject_transaction(self, sign_in_digest: bytes) -> _Transaction:
        """A transaction of the person who signed in, known from now on if new."""
        return self._of(lambda connection: self._subject(connection, sign_in_digest))

    def known_transaction(self, sign_in_digest: bytes) -> _Transaction:
        """A transaction of the person who signed in, who stays unknown if new.

        Raises:
            UnknownPerson: nobody has this sign-in.
        """
        return self._of(lambda connection: _known(connection, sign_in_digest))

    def transaction_of(self, subject_id: UUID) -> _Transaction:
        """A transaction of a person who is known already, on somebody else's initiative."""
        return self._of(lambda connection: become(connection, subject_id))

    @asynccontextmanager
    async def snapshot_of(self, subject_id: UUID) -> AsyncGenerator[SubjectSession]:
        """A transaction that reads what is known of a person, all of it as of one moment."""
        async with self.snapshot() as connection:
            yield SubjectSession(connection, await become(connection, subject_id))

    @asynccontextmanager
    async def _of(
        self, find: Callable[[Connection], Awaitable[UUID]]
    ) -> AsyncGenerator[SubjectSession]:
        async with self.transaction() as connection:
            session = SubjectSession(connection, await find(connection))
            yield session
        self._count(session.tally)

    async def _subject(self, connection: Connection, digest: bytes) -> UUID:
        found = await enter(connection, digest)
        if found is not None:
            return found
        fresh = {"subject_id": self._new_id(), "digest": digest}
        await connection.execute(_SQL["become"], fresh)
        await connection.execute(_SQL["introduce"], fresh)
        subject_id = await enter(connection, digest)
        if subject_id is None:
            raise RuntimeError("A sign-in that was just introduced has no subject.")
        return subject_id


async def become(connection: Connection, subject_id: UUID) -> UUID:
    """Make this the transaction of the person; returns who that is."""
    await connection.execute(_SQL["become"], {"subject_id": subject_id})
    return subject_id


async def _known(connection: Connection, digest: bytes) -> UUID:
    subject_id = await enter(connection, digest)
    if subject_id is None:
        raise UnknownPerson
    return subject_id


async def enter(connection: Connection, digest: bytes) -> UUID | None:
    """Make this the transaction of the person who has this sign-in; None where nobody has."""
    await connection.execute(_SQL["sign_in"], {"digest": digest})
    row = await (await connection.execute(_SQL["enter"], {"digest": digest})).fetchone()
    return None if row is None else row["subject_id"]


async def _as_api(connection: Connection) -> None:
    await connection.set_isolation_level(IsolationLevel.READ_COMMITTED)
    for name in ("act_as_api", *_ALWAYS):
        await connection.execute(_SQL[name])


class Role(StrEnum):
    """As whom a connection outside the pool works."""

    OWNER = "owner"
    API = "api"
    OPERATOR = "operator"
    WORKER = "worker"
    AUDITOR = "auditor"


@contextmanager
def operator_connection(url: str) -> Generator[psycopg.Connection]:
    """A connection of the supplier's operators, for work that streams: importing sources."""
    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("act_as_operator", *_ALWAYS):
            connection.execute(_SQL[name])
        yield connection


@asynccontextmanager
async def connection_as(role: Role, url: str) -> AsyncGenerator[Connection]:
    """A connection of ``role``; each statement commits by itself."""
    connection = await AsyncConnection[DictRow].connect(url, autocommit=True, row_factory=dict_row)
    async with connection:
        for name in (f"act_as_{role}", *_ALWAYS):
            await connection.execute(_SQL[name])
        yield connection


@asynccontextmanager
async def snapshot_as(role: Role, url: str) -> AsyncGenerator[Connection]:
    """A transaction of ``role`` that reads, all of it as of one moment."""
    async with transaction_as(role, url) as connection:
        await connection.execute(_SQL["read_one_moment"])
        yield connection


@asynccontextmanager
async def transaction_as(role: Role, url: str) -> AsyncGenerator[Connection]:
    """A transaction of ``role``."""
    async with connection_as(role, url) as connection, connection.transaction():
        yield connection
