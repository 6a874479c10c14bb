"""Who is woken, by what, and what becomes of messages that do not arrive."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from structlog.testing import capture_logs

from nabij_backend.db import Role, connection_as
from nabij_backend.push.sender import Delivery, Sent
from nabij_backend.push.service import new_pace, push_once, tell_of_notice_once
from nabij_backend.shares import Rates
from tests.backend.push.conftest import reachable
from tests.service import Caller, Service, notice

PHONE = "push-token-of-the-phone:1"
TABLET = "push-token-of-the-tablet:2"
TAKEN = Sent(Delivery.TAKEN)


class Sender:
    """Takes what it is given, unless told otherwise; remembers to whom it sent."""

    def __init__(self, becomes: Mapping[str, Sent] | None = None) -> None:
        self._becomes = becomes or {}
        self.sent: list[str] = []

    async def send(self, token: str) -> Sent:
        self.sent.append(token)
        return self._becomes.get(token, TAKEN)

    async def look(self) -> None:
        """Nothing is out of reach."""

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def devices(waking: Service) -> tuple[Caller, Caller]:
    """A phone and a tablet of one person; nothing waits to be sent."""
    phone = reachable(waking.caller(), PHONE)
    return phone, reachable(phone.on_another_device(), TABLET)


@pytest.fixture
def outbox(superuser: psycopg.Connection, devices: object) -> psycopg.Connection:
    """The superuser, once what the fixtures queued is gone."""
    assert devices
    superuser.execute("DELETE FROM push_outbox")
    return superuser


def push(service: Service, sender: Sender, pace: Rates | None = None) -> int:
    """Do one round of the worker; returns how many messages were tried."""

    async def play() -> int:
        url = service.settings.required_database_url
        async with connection_as(Role.WORKER, url) as connection:
            await tell_of_notice_once(connection, uuid4(), service.clock())
            became = await push_once(connection, sender, service.clock(), pace or new_pace())
            return sum(became.values())

    return asyncio.run(play())


def waiting(superuser: psycopg.Connection) -> list[str]:
    """Whom a message waits for."""
    query = "SELECT push_token FROM push_outbox JOIN device USING (subject_id, device_id)"
    return [token for (token,) in superuser.execute(query).fetchall()]


def due(superuser: psycopg.Connection) -> tuple[int, datetime]:
    (row,) = superuser.execute("SELECT attempts, due_at FROM push_outbox").fetchall()
    return row[0], row[1].astimezone(UTC)


def test_an_act_wakes_the_other_devices_once_each(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    phone, _tablet = devices
    phone.withdraw(signals=["wifi"])
    phone.withdraw()
    assert waiting(outbox) == [TABLET]
    sender = Sender()
    assert push(phone.service, sender) == 1
    assert sender.sent == [TABLET]
    assert waiting(outbox) == []
    assert push(phone.service, sender) == 0


def test_a_device_without_a_token_is_not_woken(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    phone, tablet = devices
    path = f"/v1/devices/{tablet.device_id}/push-token"
    assert phone.service.http.delete(path, headers=phone.headers).status_code == 204
    phone.withdraw()
    assert outbox.execute("SELECT count(*) FROM push_outbox").fetchone() == (0,)


def test_a_token_given_back_takes_its_message_out_of_the_way(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    phone, tablet = devices
    phone.withdraw()
    path = f"/v1/devices/{tablet.device_id}/push-token"
    phone.service.http.delete(path, headers=phone.headers)
    assert waiting(outbox) == [None]
    sender = Sender()
    assert push(phone.service, sender) == 0
    assert sender.sent == []


def test_where_nobody_sends_no_token_is_kept(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = reachable(service.caller(), PHONE)
    eva.on_another_device().grant()
    assert superuser.execute("SELECT DISTINCT push_token FROM device").fetchall() == [(None,)]
    assert superuser.execute("SELECT count(*) FROM push_outbox").fetchone() == (0,)


def test_a_notice_that_asks_anew_wakes_every_device_of_who_had_agreed_once(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    service, sender = devices[0].service, Sender()
    reachable(service.caller("bob"), "push-token-of-a-phone-of-bob").withdraw()
    push(service, Sender())
    service.publish(notice(2))
    assert push(service, sender) == 2
    assert sorted(sender.sent) == [PHONE, TABLET]
    assert push(service, sender) == 0
    assert waiting(outbox) == []


def test_other_words_wake_nobody(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    devices[0].service.publish(notice(2, material_since=1))
    assert push(devices[0].service, Sender()) == 0
    assert waiting(outbox) == []


def test_who_agreed_to_the_notice_before_its_device_was_told_is_not_woken(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    phone, _tablet = devices
    phone.service.publish(notice(2))
    phone.grant()
    outbox.execute("DELETE FROM push_outbox")
    assert push(phone.service, Sender()) == 0


def test_an_act_that_fails_wakes_nobody(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    phone, _tablet = devices
    body = phone.act("granted", ["gps"]) | {"nonce": None}
    assert phone.post("/v1/consents", body).status_code == 409
    assert waiting(outbox) == []


def test_what_does_not_arrive_is_tried_again_ever_later(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    phone, _tablet = devices
    sender, clock = Sender({TABLET: Sent(Delivery.TRY_LATER)}), phone.service.clock
    phone.withdraw()
    for attempt in range(13):
        before = clock()
        assert push(phone.service, sender) == 1
        wait = min(timedelta(minutes=2**attempt), timedelta(days=1))
        assert due(outbox) == (attempt + 1, before + wait)
        clock.advance(wait - timedelta(seconds=1))
        assert push(phone.service, sender) == 0
        clock.advance(timedelta(seconds=1))


def test_google_s_own_wait_is_kept_and_others_are_woken_meanwhile(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    phone, _tablet = devices
    quota = Sent(Delivery.TRY_LATER, "QuotaExceededError", timedelta(hours=3))
    phone.withdraw()
    before = phone.service.clock()
    push(phone.service, Sender({TABLET: quota}))
    assert due(outbox) == (1, before + timedelta(hours=3))
    bob = reachable(phone.service.caller("bob"), "push-token-of-a-phone-of-bob")
    reachable(bob.on_another_device(), "push-token-of-a-tablet-of-bob").withdraw()
    sender = Sender()
    push(phone.service, sender)
    assert sender.sent == ["push-token-of-a-phone-of-bob"]


def test_google_cannot_put_a_message_off_for_good(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    phone, _tablet = devices
    phone.withdraw()
    before = phone.service.clock()
    push(phone.service, Sender({TABLET: Sent(Delivery.TRY_LATER, "E", timedelta(days=99))}))
    assert due(outbox) == (1, before + timedelta(days=1))


def test_a_device_is_woken_four_times_at_once_then_once_in_fifteen_seconds(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    phone, _tablet = devices
    clock, sender = phone.service.clock, Sender()
    pace = new_pace(lambda: clock().timestamp())
    for _ in range(10):
        phone.withdraw()
        push(phone.service, sender, pace)
    assert len(sender.sent) == 4
    assert due(outbox) == (0, clock() + timedelta(seconds=15))
    clock.advance(timedelta(seconds=15))
    push(phone.service, sender, pace)
    assert len(sender.sent) == 5
    assert waiting(outbox) == []


def test_what_failed_is_said_without_saying_whose(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    assert outbox
    phone, _tablet = devices
    phone.withdraw()
    with capture_logs() as lines:
        push(phone.service, Sender({TABLET: Sent(Delivery.TRY_LATER, "QuotaExceededError")}))
    (line,) = (each for each in lines if each["event"] == "push failed")
    assert line["messages"] == {"try-later QuotaExceededError": 1}
    assert TABLET not in str(lines)


def test_a_newer_act_is_told_at_once_again(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    phone, _tablet = devices
    phone.withdraw(signals=["gps"])
    push(phone.service, Sender({TABLET: Sent(Delivery.TRY_LATER)}))
    phone.withdraw(signals=["wifi"])
    assert due(outbox) == (0, phone.service.clock())


def test_an_act_while_google_answers_leaves_its_own_message(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    phone, _tablet = devices

    class Slow(Sender):
        async def send(self, token: str) -> Sent:
            phone.withdraw(signals=["wifi"])
            return await super().send(token)

    phone.withdraw(signals=["gps"])
    assert push(phone.service, Slow()) == 1
    assert waiting(outbox) == [TABLET]


def test_a_dead_token_is_dropped_with_its_message(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection
) -> None:
    phone, _tablet = devices
    phone.withdraw()
    push(phone.service, Sender({TABLET: Sent(Delivery.NOBODY_THERE)}))
    assert outbox.execute("SELECT count(*) FROM push_outbox").fetchone() == (0,)
    tokens = outbox.execute("SELECT push_token FROM device WHERE push_token IS NOT NULL")
    assert tokens.fetchall() == [(PHONE,)]


def test_two_workers_never_send_the_same_message(
    devices: tuple[Caller, Caller], outbox: psycopg.Connection, database_url: str
) -> None:
    phone, _tablet = devices
    phone.withdraw()
    sender = Sender()
    with psycopg.connect(database_url, options="-c search_path=nabij,public") as other:
        other.execute("SELECT FROM push_outbox FOR UPDATE")
        assert push(phone.service, sender) == 0
    assert push(phone.service, sender) == 1
    assert waiting(outbox) == []
