"""The worker from its start to its end, with Google as it is and as it should not be."""

import asyncio
import os
from uuid import uuid4

from structlog.testing import capture_logs

from nabij_backend.db import Database
from nabij_backend.jobs import JobRuntime, working
from nabij_backend.metrics import Metrics
from nabij_backend.signing import Signer, signing_folder
from tests.backend.identity.fake_google import FakeGoogle, Refusal
from tests.backend.push.conftest import reachable
from tests.backend.waiting import until
from tests.service import Service


def runtime(waking: Service, metrics: Metrics) -> JobRuntime:
    settings = waking.settings.model_copy(
        update={"identity": "firebase", "firebase_project": "nabij-test"}
    )
    database = Database(settings, new_id=uuid4)
    signer = Signer.open(signing_folder(settings))
    return JobRuntime(settings, database, waking.clock, uuid4, os.urandom, signer, metrics)


def test_after_a_message_the_worker_stops_in_order(waking: Service, google: FakeGoogle) -> None:
    eva = reachable(waking.caller(), "push-token-of-the-phone:1")
    reachable(eva.on_another_device(), "push-token-of-the-tablet:2")
    metrics = Metrics()

    def counted() -> bool:
        pushed = metrics.registry.get_sample_value
        return pushed("nabij_push_messages_total", {"became": "taken"}) == 1

    async def work() -> None:
        async with working(runtime(waking, metrics)):
            await until(counted)

    asyncio.run(work())
    assert [message["token"] for message in google.messages] == ["push-token-of-the-phone:1"]


def test_credentials_that_google_refuses_are_told_at_start(
    waking: Service, google: FakeGoogle
) -> None:
    google.failures["/token"] = Refusal(400, "invalid_grant")
    metrics = Metrics()

    def counted() -> bool:
        outages = metrics.registry.get_sample_value
        return outages("nabij_google_outages_total", {"outage": "credentials"}) == 1

    async def work() -> None:
        async with working(runtime(waking, metrics)):
            await until(counted)

    with capture_logs() as lines:
        asyncio.run(work())
    (line,) = (each for each in lines if each["event"] == "google unavailable")
    assert line["outage"] == "credentials"
    assert "GOOGLE_APPLICATION_CREDENTIALS" in line["advice"]
