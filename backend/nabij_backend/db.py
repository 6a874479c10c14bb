"""Connections to PostgreSQL: one transaction a request, one subject a transaction.

Rules:

1. every transaction is READ COMMITTED, since the gate is proved for that level only; a connection
   works as ``nabij_api`` whatever the login may do besides;
2. a connection leaves its pool as it first came: nothing that a request left in its session, as a
   setting, a role or a temporary table, reaches the next. That it does so shows that it is alive;
3. withdrawals, erasures and the question whether the service is ready have connections of their
   own, which nothing else can use up;
4. of each pool one person has a share: who sends more at once waits for their own requests;
5. nothing waits for ever: a transaction of a request ends after ``NABIJ_DATABASE_WAIT_S``, a
   snapshot after ``_SNAPSHOT_WAIT_S``, also where the database hangs (``silence``);
6. every connection is PostgreSQL's own: through a pooler, a session is not one's own (``pooler``).
"""

import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias, cast
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, AsyncCursor, AsyncTransaction, IsolationLevel
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from nabij_backend import sql
from nabij_backend.metric_events import MetricEvent
from nabij_backend.pooler import BehindPooler, require_direct
from nabij_backend.settings import Settings
from nabij_backend.shares import Shares
from nabij_backend.silence import answered_within
from nabij_backend.telemetry import log

Connection: TypeAlias = AsyncConnection[DictRow]
Cursor: TypeAlias = AsyncCursor[DictRow]
Admission: TypeAlias = Callable[[Connection], Awaitable[Callable[[], Awaitable[None]]]]
"""Asks the database whether it is to be used, and returns what takes in its answer.

That raises ``NotAdmitted`` where it is not. Between the two, other statements may be sent.
"""
Parameters: TypeAlias = dict[str, Any]


_SQL = sql.load("session")
# Of the connections of a process, one in so many is reserved.
_RESERVED = 4
_CHECK_WAIT_S = 2.0
# After this a pool waits for who asks next, who tries at once; else its pauses double, to minutes.
_RECONNECT_S = 1.0
_SNAPSHOT_WAIT_S = 300.0


@dataclass(frozen=True, slots=True)
class SubjectSession:
    """A transaction that sees the rows of one person, and of nobody else.

    ``mandate_id``: somebody else acts for the person, with this mandate. ``revocation_unknown``:
    nobody could tell whether the sign-in was revoked. ``tally``: what happens in it, to be counted
    once it is committed.
    """

    connection: Connection
    subject_id: UUID
    mandate_id: UUID | None = None
    revocation_unknown: bool = False
    tally: Counter[MetricEvent] = field(default_factory=Counter[MetricEvent], compare=False)

    async def rows(self, statement: bytes, **parameters: object) -> list[dict[str, Any]]:
        """Run a statement about this person, and return its rows; none where it returns none."""
        named = {"subject_id": self.subject_id, **parameters}
        cursor = await self.connection.execute(statement, named)
        return await cursor.fetchall() if cursor.description else []


@dataclass(frozen=True, slots=True)
class SignInDigest:
    """The person of a sign-in; whoever must be known does not become known."""

    digest: bytes = field(repr=False)
    must_be_known: bool = False


Person: TypeAlias = SignInDigest | UUID
"""Of whom a transaction is: of a sign-in, or of a pseudonym."""


class UnknownPerson(Exception):
    """Nobody has this sign-in."""


