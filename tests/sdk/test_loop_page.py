"""What docs/sdk/loop.md prints, run as printed."""

import asyncio
import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

import nabij
from nabij.testing import Phone, Serve

PAGE = Path(__file__).parents[2] / "docs" / "sdk" / "loop.md"


@pytest.fixture
def phone(nabij_phone: Phone) -> Phone:
    return nabij_phone


@pytest.fixture
def page() -> dict[str, Any]:
    """The names that the page's program defines; `show` is the app's own."""
    blocks: list[str] = re.findall(
        r"^```python$(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    names: dict[str, Any] = {"show": repr}
    exec(compile("".join(blocks), PAGE.name, "exec"), names)  # noqa: S102 - our own page
    return names


class Rounds(threading.Event):
    """A stop that lets an hour pass for each wait, and is set after some."""

    def __init__(self, phone: Phone, most: int) -> None:
        super().__init__()
        self._phone = phone
        self._left = most

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - the clock is the phone's
        self._phone.wait(timedelta(hours=1))
        self._left -= 1
        if not self._left:
            self.set()
        return self.is_set()


def test_the_loop_while_the_app_is_open_reports_until_it_is_cancelled(
    phone: Phone, page: dict[str, Any]
) -> None:
    async def opened() -> None:
        reported, here = asyncio.Event(), asyncio.get_running_loop()

        def noticing(request: httpx2.Request, serve: Serve) -> httpx2.Response:
            answer = serve()
            if request.url.path.endswith("/status"):
                here.call_soon_threadsafe(reported.set)
            return answer

        async with nabij.AsyncClient(**phone.async_arguments("eva")) as client:
            await client.grant(await client.notice(), ["wifi"])
            with phone.service.failing(noticing):
                loop = asyncio.create_task(page["while_open"](client))
                async with asyncio.timeout(30):
                    await reported.wait()
            loop.cancel()
            with pytest.raises(asyncio.CancelledError):
                await loop

    asyncio.run(opened())
    assert {each.verdict for each in phone.service.statuses} == {"accepted"}


def test_a_background_task_is_one_round(phone: Phone, page: dict[str, Any]) -> None:
    with nabij.Client(**phone.arguments("eva")) as client:
        client.grant(client.notice(), ["wifi"])
        assert page["on_background_task"](client) == phone.clock() + timedelta(hours=1)
    assert len(phone.service.statuses) == 1


def test_a_gateway_works_until_it_is_stopped(phone: Phone, page: dict[str, Any]) -> None:
    client = nabij.Client(**phone.arguments("eva"))
    client.grant(client.notice(), ["wifi"])
    page["run"](client, Rounds(phone, 3))
    assert phone.wifi.reads == 3
    assert [each.verdict for each in phone.service.statuses] == ["accepted"]
    with pytest.raises(nabij.NabijError):
        client.step()
