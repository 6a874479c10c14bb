"""The adapters that the example app takes on each platform."""

import asyncio
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import toga

from buurtstroom.sensors import android_gps, sensors_of, simulated
from nabij.sensors import Access
from nabij.sensors.android_location import AndroidGps
from nabij.sensors.toga import TogaLocation
from tests.sdk.sensors.fake_android_location import COARSE, FakeLocationContext
from tests.sdk.sensors.grants import Consent
from tests.sdk.sensors.test_toga import Dummy, running


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> FakeLocationContext:
    """What Chaquopy hands out on an Android that asks for the approximate location."""
    context = FakeLocationContext((COARSE,))
    chaquopy = ModuleType("com.chaquo.python")
    platform = SimpleNamespace(getApplication=lambda: context)
    chaquopy.__dict__["Python"] = SimpleNamespace(getPlatform=lambda: platform)
    monkeypatch.setitem(sys.modules, "com.chaquo.python", chaquopy)
    monkeypatch.setenv("TOGA_BACKEND", "toga_dummy")
    return context


def test_each_platform_has_its_own(context: FakeLocationContext) -> None:
    assert context.permissions
    with running(Dummy) as phone:
        chosen = phone.on_its_thread(
            lambda: [sensors_of(phone.app, each).get("gps") for each in ("android", "ios", "other")]
        )
    assert [type(each) for each in chosen] == [
        *(AndroidGps, TogaLocation, type(simulated().get("gps")))
    ]


def test_on_android_the_system_is_asked_through_toga(context: FakeLocationContext) -> None:
    async def ask(app: toga.App) -> AndroidGps:
        gps, answered = android_gps(app), asyncio.Event()
        gps.ask(Consent().gps(), answered.set)
        await asyncio.wait_for(answered.wait(), 10)
        return gps

    with running(Dummy) as phone:
        phone.allow(-1)
        asking = asyncio.run_coroutine_threadsafe(ask(phone.app), phone.app.loop)
        gps = asking.result(20)
        platform: Any = phone.platform
        assert platform.has_permission()
    assert gps.access() is Access.APPROXIMATE
    context.permissions = ()
    assert gps.access() is Access.NONE