class Database:
    """The service's pool of connections.

    ``new_id`` makes the pseudonym of a person who signs in for the first time; ``count`` is told
    what happened in each transaction of a person, once it is committed; ``observe`` is told of each
    transaction its name, whether it was committed or rolled back, and its seconds; ``admit`` looks
    at the database before each of a person or an operator.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        new_id: Callable[[], UUID],
        count: Callable[[Mapping[MetricEvent, int]], None] | None = None,
        observe: Callable[[str, str, float], None] | None = None,
        admit: Admission | None = None,
    ) -> None:
        self._observe: Callable[[str, str, float], None] = observe or _unobserved
        self._new_id = new_id
        self._wait_s = settings.database_wait_s
        self.admit = admit
        self._count: Callable[[Mapping[MetricEvent, int]], None] = count or (lambda _: None)
        reserved = max(1, settings.pool_size // _RESERVED)
        self._reserved = _Pool(settings, size=reserved, share=1)
        others = max(1, settings.pool_size - reserved)
        self._shared = _Pool(settings, size=others, share=_share(others))

    async def open(self) -> None:
        """Start filling the pools; does not wait for the database."""
        await self._shared.connections.open(wait=False)
        await self._reserved.connections.open(wait=False)

    def gauges(self) -> dict[str, dict[str, float]]:
        """Return the connections of each pool, idle ones and waiting requests, for metrics."""
        stats = {
            "shared": self._shared.connections.get_stats(),
            "reserved": self._reserved.connections.get_stats(),
        }
        names = {
            "nabij_pool_connections": "pool_size",
            "nabij_pool_idle": "pool_available",
            "nabij_pool_waiting": "requests_waiting",
        }
        return {
            name: {pool: found.get(ours, 0) for pool, found in stats.items()}
            for name, ours in names.items()
        }

    async def close(self) -> None:
        """Give every connection back."""
        await self._shared.connections.close()
        await self._reserved.connections.close()

    @asynccontextmanager
    async def statement(self, name: str) -> AsyncGenerator[Connection]:
        """Yield a connection for one statement about what is public: a transaction by itself.

        Args:
            name: as of ``transaction``.

        Raises:
            OperationalError: by rule 5, from whatever waits for the database then.
        """
        async with self._shared.connections.connection() as connection:
            with self._observed(name), answered_within(connection, self._wait_s):
                yield connection

    @asynccontextmanager
    async def transaction(
        self, name: str, *, reserved: bool = False, snapshot: bool = False, admitted: bool = False
    ) -> AsyncGenerator[Connection]:
        """Open a transaction that sees what is public; committed on leaving, rolled back on error.

        Args:
            name: of the transaction, for metrics: a word of ours.
            reserved: on a connection of those that nothing else uses up.
            snapshot: it reads, all of it as of one moment, and may take longer than a request.
            admitted: it may be about people, once ``admit`` has looked at the database.

        Raises:
            OperationalError: by rule 5, from whatever waits for the database then.
        """
        pool = self._reserved if reserved else self._shared
        opened = self._opened(name, pool, None, snapshot=snapshot, admitted=admitted)
        async with opened as (connection, _):
            yield connection

    @asynccontextmanager
    async def transaction_of(
        self, name: str, person: Person, *, reserved: bool = False, snapshot: bool = False
    ) -> AsyncGenerator[SubjectSession]:
        """Open a transaction of one person, in which they have a share of the connections.

        Args:
            name: as of ``transaction``.
            person: a sign-in, whose person is known from now on if new; a sign-in that must be
                known; or a pseudonym, on somebody else's initiative.
            reserved: as of ``transaction``.
            snapshot: as of ``transaction``; it writes nothing, so ``admit`` is not asked.

        Raises:
            UnknownPerson: nobody has this sign-in, which must be known.
            TooManyAtOnce: this person has their whole share of the connections in use.
        """
        pool = self._reserved if reserved else self._shared
        share = pool.shares.of(person.digest if isinstance(person, SignInDigest) else person)
        opened = self._opened(name, pool, person, snapshot=snapshot, admitted=not snapshot)
        async with share, opened as (connection, found):
            session = SubjectSession(connection, await self._subject(connection, person, found))
            yield session
        self._count(session.tally)

    @asynccontextmanager
    async def _opened(
        self, name: str, pool: "_Pool", person: Person | None, *, snapshot: bool, admitted: bool
    ) -> AsyncGenerator[tuple[Connection, Cursor | None]]:
        """Open a transaction with one round trip for all that is asked before it is used.

        Yields it with what finds the person of a sign-in.
        """
        async with pool.connections.connection() as connection, AsyncExitStack() as opened:
            opened.enter_context(self._observed(name))
            wait_s = _SNAPSHOT_WAIT_S if snapshot else self._wait_s
            opened.enter_context(answered_within(connection, wait_s))
            judge = None
            async with connection.pipeline():
                # `connection.transaction()` would keep the pipeline until it ends.
                await opened.enter_async_context(AsyncTransaction(connection))
                if snapshot:
                    await connection.execute(_SQL["read_one_moment"])
                if admitted and self.admit is not None:
                    judge = await self.admit(connection)
                found = await _look_for(connection, person)
            if judge is not None:
                await judge()
            yield connection, found

    @contextmanager
    def _observed(self, name: str) -> Generator[None]:
        begun = time.perf_counter()
        became = "rolled-back"
        try:
            yield
            became = "committed"
        finally:
            self._observe(name, became, time.perf_counter() - begun)

    async def _subject(self, connection: Connection, person: Person, found: Cursor | None) -> UUID:
        if isinstance(person, UUID) or found is None:
            return cast("UUID", person)
        row = await found.fetchone()
        if row is not None:
            return row["subject_id"]
        if person.must_be_known:
            raise UnknownPerson
        return await self._introduced(connection, person.digest)

    async def _introduced(self, connection: Connection, digest: bytes) -> UUID:
        fresh = {"subject_id": self._new_id(), "digest": digest}
        await connection.execute(_SQL["become"], fresh)
        await connection.execute(_SQL["introduce"], fresh)
        subject_id = await enter(connection, digest)
        if subject_id is None:
            raise RuntimeError("A sign-in that was just introduced has no subject.")
        return subject_id


def _unobserved(_name: str, _became: str, _seconds: float) -> None:
    """Take no notice of a transaction."""


class _Pool:
    """Connections, and the share of them that one person has.

    A connection that is found dead takes the others that wait with it: the pool itself would look
    at one after another, with pauses of seconds, while requests wait.
    """

    def __init__(self, settings: Settings, *, size: int, share: int) -> None:
        self.shares = Shares(share, settings.pool_wait_s)
        self.connections = AsyncConnectionPool(
            settings.required_database_url,
            connection_class=AsyncConnection[DictRow],
            kwargs={
                "row_factory": dict_row,
                "autocommit": True,
                "fallback_application_name": "nabij-api",
            },
            configure=_require_no_pooler,
            check=self._begin_anew,
            min_size=1,
            max_size=size,
            timeout=settings.pool_wait_s,
            reconnect_timeout=_RECONNECT_S,
            open=False,
        )

    async def _begin_anew(self, connection: Connection) -> None:
        """Make the connection as every request finds it, whatever was done with it before."""
        try:
            with answered_within(connection, _CHECK_WAIT_S):
                await connection.set_autocommit(True)
                await connection.set_isolation_level(IsolationLevel.READ_COMMITTED)
                await connection.set_read_only(None)
                connection.row_factory = dict_row
                await connection.execute(_SQL["forget_session"] + b";" + _beginning(Role.API))
        except psycopg.Error:
            await self.connections.drain()
            raise


async def _require_no_pooler(connection: Connection) -> None:
    try:
        with answered_within(connection, _CHECK_WAIT_S):
            await _require_direct(connection)
    except BehindPooler as error:
        log.error("behind a pooler", advice=str(error))
        raise


def _share(size: int) -> int:
    """Return one person's share of ``size`` connections: a third, at least two, never all."""
    return max(1, min(max(2, size // 3), size - 1))


async def become(connection: Connection, subject_id: UUID) -> UUID:
    """Make this the transaction of the person; returns who that is."""
    await connection.execute(_SQL["become"], {"subject_id": subject_id})
    return subject_id


async def take_turn(session: SubjectSession) -> None:
    """Wait until no other act or report of this person is under way."""
    await session.connection.execute(_SQL["take_turn"], {"subject_id": session.subject_id})


async def enter(connection: Connection, digest: bytes) -> UUID | None:
    """Make this the transaction of the person who has this sign-in; None where nobody has."""
    row = await (await _look_up(connection, digest)).fetchone()
    return None if row is None else row["subject_id"]


async def _look_for(connection: Connection, person: Person | None) -> Cursor | None:
    """Make this the transaction of the person; returns what finds the one of a sign-in."""
    if isinstance(person, SignInDigest):
        return await _look_up(connection, person.digest)
    if person is not None:
        await become(connection, person)
    return None


async def _look_up(connection: Connection, digest: bytes) -> Cursor:
    await connection.execute(_SQL["sign_in"], {"digest": digest})
    return await connection.execute(_SQL["enter"], {"digest": digest})


async def _require_direct(connection: Connection) -> None:
    row = await (await connection.execute(_SQL["process"])).fetchone()
    require_direct(connection, 0 if row is None else row["process"])


class Role(StrEnum):
    """As whom a connection outside the pool works."""

    OWNER = "owner"
    API = "api"
    OPERATOR = "operator"
    WORKER = "worker"
    AUDITOR = "auditor"


def _beginning(role: Role) -> bytes:
    """Return how a session of ``role`` begins, in one round trip."""
    names = (f"act_as_{role}", "pin_search_path", "tell_time_in_utc")
    return b";".join(_SQL[name] for name in names)


@contextmanager
def operator_connection(url: str) -> Generator[psycopg.Connection]:
    """Yield a connection of the supplier's operators, for work that streams: importing sources."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(_SQL["process"]).fetchone()
        require_direct(connection, 0 if row is None else row[0])
        connection.execute(_beginning(Role.OPERATOR))
        yield connection


@asynccontextmanager
async def connection_as(role: Role, url: str) -> AsyncGenerator[Connection]:
    """Yield a connection of ``role``; each statement commits by itself."""
    connection = await AsyncConnection[DictRow].connect(
        url,
        autocommit=True,
        row_factory=dict_row,
        fallback_application_name=f"nabij-{role}",
    )
    async with connection:
        await _require_direct(connection)
        await connection.execute(_beginning(role))
        yield connection


@asynccontextmanager
async def transaction_as(
    role: Role, url: str, *, snapshot: bool = False
) -> AsyncGenerator[Connection]:
    """Open a transaction of ``role``; ``snapshot``: it reads, all of it as of one moment."""
    async with connection_as(role, url) as connection, connection.transaction():
        if snapshot:
            await connection.execute(_SQL["read_one_moment"])
        yield connection
