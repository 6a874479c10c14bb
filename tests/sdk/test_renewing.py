"""What a report says about consent: that it still holds, or that it is time to ask."""

import json
from dataclasses import replace
from datetime import timedelta
from random import Random

import httpx2
import pytest

import nabij
from nabij.testing import Offline, Phone, Serve, example_notice
from tests.geo.phones import fix_at
from tests.sdk.resting import DAY, HOME, HOUR

LEASE = 24 * HOUR


@pytest.fixture
def phone(nabij_phone: Phone) -> Phone:
    nabij_phone.gps.reading = fix_at(HOME, 8.0)
    return nabij_phone


@pytest.fixture
def client(nabij_client: nabij.Client) -> nabij.Client:
    """Of a customer who allowed both networks, and of whose acts it has asked."""
    nabij_client.grant(nabij_client.notice(), ["gsm", "wifi"])
    nabij_client.refresh()
    return nabij_client


def until(client: nabij.Client, signal: str) -> object:
    return next(each.until for each in client.permission_report() if each.signal == signal)


def report(client: nabij.Client) -> nabij.Report:
    client.collect()
    return client.report()


def routes(phone: Phone) -> list[str]:
    return [each.route for each in phone.service.requests]


def asked(phone: Phone) -> int:
    return routes(phone).count("GET /v1/consents")


def test_an_accepted_report_renews_the_lease(phone: Phone, client: nabij.Client) -> None:
    before = asked(phone)
    phone.wait(10 * HOUR)
    assert report(client).accepted == 2
    assert until(client, "wifi") == phone.clock() + LEASE
    assert asked(phone) == before


def test_the_lease_is_renewed_from_the_moment_of_the_report(
    phone: Phone, client: nabij.Client
) -> None:
    phone.wait(10 * HOUR)
    sent_at = phone.clock()

    def slow(request: httpx2.Request, serve: Serve) -> httpx2.Response:  # noqa: ARG001
        phone.wait(HOUR)
        return serve()

    client.collect()
    phone.service.fail_next(slow)
    assert client.report().accepted == 2
    assert until(client, "wifi") == sent_at + LEASE


def test_a_report_that_nobody_answers_renews_nothing(phone: Phone, client: nabij.Client) -> None:
    before = until(client, "wifi")
    phone.wait(10 * HOUR)
    client.collect()
    phone.service.fail_next(Offline())
    with pytest.raises(nabij.NotReachable):
        client.report()
    assert until(client, "wifi") == before


def test_what_another_device_withdrew_is_heard_with_the_next_report(
    phone: Phone, client: nabij.Client
) -> None:
    phone.service.other_device("eva").withdraw("gsm")
    phone.wait(HOUR)
    assert report(client).accepted == 1
    assert isinstance(client.permission("gsm"), nabij.Refused)
    assert isinstance(client.permission("wifi"), nabij.Allowed)
    assert client.collect().queued == ("wifi",)


def test_what_another_device_allowed_is_heard_with_the_next_report(
    phone: Phone, client: nabij.Client
) -> None:
    phone.service.other_device("eva").allow("gps")
    phone.wait(HOUR)
    report(client)
    assert isinstance(client.permission("gps"), nabij.Allowed)


def test_a_newer_notice_is_heard_of_with_the_next_report(
    phone: Phone, client: nabij.Client
) -> None:
    phone.service.publish(replace(example_notice(), version=2))
    before = asked(phone)
    phone.wait(HOUR)
    assert report(client).accepted == 2
    assert asked(phone) == before + 1


def test_where_what_was_decided_cannot_be_asked_nothing_is_permitted(
    phone: Phone, client: nabij.Client
) -> None:
    phone.service.other_device("eva").withdraw("gsm")
    phone.wait(HOUR)
    client.collect()

    def answered(request: httpx2.Request, serve: Serve) -> httpx2.Response:  # noqa: ARG001
        return serve()

    phone.service.fail_next(answered, Offline())
    assert client.report().accepted == 1
    assert isinstance(client.permission("wifi"), nabij.Refused)
    client.refresh()
    assert isinstance(client.permission("wifi"), nabij.Allowed)


def test_the_same_numbers_of_another_account_renew_nothing(
    phone: Phone, client: nabij.Client
) -> None:
    phone.service.erase("eva")
    phone.service.other_device("eva").allow("gsm", "wifi")  # the first act, as it was before
    before = until(client, "wifi")
    phone.wait(HOUR)
    assert report(client).accepted == 0
    assert until(client, "wifi") in {None, before}
    assert isinstance(client.permission("wifi"), nabij.Refused)


