"""What changes reaches whom it is about, nothing is missed, and nobody can make anything up."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from nabij_backend.db import Database
from nabij_backend.events import repository
from nabij_backend.events.feed import Feed, Subscription
from nabij_backend.events.state import FeedState
from nabij_backend.settings import Settings
from tests.backend.database.roles import ROLES, acting_as
from tests.backend.pools import subject_of
from tests.service import Caller, Service, notice

_PATIENCE_S = 20.0


@asynccontextmanager
async def fed(settings: Settings) -> AsyncGenerator[Feed]:
    """A feed that listens, for as long as somebody is inside."""
    database = Database(settings, new_id=uuid4)
    await database.open()
    feed = Feed(settings.required_database_url, database)
    try:
        feed.listen()
        await until(lambda: feed.listening_since is not None)
        yield feed
    finally:
        await feed.close()
        await database.close()


async def until(holds: Callable[[], bool]) -> None:
    """Return when it does."""
    async with asyncio.timeout(_PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - a feed tells its subscribers alone
            await asyncio.sleep(0.001)


async def hears(subscription: Subscription, state: FeedState) -> None:
    """Return when the subscription has heard of this state."""
    while subscription.heard != state:
        assert await subscription.woken(_PATIENCE_S), "it was not told"


@pytest.fixture
def eva(service: Service) -> Caller:
    """Somebody who granted everything: act 1, under notice 1."""
    caller = service.caller("eva")
    caller.grant()
    return caller


@pytest.fixture
def bob(service: Service) -> Caller:
    """Somebody else who did."""
    caller = service.caller("bob")
    caller.grant()
    return caller


Play = Callable[[Feed, UUID, UUID], Awaitable[None]]


@pytest.fixture
def playing(
    service: Service, superuser: psycopg.Connection, eva: Caller, bob: Caller
) -> Callable[[Play], None]:
    """Plays with a feed that listens, and the pseudonyms of Eva and Bob."""
    people = [subject_of(superuser, each.device_id) for each in (eva, bob)]

    def play(with_feed: Play) -> None:
        async def run() -> None:
            async with fed(service.settings) as feed:
                await with_feed(feed, *people)

        asyncio.run(run())

    return play


def test_an_act_reaches_its_person_and_nobody_else(
    playing: Callable[[Play], None], service: Service, eva: Caller
) -> None:
    async def play(feed: Feed, eva_id: UUID, bob_id: UUID) -> None:
        with (
            feed.subscribed(eva_id) as phone,
            feed.subscribed(eva_id) as tablet,
            feed.subscribed(bob_id) as other,
        ):
            await asyncio.to_thread(eva.withdraw)
            await asyncio.to_thread(service.publish, notice(2))
            await hears(phone, FeedState(2, 2))
            await hears(tablet, FeedState(2, 2))
            await hears(other, FeedState(1, 2))

    playing(play)


def test_who_left_is_told_nothing(playing: Callable[[Play], None], eva: Caller) -> None:
    async def play(feed: Feed, eva_id: UUID, bob_id: UUID) -> None:
        with feed.subscribed(eva_id) as gone:
            pass
        with feed.subscribed(eva_id) as phone, feed.subscribed(bob_id) as other:
            await asyncio.to_thread(eva.withdraw)
            await hears(phone, FeedState(2, 1))
            await hears(other, FeedState(1, 1))
        assert gone.heard == FeedState()

    playing(play)


def test_a_connection_that_breaks_is_made_again_and_what_was_missed_is_read(
    playing: Callable[[Play], None], superuser: psycopg.Connection, eva: Caller
) -> None:
    async def play(feed: Feed, eva_id: UUID, _bob_id: UUID) -> None:
        with feed.subscribed(eva_id) as phone:
            before = feed.listening_since
            superuser.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query LIKE 'LISTEN %'"
            )
            await asyncio.to_thread(eva.withdraw)
            await until(lambda: feed.listening_since not in {None, before})
            await hears(phone, FeedState(2, 1))

    playing(play)


def test_a_device_that_acknowledges_is_told_to_its_person_and_nobody_else(
    playing: Callable[[Play], None], eva: Caller, bob: Caller
) -> None:
    async def play(feed: Feed, eva_id: UUID, bob_id: UUID) -> None:
        with feed.subscribed(eva_id) as page, feed.subscribed(bob_id) as other:
            await asyncio.to_thread(eva.withdraw)
            await hears(page, FeedState(2, 1))
            page.devices_changed = False
            await asyncio.to_thread(eva.put_of_device, "acknowledgement", {"number": 2})
            await until(lambda: page.devices_changed)
            page.devices_changed = False
            await asyncio.to_thread(eva.delete, f"/v1/devices/{eva.device_id}")
            await until(lambda: page.devices_changed)
            await asyncio.to_thread(bob.withdraw)
            await hears(other, FeedState(2, 1))
            assert not other.devices_changed

    playing(play)


def test_an_erasure_is_told_once_as_an_act_after_the_last(
    playing: Callable[[Play], None], eva: Caller, bob: Caller
) -> None:
    async def play(feed: Feed, eva_id: UUID, bob_id: UUID) -> None:
        with feed.subscribed(eva_id) as page, feed.subscribed(bob_id) as other:
            await asyncio.to_thread(eva.withdraw)
            await hears(page, FeedState(2, 1))
            await asyncio.to_thread(eva.delete, "/v1/me")
            await hears(page, FeedState(3, 1))
            await asyncio.to_thread(bob.withdraw)
            await hears(other, FeedState(2, 1))
            assert page.heard == FeedState(3, 1)

    playing(play)


@pytest.mark.parametrize("role", ROLES)
def test_a_forged_notification_silences_no_act(
    playing: Callable[[Play], None],
    superuser: psycopg.Connection,
    eva: Caller,
    role: LiteralString,
) -> None:
    ((channel,),) = superuser.execute("SELECT name FROM notification_channel").fetchall()
    subject_id = subject_of(superuser, eva.device_id)
    database_url = eva.service.settings.required_database_url

    async def play(feed: Feed, eva_id: UUID, _bob_id: UUID) -> None:
        with feed.subscribed(eva_id) as phone:
            with acting_as(role, database_url) as forger:
                for name in (channel, "nabij_consent", "nabij_notice", "nabij_device"):
                    for payload in ("", "52.3702", "99", f"{subject_id} 99"):
                        named = sql.Identifier(name), sql.Literal(payload)
                        forger.execute(sql.SQL("NOTIFY {}, {}").format(*named))
                forger.commit()
            await asyncio.to_thread(eva.withdraw)
            await hears(phone, FeedState(2, 1))

    playing(play)


@pytest.mark.parametrize("role", ROLES)
def test_who_listens_hears_nothing_about_anybody(
    database_url: str, superuser: psycopg.Connection, eva: Caller, role: LiteralString
) -> None:
    ((channel,),) = superuser.execute("SELECT name FROM notification_channel").fetchall()
    with psycopg.connect(database_url, autocommit=True) as listener:
        listener.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        for name in (channel, "nabij_consent", "nabij_notice", "nabij_device", "nabij_catalogue"):
            listener.execute(sql.SQL("LISTEN {}").format(sql.Identifier(name)))
        eva.withdraw()
        eva.put_of_device("acknowledgement", {"number": 2})
        eva.delete("/v1/me")
        heard = list(listener.notifies(timeout=0.2))
    assert {(each.channel, each.payload) for each in heard} == {(channel, "")}


@pytest.mark.parametrize("role", ROLES)
def test_the_channel_is_known_to_those_who_tell(database_url: str, role: LiteralString) -> None:
    with acting_as(role, database_url) as connection:
        if role == "nabij_auditor":
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT name FROM notification_channel")
        else:
            connection.execute("SELECT name FROM nabij.notification_channel")


def test_a_look_sees_those_who_listen_and_nobody_else(
    service: Service, superuser: psycopg.Connection, eva: Caller, bob: Caller
) -> None:
    eva_id, bob_id = (subject_of(superuser, each.device_id) for each in (eva, bob))

    async def run() -> None:
        database = Database(service.settings, new_id=uuid4)
        await database.open()
        try:
            nobody = UUID(int=1)
            present = await repository.look(database, [eva_id, nobody])
            assert set(present.people) == {eva_id, nobody}
            assert present.people[nobody] is None
            async with database.transaction("test", reserved=True) as connection:
                rows = await connection.execute(b"SELECT count(*) AS acts FROM consent_event")
                assert await rows.fetchone() == {"acts": 0}
        finally:
            await database.close()

    asyncio.run(run())
    with acting_as("nabij_api", service.settings.required_database_url) as api:
        api.execute("SELECT set_config('nabij.listening', %s, true)", [f"{{{eva_id}}}"])
        seen = api.execute("SELECT DISTINCT subject_id FROM consent_event").fetchall()
        assert seen == [(eva_id,)]
        assert api.execute("SELECT count(*) FROM gps_status").fetchone() == (0,)
        assert api.execute("SELECT count(*) FROM live_grant").fetchone() == (0,)
        assert api.execute("DELETE FROM device").rowcount == 0
        assert bob_id != eva_id


def test_the_end_wakes_everybody(playing: Callable[[Play], None]) -> None:
    async def play(feed: Feed, eva_id: UUID, _bob_id: UUID) -> None:
        with feed.subscribed(eva_id) as phone:
            feed.end()
            assert await phone.woken(_PATIENCE_S)
            assert feed.is_over

    playing(play)


def test_it_closes_though_a_task_takes_the_first_cancellation_for_its_own(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deaf(_feed: Feed) -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    async def close() -> None:
        feed = Feed("", Database(settings, new_id=uuid4))
        feed.listen()
        await asyncio.sleep(0)
        async with asyncio.timeout(_PATIENCE_S):
            await feed.close()

    monkeypatch.setattr(Feed, "_look", deaf)
    asyncio.run(close())
