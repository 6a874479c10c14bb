"""The loop of an app, a round at a time: when the service is asked, and when the next is due."""

import asyncio
from datetime import timedelta

import pytest

import nabij
from nabij.testing import FakeSensor, Fault, Nonsense, Offline, Phone, ServerError

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def phone(nabij_phone: Phone) -> Phone:
    return nabij_phone


@pytest.fixture
def client(nabij_client: nabij.Client) -> nabij.Client:
    return nabij_client


def asked(phone: Phone) -> int:
    return [each.route for each in phone.service.requests].count("GET /v1/consents")


def allow(client: nabij.Client, *signals: str) -> None:
    client.grant(client.notice(), signals)


def test_a_round_asks_collects_and_reports(phone: Phone, client: nabij.Client) -> None:
    allow(client, "wifi")
    stepped = client.step()
    assert stepped.collected.queued == ("wifi",)
    assert stepped.report is not None
    assert stepped.report.accepted == 1
    assert stepped.failure is None
    assert stepped.again_at == phone.clock() + HOUR


def test_both_clients_take_the_same_round(phone: Phone) -> None:
    async def stepped() -> nabij.Stepped:
        async with nabij.AsyncClient(**phone.async_arguments("eva")) as client:
            await client.grant(await client.notice(), ["wifi"])
            return await client.step()

    round_ = asyncio.run(stepped())
    assert (round_.collected.queued, round_.failure) == (("wifi",), None)
    assert round_.report is not None
    assert round_.report.accepted == 1


def test_the_service_is_asked_at_first_and_an_hour_after_half_the_lease(
    phone: Phone, client: nabij.Client
) -> None:
    counts: list[int] = []
    for _ in range(28):
        client.step()
        counts.append(asked(phone))
        phone.wait(HOUR)
    assert counts == [1] * 13 + [2] * 13 + [3] * 2


def test_what_another_device_withdrew_is_asked_for_where_the_service_refuses(
    phone: Phone, client: nabij.Client
) -> None:
    allow(client, "wifi")
    phone.service.other_device("eva").withdraw()
    before = asked(phone)
    assert client.step().collected.queued == ("wifi",)  # it has not heard, and is refused
    phone.wait(HOUR)
    assert client.step().collected.queued == ()
    assert asked(phone) == before + 1


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Offline(), nabij.NotReachable),
        (ServerError(), nabij.ServiceUnavailable),
        (Nonsense(), nabij.UnknownAnswer),
        (Nonsense(status=302), nabij.UnknownAnswer),
        (Nonsense(status=403), nabij.Rejected),
        (Nonsense(status=404), nabij.Rejected),
        (Nonsense(status=511), nabij.ServiceUnavailable),
    ],
    ids=["offline", "server error", "portal", "302", "403", "404", "511"],
)
def test_a_network_is_no_error_and_a_withdrawal_before_it_holds(
    phone: Phone, client: nabij.Client, fault: Fault, failure: type[nabij.NabijError]
) -> None:
    allow(client, "wifi")
    with phone.service.failing(fault):
        stepped = client.step()
        assert isinstance(stepped.failure, failure)
        assert stepped.failure.__traceback__ is None
        assert stepped.report is None
        assert stepped.again_at == phone.clock() + 5 * MINUTE
        client.withdraw()
        assert client.step().collected.queued == ()
    assert client.step().failure is None
    assert phone.service.kept("eva") == {}


def test_a_phone_at_a_new_place_is_looked_at_again_in_five_minutes(
    phone: Phone, client: nabij.Client
) -> None:
    allow(client, "gps")
    pauses: list[timedelta] = []
    for _ in range(4):
        stepped = client.step()
        pauses.append(stepped.again_at - phone.clock())
        phone.clock.advance(pauses[-1])
    # A square that is known at 9:40 is told as soon as the next hour begins.
    assert pauses == [5 * MINUTE, 5 * MINUTE, 20 * MINUTE, 40 * MINUTE]
    assert len(phone.service.kept("eva")) == 1


def test_a_sensor_that_fails_is_tried_again_in_five_minutes(phone: Phone) -> None:
    sensor = FakeSensor[nabij.Position]()
    sensor.give(nabij.SensorTimeout())
    phone.sensors = {"gps": sensor}
    with nabij.Client(**phone.arguments("eva")) as client:
        allow(client, "gps")
        stepped = client.step()
    assert set(stepped.collected.failed) == {"gps"}
    assert stepped.again_at == phone.clock() + 5 * MINUTE


def test_nothing_is_read_without_a_yes(phone: Phone, client: nabij.Client) -> None:
    for _ in range(3):
        assert client.step().collected.queued == ()
        phone.wait(HOUR)
    assert phone.uses == 0


def test_who_signed_out_hears_of_it(phone: Phone) -> None:
    arguments = phone.arguments("eva")
    arguments["token"] = lambda: None
    with nabij.Client(**arguments) as client, pytest.raises(nabij.NotSignedIn):
        client.step()
