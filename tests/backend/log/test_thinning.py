"""Of old checkpoints one an hour stays, and each that was cosigned; acts stay provable."""

import asyncio
from datetime import datetime, timedelta

import psycopg
import pytest

from nabij_backend.db import Database, Role, connection_as
from nabij_backend.log.documents import read_inclusion
from nabij_backend.log.known import KnownLog
from nabij_backend.log.thinning import thin_once
from nabij_backend.log.verification import check_inclusion
from nabij_consent import Receipt
from tests.backend.log.sequencing import place, read, receipt_of, signer_of
from tests.backend.pools import with_database
from tests.backend.retention.sweeping import sweep_round
from tests.service import Service

_COSIGNED = """
INSERT INTO cosignature (tree_size, origin, witness, line, cosigned_at)
VALUES (%s, 'nabij.example/log', 'w.example',
    '— w.example ' || repeat('A', 102) || '==', '2026-06-01Z')
"""
_DAY = timedelta(days=1)


def thin(service: Service, now: datetime, *, batch: int = 10_000) -> int:
    """One round of the worker."""

    async def run() -> int:
        url = service.settings.required_database_url
        async with connection_as(Role.WORKER, url) as connection:
            return await thin_once(connection, now, batch=batch)

    return asyncio.run(run())


def sizes(superuser: psycopg.Connection) -> list[int]:
    """Of which trees there are heads."""
    found = superuser.execute("SELECT tree_size FROM checkpoint ORDER BY tree_size").fetchall()
    return [size for (size,) in found]


@pytest.fixture
def receipts(service: Service) -> list[Receipt]:
    """Those of nine acts, three an hour, each with a head of its own."""
    found: list[Receipt] = []
    for number in range(9):
        found.append(read(service, receipt_of(service.caller(str(number)))))
        place(service)
        service.clock.advance(timedelta(hours=1) if number % 3 == 2 else timedelta(minutes=1))
    return found


def test_one_an_hour_stays_and_all_of_the_last_day(
    service: Service, superuser: psycopg.Connection, receipts: list[Receipt]
) -> None:
    assert len(receipts) == 9
    began = service.clock() - timedelta(hours=3, minutes=6)
    assert thin(service, began + _DAY) == 0
    assert thin(service, began + _DAY + timedelta(minutes=2, seconds=1)) == 2
    assert sizes(superuser) == [3, 4, 5, 6, 7, 8, 9]
    assert thin(service, service.clock() + 2 * _DAY, batch=1) == 4
    assert sizes(superuser) == [3, 6, 9]


def test_a_worker_thins_every_hour(
    service: Service, superuser: psycopg.Connection, receipts: list[Receipt]
) -> None:
    assert len(receipts) == 9
    service.clock.advance(2 * _DAY)

    async def use(database: Database) -> None:
        each = sweep_round(service.settings, database, service.clock)
        url = service.settings.required_database_url
        async with connection_as(Role.WORKER, url) as connection:
            await each.once(connection)

    with_database(service.settings, use)
    assert sizes(superuser) == [3, 6, 9]


def test_each_that_a_witness_cosigned_stays(
    service: Service, superuser: psycopg.Connection, receipts: list[Receipt]
) -> None:
    assert len(receipts) == 9
    superuser.execute(_COSIGNED, [4])
    thin(service, service.clock() + 2 * _DAY)
    assert sizes(superuser) == [3, 4, 6, 9]


def test_every_act_stays_provable(service: Service, receipts: list[Receipt]) -> None:
    thin(service, service.clock() + 2 * _DAY)
    keys = signer_of(service.settings).public()
    for receipt in receipts:
        answer = service.http.get(
            "/v1/log/proof/inclusion", params={"leaf_hash": receipt.leaf_hash.hex()}
        )
        assert check_inclusion(receipt, read_inclusion(answer.json()), keys).tree_size == 9


@pytest.mark.parametrize("role", [Role.API, Role.WORKER, Role.AUDITOR])
def test_a_host_that_knows_a_checkpoint_that_went_goes_on(
    service: Service, superuser: psycopg.Connection, receipts: list[Receipt], role: Role
) -> None:
    assert len(receipts) == 9
    row = superuser.execute("SELECT signed_tree_head FROM checkpoint WHERE tree_size = 5")
    (text,) = row.fetchone() or ("",)
    known = KnownLog(signer_of(service.settings))
    asyncio.run(known.keep(text))
    thin(service, service.clock() + 2 * _DAY)
    assert 5 not in sizes(superuser)

    async def require() -> None:
        async with connection_as(role, service.settings.required_database_url) as connection:
            await known.require(connection)

    asyncio.run(require())
    assert service.caller().grant()


def test_the_database_keeps_the_last_of_an_hour_and_the_newest(
    superuser: psycopg.Connection, receipts: list[Receipt]
) -> None:
    assert len(receipts) == 9
    for size in (3, 6, 9):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="of an hour stays"):
            superuser.execute("DELETE FROM checkpoint WHERE tree_size = %s", [size])
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="of an hour stays"):
        superuser.execute("DELETE FROM checkpoint")
    for statement in ("UPDATE checkpoint SET tree_size = 10", "TRUNCATE checkpoint CASCADE"):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="insert-only"):
            superuser.execute(statement)
    assert superuser.execute("DELETE FROM checkpoint WHERE tree_size < 3").rowcount == 2
