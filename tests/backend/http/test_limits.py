"""Nobody asks so often that the others have to wait, and nobody is kept from withdrawing."""

import asyncio
from dataclasses import replace
from functools import partial

import httpx2
import psycopg
import pytest

from nabij_backend.http.limits import Limits
from nabij_backend.shares import Shares
from tests.service import Caller, Service

ELSEWHERE = "203.0.113.7"


class Watch:
    """Seconds that a test turns."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def watch(service: Service) -> Watch:
    """The seconds of a service that bears ten requests, then one a second, of each."""
    watch = Watch()
    settings = service.settings.model_copy(update={"customer_rate": 1, "address_rate": 1})
    limits = Limits.of(settings, watch)
    service.app.state.parts = replace(service.app.state.parts, limits=limits)
    return watch


def ask_from(
    service: Service, address: str, method: str, path: str, body: object = None
) -> httpx2.Response:
    """Send a request from an address, without a token."""
    return service.http.request(method, path, json=body, extensions={"address": address})


def assert_too_many(answer: httpx2.Response, retry_after_s: int) -> None:
    assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too-many-requests")
    assert answer.headers["Retry-After"] == str(retry_after_s)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_customer_who_asks_too_often_is_told_when_to_come_back(
    service: Service, watch: Watch
) -> None:
    eva, bob = service.caller("eva"), service.caller("bob")
    assert [eva.get("/v1/consents").status_code for _ in range(10)] == [200] * 10
    assert_too_many(eva.get("/v1/consents"), 1)
    assert_too_many(Caller(service, service.token("eva")).get("/v1/me/nearby"), 1)
    assert bob.get("/v1/consents").status_code == 200
    watch.now_s = 1
    assert eva.get("/v1/consents").status_code == 200
    assert_too_many(eva.get("/v1/consents"), 1)


def test_withdrawing_and_erasing_are_never_limited(service: Service, watch: Watch) -> None:
    assert watch.now_s == 0
    eva = service.caller()
    eva.grant()
    while eva.get("/v1/consents").status_code != 429:
        pass
    assert [eva.withdraw().status_code for _ in range(30)] == [200] * 30
    assert eva.delete("/v1/me").status_code == 200


def test_an_address_that_asks_too_often_is_told_when_to_come_back(
    service: Service, watch: Watch
) -> None:
    ask, other = (partial(ask_from, service, each) for each in (ELSEWHERE, "203.0.113.8"))
    assert [ask("GET", "/healthz").status_code for _ in range(10)] == [200] * 10
    assert_too_many(ask("GET", "/healthz"), 1)
    assert_too_many(ask("PUT", "/v1/me/choices"), 1)
    assert other("GET", "/healthz").status_code == 200
    assert ask("POST", "/v1/consents/withdrawals").status_code == 401
    assert ask("DELETE", "/v1/me").status_code == 401
    watch.now_s = 5
    assert [ask("GET", "/healthz").status_code for _ in range(6)] == [200] * 5 + [429]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "a socket"])
def test_addresses_of_this_machine_are_not_limited(
    service: Service, watch: Watch, address: str
) -> None:
    assert watch.now_s == 0
    ask = partial(ask_from, service, address)
    assert {ask("GET", "/healthz").status_code for _ in range(30)} == {200}


def test_a_household_has_one_limit_for_all_its_addresses(service: Service, watch: Watch) -> None:
    assert watch.now_s == 0
    for last in range(10):
        assert ask_from(service, f"2001:db8:1:2::{last:x}", "GET", "/healthz").is_success
    assert_too_many(ask_from(service, "2001:db8:1:2:ffff::1", "GET", "/healthz"), 1)
    assert ask_from(service, "2001:db8:1:3::1", "GET", "/healthz").is_success


@pytest.mark.parametrize("of", ["customer", "process"])
def test_streams_are_limited(service: Service, superuser: psycopg.Connection, of: str) -> None:
    eva, taken = service.caller(), Shares(1, wait_s=0)
    eva.get("/v1/notice")
    ((subject_id,),) = superuser.execute("SELECT subject_id FROM subject").fetchall()
    kind, key = {"customer": ("streams", subject_id), "process": ("streams_in_all", None)}[of]
    parts = service.app.state.parts
    service.app.state.parts = replace(parts, limits=replace(parts.limits, **{kind: taken}))

    async def run() -> httpx2.Response:
        async with taken.of(key):
            return await asyncio.to_thread(eva.get, "/v1/events")

    assert_too_many(asyncio.run(run()), 1)
