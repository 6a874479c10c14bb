"""Nothing outlives a withdrawal, however many devices report while it happens.

Real connections, one to each reporter, meet in PostgreSQL; what each of them does is the service's
own code, from the transaction of the person who signed in to its commit.
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import NamedTuple
from uuid import UUID, uuid4

import psycopg
from pydantic import SecretStr

from nabij_backend.cli.notice import publish_notice
from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.consents import service as consents
from nabij_backend.consents.schemas import Act, WithdrawalAct
from nabij_backend.db import Database, SignInDigest
from nabij_backend.notices import service as notices
from nabij_backend.settings import Settings
from nabij_backend.status import service as status
from nabij_backend.status.schemas import Batch
from nabij_consent import NEARBY_SOURCES, EventKind, Locale, Signal
from tests.service import AMSTERDAM

NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
MOMENT = consents.Moment(now=NOW, salt=bytes(16))
REPORTERS = 8
PEOPLE = int(os.environ.get("NABIJ_RACE_ROUNDS", "60"))


class Outcome(NamedTuple):
    """What became of the people who withdrew."""

    accepted_before: int
    accepted_afterwards: int
    rows_left: int


class Person:
    """Somebody whose devices report while they withdraw."""

    def __init__(self, database: Database, number: int) -> None:
        self._database = database
        self._digest = number.to_bytes(32)
        self._reported = asyncio.Event()
        self._withdrawn = asyncio.Event()
        self.accepted_before = self.accepted_afterwards = 0

    async def live(self) -> None:
        """Agree, report from all devices, and withdraw in the midst of it."""
        epoch = await self._grant()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(REPORTERS):
                tasks.create_task(self._report_on_and_on(_batch(epoch)))
            tasks.create_task(self._withdraw())

    async def _grant(self) -> int:
        async with self._database.transaction_of("test", SignInDigest(self._digest)) as session:
            notice = await notices.current(session.connection)
            shown = await notices.serve(session, notice, Locale.NL, nonce=uuid4(), now=NOW)
            act = Act(
                id=uuid4(),
                kind=EventKind.GRANTED,
                purpose=NEARBY_SOURCES.slug,
                signals=tuple(Signal),
                notice_version=notice.version,
                nonce=shown.nonce,
                device_id=uuid4(),
                occurred_at=NOW,
            )
            answer = await consents.answer(session, act, MOMENT)
        return answer.permissions[0].epoch or 0

    async def _report_on_and_on(self, batch: Batch) -> None:
        device_id = uuid4()
        once_more = True
        while once_more:
            once_more = not self._withdrawn.is_set()
            accepted = await self._report(device_id, batch)
            if once_more:
                self.accepted_before += accepted
            else:
                self.accepted_afterwards += accepted

    async def _report(self, device_id: UUID, batch: Batch) -> int:
        async with self._database.transaction_of("test", SignInDigest(self._digest)) as session:
            verdicts = await status.report(session, device_id, batch, NOW)
        if verdicts.accepted:
            self._reported.set()
        return len(verdicts.accepted)

    async def _withdraw(self) -> None:
        await self._reported.wait()
        act = WithdrawalAct(id=uuid4(), device_id=uuid4(), occurred_at=NOW)
        async with self._database.transaction_of("test", SignInDigest(self._digest)) as session:
            await consents.withdraw(session, act, MOMENT)
        self._withdrawn.set()


def _batch(epoch: int) -> Batch:
    common = {"purpose": NEARBY_SOURCES.slug, "epoch": epoch, "hour": NOW.replace(minute=0)}
    states: dict[Signal, dict[str, object]] = {
        Signal.GPS: {"cell": AMSTERDAM},
        Signal.GSM: {"connected": True},
        Signal.WIFI: {"connected": True},
    }
    reports = [
        {**common, "id": uuid4(), "signal": signal, **state} for signal, state in states.items()
    ]
    return Batch.model_validate({"platform": "linux", "reports": reports})


@asynccontextmanager
async def _database(url: str) -> AsyncGenerator[Database]:
    numbers = count(1)
    settings = Settings(database_url=SecretStr(url), pool_size=REPORTERS + 1)
    database = Database(settings, new_id=lambda: UUID(int=next(numbers)))
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def _people_withdraw(url: str, people: int) -> list[Person]:
    await publish_notice(url, STARTER_NOTICE)
    async with _database(url) as database:
        lives = [Person(database, number) for number in range(people)]
        for person in lives:
            await person.live()
    return lives


def withdraw_under_fire(url: str, superuser: psycopg.Connection, people: int) -> Outcome:
    """Let people withdraw one after the other, each with eight devices that report meanwhile."""
    lives = asyncio.run(_people_withdraw(url, people))
    (rows,) = superuser.execute(
        "SELECT (SELECT count(*) FROM gps_status) + (SELECT count(*) FROM gsm_status) "
        "+ (SELECT count(*) FROM wifi_status)"
    ).fetchall()
    return Outcome(
        accepted_before=sum(person.accepted_before for person in lives),
        accepted_afterwards=sum(person.accepted_afterwards for person in lives),
        rows_left=rows[0],
    )


def test_nothing_is_left_of_people_who_withdraw_while_8_devices_report(
    database_url: str, superuser: psycopg.Connection
) -> None:
    outcome = withdraw_under_fire(database_url, superuser, people=PEOPLE)
    assert outcome.accepted_before >= PEOPLE
    assert (outcome.accepted_afterwards, outcome.rows_left) == (0, 0)


def test_it_is_the_foreign_keys_that_leave_nothing(
    database_url: str, superuser: psycopg.Connection
) -> None:
    for table, constraint in superuser.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint "
        "WHERE confrelid = 'live_grant'::regclass AND contype = 'f'"
    ).fetchall():
        statement = f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"
        superuser.execute(statement.encode())
    assert withdraw_under_fire(database_url, superuser, people=5).rows_left > 0
