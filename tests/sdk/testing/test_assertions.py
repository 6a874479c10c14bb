"""The assertions fail where they should, and say what came without saying what it held."""

from uuid import uuid4

import pytest

import nabij
from nabij.testing import (
    FakeSensor,
    FakeService,
    Offline,
    assert_never_started,
    assert_nothing_kept,
    assert_nothing_reported_after,
    assert_nothing_sent_after,
)
from tests.sdk.service import UTRECHT, UTRECHT_CELL

_REPORT = "PUT /v1/devices/{device_id}/status by eva about gps"


@pytest.fixture
def gps() -> FakeSensor[nabij.Position]:
    return FakeSensor(UTRECHT, UTRECHT)


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def client(service: FakeService, gps: FakeSensor[nabij.Position]) -> nabij.Client:
    client = nabij.Client(
        service.url,
        token=service.token("eva"),
        http=service.http(),
        public_http=service.http(),
        clock=service.clock,
        sensors={"gps": gps},
        device_id=uuid4(),
        coarsening="plain",
    )
    client.grant(client.notice(), ["gps"])
    client.collect()
    return client


def test_what_was_sent_before_does_not_count(service: FakeService, client: nabij.Client) -> None:
    client.report()
    moment = service.moment()
    assert_nothing_sent_after(service, moment)
    assert_nothing_reported_after(service, moment)


def test_any_request_is_found_and_named(service: FakeService, client: nabij.Client) -> None:
    moment = service.moment()
    client.report()
    with pytest.raises(AssertionError) as met:
        assert_nothing_sent_after(service, moment)
    assert str(met.value).splitlines()[1:] == [f"  {_REPORT}"]
    assert UTRECHT_CELL not in str(met.value)


def test_a_request_that_never_arrived_is_found_too(
    service: FakeService, client: nabij.Client
) -> None:
    moment = service.moment()
    with service.failing(Offline()), pytest.raises(nabij.NotReachable):
        client.report()
    with pytest.raises(AssertionError, match="about gps"):
        assert_nothing_reported_after(service, moment)


def test_telling_of_a_withdrawal_reports_nothing(
    service: FakeService, client: nabij.Client
) -> None:
    moment = service.moment()
    client.withdraw()
    assert_nothing_reported_after(service, moment)
    with pytest.raises(AssertionError, match=r"POST /v1/consents/withdrawals by eva$"):
        assert_nothing_sent_after(service, moment)


def test_signals_are_told_apart(service: FakeService, client: nabij.Client) -> None:
    moment = service.moment()
    client.report()
    assert_nothing_reported_after(service, moment, ["gsm", "wifi"])
    with pytest.raises(AssertionError):
        assert_nothing_reported_after(service, moment, ["gps"])


def test_what_is_kept_is_found(service: FakeService, client: nabij.Client) -> None:
    client.report()
    with pytest.raises(AssertionError, match="still keeps gps of eva"):
        assert_nothing_kept(service, "eva")
    assert_nothing_kept(service, "noor")
    client.withdraw()
    assert_nothing_kept(service, "eva")


@pytest.mark.usefixtures("client")
def test_a_sensor_that_was_started_is_found(gps: FakeSensor[nabij.Position]) -> None:
    with pytest.raises(AssertionError, match="1 times"):
        assert_never_started(FakeSensor(UTRECHT), gps)
    assert_never_started(FakeSensor(UTRECHT))
