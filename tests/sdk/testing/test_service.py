"""What an app's test sees of the service in memory, through the clients that apps use."""

import asyncio
import json
import threading
from collections.abc import Generator
from dataclasses import replace

import pytest

import nabij
from nabij.testing import (
    FakeSensor,
    FakeService,
    Fault,
    LostAnswer,
    Nonsense,
    Offline,
    ServerError,
    Slow,
    TooManyRequests,
    example_notice,
)
from tests.sdk.service import UTRECHT, UTRECHT_CELL


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def client(service: FakeService) -> Generator[nabij.Client]:
    with nabij.Client(
        service.url,
        token=service.token("eva"),
        http=service.http(),
        public_http=service.http(),
        clock=service.clock,
        sensors={"gps": FakeSensor(UTRECHT, UTRECHT)},
        coarsening="plain",
    ) as made:
        yield made


def agree(client: nabij.Client) -> None:
    client.grant(client.notice(), ["gps"])


def test_shows_what_an_app_did(service: FakeService, client: nabij.Client) -> None:
    agree(client)
    client.collect()
    client.report()
    (status,) = service.statuses
    assert (status.account, status.signal, status.verdict) == ("eva", "gps", "accepted")
    assert status.state == {"cell": UTRECHT_CELL}
    assert list(service.kept("eva").values()) == [{"cell": UTRECHT_CELL}]
    assert client.withdraw().erased[nabij.Signal.GPS] == 1
    assert not service.kept("eva")
    assert [each.kind for each in service.acts] == ["granted", "withdrawn"]
    assert [each.route for each in service.requests] == [
        "GET /v1/notice",
        "POST /v1/consents",
        "PUT /v1/devices/{device_id}/status",
        "POST /v1/consents/withdrawals",
    ]


def test_has_sources_and_places(client: nabij.Client) -> None:
    (place,) = client.places("amersf")
    assert [each.name for each in client.nearby_at(place.cell, 1)][:1] == ["School roof"]


def test_serves_an_asynchronous_client(service: FakeService) -> None:
    async def agree_and_withdraw() -> nabij.Withdrawal:
        async with nabij.AsyncClient(
            service.url,
            token=service.token("eva"),
            http=service.async_http(),
            public_http=service.async_http(),
            clock=service.clock,
        ) as client:
            await client.grant(await client.notice(), ["gps"])
            return await client.withdraw()

    assert asyncio.run(agree_and_withdraw()).told_server


def test_another_device_and_another_notice_are_heard_of(
    service: FakeService, client: nabij.Client
) -> None:
    agree(client)
    changes = client.changes()
    assert next(changes) is nabij.Change.CONSENT
    assert next(changes) is nabij.Change.NOTICE
    tablet = service.other_device("eva")
    tablet.withdraw("gps")
    assert next(changes) is nabij.Change.CONSENT
    assert isinstance(client.permission("gps"), nabij.Refused)
    tablet.allow("gps")
    assert next(changes) is nabij.Change.CONSENT
    assert isinstance(client.permission("gps"), nabij.Allowed)
    service.publish(example_notice(2))
    assert next(changes) is nabij.Change.NOTICE
    assert isinstance(client.permission("gps"), nabij.Refused)


def test_a_stream_that_broke_is_opened_again(service: FakeService, client: nabij.Client) -> None:
    agree(client)
    changes = client.changes()
    assert [next(changes), next(changes)] == [nabij.Change.CONSENT, nabij.Change.NOTICE]
    with service.failing(Offline()):
        service.other_device("eva").refuse("gps")
    assert next(changes) is nabij.Change.CONSENT
    opened = [each.route for each in service.requests].count("GET /v1/events")
    assert opened == 2


def test_a_stream_ends_with_its_client(client: nabij.Client) -> None:
    agree(client)
    heard: list[nabij.Change] = []
    both = threading.Event()

    def listen() -> None:
        for change in client.changes():
            heard.append(change)
            if len(heard) == 2:
                both.set()

    thread = threading.Thread(target=listen)
    thread.start()
    assert both.wait(10)
    client.close()
    thread.join(10)
    assert not thread.is_alive()
    assert len(heard) == 2


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Offline(), nabij.NotReachable),
        (ServerError(), nabij.ServiceUnavailable),
        (TooManyRequests(7), nabij.ServiceUnavailable),
        (Nonsense(), nabij.UnknownAnswer),
        (Nonsense(b"Bad gateway", 502), nabij.ServiceUnavailable),
    ],
)
def test_a_fault_is_met_before_anything_is_done(
    service: FakeService,
    client: nabij.Client,
    fault: Fault,
    error: type[nabij.NabijError],
) -> None:
    notice = client.notice()
    with service.failing(fault), pytest.raises(error) as met:
        client.grant(notice, ["gps"])
    assert not service.acts
    assert getattr(met.value, "retry_after_s", None) in {None, 7}
    assert len(service.requests) == 2
    client.grant(notice, ["gps"])


def test_a_wait_is_asked_for_in_seconds(service: FakeService, client: nabij.Client) -> None:
    service.fail_next(TooManyRequests(7))
    with pytest.raises(nabij.ServiceUnavailable) as met:
        client.notice()
    assert met.value.retry_after_s == 7


def test_a_lost_answer_was_an_answer(service: FakeService, client: nabij.Client) -> None:
    notice = client.notice()
    service.fail_next(LostAnswer())
    with pytest.raises(nabij.NotReachable):
        client.grant(notice, ["gps"])
    assert [each.kind for each in service.acts] == ["granted"]
    client.grant(notice, ["gps"])
    assert len(service.acts) == 1


def test_a_slow_answer_takes_as_long_as_the_test_wants(
    service: FakeService, client: nabij.Client
) -> None:
    seen: list[int] = []
    notice = client.notice()
    service.fail_next(Slow(lambda: seen.append(len(service.acts))))
    client.grant(notice, ["gps"])
    assert seen == [1]


def test_faults_of_a_block_end_with_it_and_the_next_ones_come_first(
    service: FakeService, client: nabij.Client
) -> None:
    with service.failing(Offline()):
        service.fail_next(TooManyRequests())
        with pytest.raises(nabij.ServiceUnavailable):
            client.refresh()
        with pytest.raises(nabij.NotReachable):
            client.refresh()
    client.refresh()


def test_without_a_notice_nobody_can_be_asked(service: FakeService) -> None:
    silent = FakeService(None, clock=service.clock)
    with (
        nabij.Client(
            silent.url, token=silent.token("eva"), http=silent.http(), public_http=silent.http()
        ) as client,
        pytest.raises(nabij.Rejected) as met,
    ):
        client.notice()
    assert met.value.problem.type == "/problems/no-notice"


def test_what_it_keeps_for_a_test_shows_nothing_of_the_content(
    service: FakeService, client: nabij.Client
) -> None:
    agree(client)
    client.collect()
    client.report()
    shown = repr((service, service.requests, service.statuses, service.acts))
    token = service.token("eva")() or "-"
    assert UTRECHT_CELL not in shown
    assert token not in shown
    assert json.loads(json.dumps(str(service.requests[-1])))
    assert str(replace(service.requests[-1], account=None)).endswith("by nobody about gps")
