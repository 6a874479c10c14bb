"""What sentry-sdk sends with its defaults, the local variables of each frame among it."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Generator
from typing import Any

import httpx2
import pytest
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

import nabij
from nabij.testing import FakeSensor, FakeService, Serve
from tests.sdk.errors import ERRORS, HOME, agreed, secrets_in

_TRACING = {"sentry-trace", "baggage", "traceparent"}


class Kept(Transport):
    """What would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Any] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.events.append(envelope.get_event())


@pytest.fixture
def reporter() -> Generator[Kept]:
    kept = Kept()
    with sentry_sdk.isolation_scope():
        sentry_sdk.init(dsn="http://key@127.0.0.1:1/1", transport=kept, traces_sample_rate=1.0)
        yield kept
    sentry_sdk.init()


@pytest.mark.parametrize("error", ERRORS)
def test_a_crash_report_holds_nothing_of_ours_that_must_not_leave(
    reporter: Kept, error: str
) -> None:
    service = FakeService()
    with pytest.raises(nabij.NabijError) as caught:
        ERRORS[error](service)
    sentry_sdk.capture_exception(caught.value)
    (event,) = reporter.events
    frames = [
        frame
        for value in event["exception"]["values"]
        for frame in value["stacktrace"]["frames"]
        if "/sdk/python/nabij/_" in frame["abs_path"]
    ]
    assert any(frame["vars"] for frame in frames)
    said = [value["value"] for value in event["exception"]["values"]]
    held = [{**frame["vars"], "in": frame["function"]} for frame in frames]
    told = json.dumps([said, held, event.get("breadcrumbs")])
    assert secrets_in(told, service) == []


def test_our_requests_are_neither_traced_nor_listed_and_the_apps_own_are(reporter: Kept) -> None:
    service, names = FakeService(), set[str]()

    def hear(request: httpx2.Request, serve: Serve) -> httpx2.Response:
        names.update(request.headers)
        return serve()

    async def play() -> None:
        async with nabij.AsyncClient(
            service.url,
            token=service.token("eva"),
            http=service.async_http(),
            public_http=service.async_http(),
        ) as client:
            await client.refresh()
            await client.nearby_at(nabij.Cell.containing(HOME))

    with sentry_sdk.start_transaction(name="an app's own"), service.failing(hear):
        with agreed(service, sensors={"gps": FakeSensor(HOME)}) as phone:
            phone.collect()
            phone.nearby()
        asyncio.run(play())
        ours = names.copy()
        service.http().get(f"{service.url}/of-the-app")
    assert "authorization" in ours
    assert ours & _TRACING == set()
    assert names & _TRACING
    sentry_sdk.capture_message("what was asked")
    breadcrumbs = reporter.events[-1]["breadcrumbs"]["values"]
    addresses = [each["data"]["url"] for each in breadcrumbs if each.get("category") == "httplib"]
    assert addresses == [f"{service.url}/of-the-app"]


_WITH_AN_ADDRESS_IN_THE_ENVIRONMENT = """
import sentry_sdk, nabij
from nabij.testing import FakeService
sentry_sdk.init()
service, inside = FakeService(), []
def look(request, serve):
    inside.append(sentry_sdk.get_client())
    return serve()
with service.failing(look):
    nabij.Client(service.url, token=service.token("eva"), http=service.http(),
                 public_http=service.http()).refresh()
print(len(inside) > 1, len(set(map(id, inside))), {each.transport for each in inside},
      sentry_sdk.get_client().transport is None)
"""


def test_sentry_is_not_started_a_second_time() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITH_AN_ADDRESS_IN_THE_ENVIRONMENT],
        env={**os.environ, "SENTRY_DSN": "http://key@127.0.0.1:1/1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == ["True", "1", "{None}", "False"]


def test_a_crash_report_would_hold_what_an_app_keeps_itself(reporter: Kept) -> None:
    typed_by_the_app = "Utrecht"
    with pytest.raises(KeyError) as caught:
        {}[typed_by_the_app]
    sentry_sdk.capture_exception(caught.value)
    assert typed_by_the_app in json.dumps(reporter.events)
