"""An app of Toga: one thread talks to the service, and brings the positions others wait for."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
import toga

import nabij
from nabij.sensors.toga import TogaLocation
from tests.contract.running import RunningService
from tests.sdk.sensors.test_toga import Dummy, running

BEFORE = toga.LatLng(49.1601, 0.3782)
"""toga-dummy goes 3 degrees north and 5 east from here, to Amersfoort."""


def test_an_async_client_collects_on_togas_own_thread(
    shared: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOGA_BACKEND", "toga_dummy")
    token = shared.token(f"somebody-{uuid4()}")

    async def use(app: toga.App) -> tuple[nabij.Collected, nabij.Report]:
        location = TogaLocation(app, precise=True, window_s=0.0)
        async with nabij.AsyncClient(
            shared.address, token=token, sensors={"gps": location}, coarsening="plain"
        ) as client:
            await client.grant(await client.notice(), signals=["gps"])
            answered = asyncio.Event()
            client.ask("gps", answered.set)
            await answered.wait()
            platform: Any = vars(app.location)["_impl"]
            collecting = asyncio.create_task(client.collect())
            while not collecting.done():
                platform._location = BEFORE  # noqa: SLF001 - where toga-dummy is steered
                platform.simulate_update()
                await asyncio.sleep(0)
            return await collecting, await client.report()

    with running(Dummy) as phone:
        using = asyncio.run_coroutine_threadsafe(use(phone.app), phone.app.loop)
        collected, report = using.result(30.0)
    assert collected.failed == {}
    assert (collected.queued, report.accepted) == (("gps",), 1)
    ((square,),) = shared.rows("SELECT cell FROM gps_status")
    assert square == "CRS3035RES1000mN3237000E4004000"
