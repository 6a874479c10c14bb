"""What the database tells reaches whom it is about, and nothing is missed."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import psycopg
import pytest

from nabij_backend import embedded
from nabij_backend.events.feed import Feed, Subscription
from nabij_backend.events.state import State

_PATIENCE_S = 20.0
EVA, BOB = UUID(int=1), UUID(int=2)


@asynccontextmanager
async def fed(url: str) -> AsyncGenerator[Feed]:
    """A feed, for as long as somebody is inside."""
    feed = Feed(url)
    try:
        yield feed
    finally:
        await feed.close()


async def listens(subscription: Subscription) -> None:
    """Return when the feed has told that it listens, anew or for the first time."""
    subscription.is_unsure = False
    while not subscription.is_unsure:
        assert await subscription.woken(_PATIENCE_S), "nobody listens"
    subscription.is_unsure = False


async def hears(subscription: Subscription, state: State) -> None:
    """Return when the subscription has heard of this state."""
    while subscription.heard != state:
        assert await subscription.woken(_PATIENCE_S), "it was not told"


def tell(superuser: psycopg.Connection, subject_id: UUID, number: int) -> None:
    superuser.execute("SELECT pg_notify('nabij_consent', %s)", [f"{subject_id} {number}"])


def test_an_act_reaches_its_person_and_nobody_else(
    database_url: str, superuser: psycopg.Connection
) -> None:
    async def play() -> None:
        async with fed(database_url) as feed:
            with feed.subscribed(EVA) as phone, feed.subscribed(EVA) as tablet:
                await listens(phone)
                with feed.subscribed(BOB) as other:
                    tell(superuser, EVA, 4)
                    tell(superuser, EVA, 3)
                    superuser.execute("SELECT pg_notify('nabij_notice', '2')")
                    await hears(phone, State(4, 2))
                    await hears(tablet, State(4, 2))
                    await hears(other, State(0, 2))

    asyncio.run(play())


def test_who_was_not_there_is_told_nothing(
    database_url: str, superuser: psycopg.Connection
) -> None:
    async def play() -> None:
        async with fed(database_url) as feed:
            with feed.subscribed(EVA) as gone:
                await listens(gone)
            with feed.subscribed(BOB) as other:
                tell(superuser, EVA, 4)
                tell(superuser, BOB, 1)
                await hears(other, State(1, 0))
            assert gone.heard == State()

    asyncio.run(play())


def test_a_connection_that_breaks_is_made_again_and_everybody_reads_the_state(
    database_url: str, superuser: psycopg.Connection, cluster: embedded.Cluster
) -> None:
    async def play() -> None:
        async with fed(database_url) as feed:
            with feed.subscribed(EVA) as phone, feed.subscribed(BOB) as other:
                await listens(phone)
                other.is_unsure = False
                with psycopg.connect(cluster.url(), autocommit=True) as outside:
                    outside.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = %s AND query LIKE '%%LISTEN nabij_%%'",
                        [superuser.info.dbname],
                    )
                await listens(phone)
                assert other.is_unsure
                tell(superuser, EVA, 5)
                await hears(phone, State(5, 0))

    asyncio.run(play())


def test_a_device_that_acknowledges_is_told_to_its_person_and_nobody_else(
    database_url: str, superuser: psycopg.Connection
) -> None:
    async def play() -> None:
        async with fed(database_url) as feed:
            with feed.subscribed(EVA) as page, feed.subscribed(BOB) as other:
                await listens(page)
                superuser.execute("SELECT pg_notify('nabij_device', %s)", [str(EVA)])
                while not page.devices_changed:
                    assert await page.woken(_PATIENCE_S), "it was not told"
                assert not other.devices_changed

    asyncio.run(play())


@pytest.mark.parametrize("garbage", ["", "52.3702", "eva 4", f"{EVA}", f"{EVA} four", f"{EVA} 1 2"])
def test_what_somebody_else_writes_there_tells_nothing_and_ends_nothing(
    database_url: str, superuser: psycopg.Connection, garbage: str
) -> None:
    async def play() -> None:
        async with fed(database_url) as feed:
            with feed.subscribed(EVA) as phone:
                await listens(phone)
                for channel in ("nabij_consent", "nabij_notice"):
                    superuser.execute("SELECT pg_notify(%s, %s)", [channel, garbage])
                tell(superuser, EVA, 4)
                await hears(phone, State(4, 0))
                assert not phone.is_unsure

    asyncio.run(play())


def test_the_end_wakes_everybody(database_url: str) -> None:
    async def play() -> None:
        async with fed(database_url) as feed:
            with feed.subscribed(EVA) as phone:
                await listens(phone)
                feed.end()
                assert await phone.woken(_PATIENCE_S)
                assert feed.is_over

    asyncio.run(play())