@pytest.mark.parametrize(("accepted", "renewed"), [(0, False), (1, False), (2, True)])
def test_only_what_was_accepted_as_a_whole_renews(
    phone: Phone, client: nabij.Client, accepted: int, *, renewed: bool
) -> None:
    before = until(client, "wifi")
    phone.wait(HOUR)
    client.collect()

    def judging(request: httpx2.Request, serve: Serve) -> httpx2.Response:
        numbers = {name: serve().json()[name] for name in ("notice_version", "as_of")}
        ids = [each["id"] for each in json.loads(request.content)["reports"]]
        problem = {"type": "/problems/too-old", "title": "-", "status": 422}
        refused = [{"id": each, **problem} for each in ids[accepted:] if accepted]
        answer = {"accepted": ids[:accepted], "refused": refused, **numbers}
        return httpx2.Response(200, json=answer)

    phone.service.fail_next(judging)
    client.report()
    (permitted,) = {each.until for each in client.permission_report() if each.until is not None}
    assert permitted == (phone.clock() + LEASE if renewed else before)


def test_what_ended_during_a_report_stays_ended(phone: Phone, client: nabij.Client) -> None:
    phone.wait(10 * HOUR)
    client.collect()

    def withdrawing(request: httpx2.Request, serve: Serve) -> httpx2.Response:  # noqa: ARG001
        answer = serve()
        with phone.service.failing(Offline()):
            client.withdraw(["gsm"])
        return answer

    before = until(client, "wifi")
    phone.service.fail_next(withdrawing)
    client.report()
    assert isinstance(client.permission("gsm"), nabij.Refused)
    assert until(client, "wifi") == before


def test_a_process_that_has_just_begun_does_not_rely_on_a_report(phone: Phone) -> None:
    with nabij.Client(**phone.arguments("eva")) as first:
        first.grant(first.notice(), ["gsm", "wifi"])
        before = until(first, "wifi")
    phone.wait(HOUR)
    with nabij.Client(**phone.arguments("eva")) as second:
        assert report(second).accepted == 2
        assert until(second, "wifi") == before


def test_who_reports_every_hour_asks_once_a_day(phone: Phone) -> None:
    with nabij.Client(**phone.arguments("eva"), coarsening="plain") as client:
        client.grant(client.notice(), ["gps"])
        client.refresh()
        before, told = asked(phone), len(phone.service.statuses)
        for _ in range(3 * 24):
            phone.wait(HOUR)
            phone.gps.reading = fix_at(HOME, 8.0)
            client.step()
        assert len(phone.service.statuses) - told == 3 * 24
    assert asked(phone) - before == 3


def test_what_is_held_is_asked_for_by_its_entity_tag(phone: Phone, client: nabij.Client) -> None:
    seen: list[tuple[str | None, int]] = []

    def watched(request: httpx2.Request, serve: Serve) -> httpx2.Response:
        answer = serve()
        seen.append((request.headers.get("if-none-match"), answer.status_code))
        return answer

    for withdrawn in (False, False, True):
        if withdrawn:
            phone.service.other_device("eva").withdraw("gsm")
        phone.wait(HOUR)
        phone.service.fail_next(watched)
        client.refresh()
        assert until(client, "wifi") == phone.clock() + LEASE
    assert [status for _, status in seen] == [304, 304, 200]
    assert None not in {tag for tag, _ in seen}
    assert isinstance(client.permission("gsm"), nabij.Refused)


def test_what_this_device_doubted_is_permitted_again_by_what_it_holds(
    phone: Phone, client: nabij.Client
) -> None:
    """A 304 says all that a 200 would: also to a device that forgot."""
    client.collect()

    def refusing(request: httpx2.Request, serve: Serve) -> httpx2.Response:  # noqa: ARG001
        problem = {"type": "/problems/no-consent", "title": "-", "status": 403}
        refused = [{"id": each["id"], **problem} for each in json.loads(request.content)["reports"]]
        return httpx2.Response(200, json={"accepted": [], "refused": refused})

    phone.service.fail_next(refusing)
    client.report()
    assert isinstance(client.permission("wifi"), nabij.Refused)
    client.refresh()
    assert isinstance(client.permission("wifi"), nabij.Allowed)


def test_a_service_that_tells_no_numbers_renews_nothing(phone: Phone, client: nabij.Client) -> None:
    before = until(client, "wifi")
    phone.wait(HOUR)
    client.collect()

    def older(request: httpx2.Request, serve: Serve) -> httpx2.Response:  # noqa: ARG001
        document = serve().json()
        kept = {name: document[name] for name in ("accepted", "refused")}
        return httpx2.Response(200, json=kept)

    phone.service.fail_next(older)
    assert client.report().accepted == 2
    assert until(client, "wifi") == before


def test_a_resting_phone_makes_two_requests_a_day(phone: Phone, nabij_client: nabij.Client) -> None:
    chance = Random(3)  # noqa: S311 - minutes to try
    nabij_client.grant(nabij_client.notice(), ["gps", "gsm", "wifi"])

    def live(during: timedelta) -> int:
        before, end = len(phone.service.requests), phone.clock() + during
        while phone.clock() < end:
            phone.chance = chance.random()
            phone.clock.advance(nabij_client.step().again_at - phone.clock())
        return len(phone.service.requests) - before

    live(2 * DAY)
    assert live(28 * DAY) <= 2 * 28 + 2 * 28 // 7
