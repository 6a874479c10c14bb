"""When devices were heard last, read from what a service answers."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import nabij
from nabij._decode import read_statuses
from nabij.testing import Phone
from nabij_consent import Freshness

HOUR = datetime(2026, 11, 27, 7, tzinfo=UTC)
DEVICE: dict[str, Any] = {
    "id": "0b9f3c4e-3f6e-4c57-8a39-0a1b2c3d4e5f",
    "platform": "android",
    "heard": "2026-11-27T07:00:00Z",
    "square": "2026-11-20T07:00:00Z",
    "gsm": {"hour": "2026-11-27T07:00:00Z", "connected": False},
    "wifi": None,
    "freshness": "silent",
}


def read(**members: object) -> nabij.DeviceStatus:
    (status,) = read_statuses({"devices": [DEVICE | members]})
    return status


def test_the_reason_is_told_in_the_time_of_the_customer() -> None:
    status = read()
    assert (status.heard, status.freshness) == (HOUR, Freshness.SILENT)
    assert status.gsm is not None
    assert (status.gsm.hour, status.gsm.connected, status.wifi) == (HOUR, False, None)
    amsterdam = ZoneInfo("Europe/Amsterdam")
    assert "sinds 27 november 2026, 08:00" in status.explain("nl", amsterdam)
    assert "since 27 November 2026, 08:00" in status.explain("en", amsterdam)


def test_without_a_square_there_is_nothing_to_explain() -> None:
    assert not read(square=None, freshness=None).explain()


def test_a_reason_of_a_later_version_is_unknown() -> None:
    assert read(freshness="asleep").freshness is Freshness.UNKNOWN


@pytest.mark.parametrize(
    "members", [{"heard": 7}, {"gsm": True}, {"square": "yesterday"}, {"id": 1}]
)
def test_what_is_no_status_is_no_answer(members: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        read(**members)


def test_a_phone_hears_why_its_square_is_old(tmp_path: Path) -> None:
    phone = Phone(tmp_path)
    with nabij.Client(**phone.arguments("eva"), coarsening="plain") as client:
        client.grant(client.notice(), ["gps", "gsm", "wifi"])
        client.collect()
        client.report()
        assert [each.freshness for each in client.statuses()] == [Freshness.RECENT]
        phone.wait(timedelta(hours=25))
        assert [each.freshness for each in client.statuses()] == [Freshness.UNCHANGED]
        phone.wait(timedelta(hours=1))
        assert [each.freshness for each in client.statuses()] == [Freshness.SILENT]


def test_so_does_an_app_for_asyncio(tmp_path: Path) -> None:
    async def statuses() -> tuple[nabij.DeviceStatus, ...]:
        async with nabij.AsyncClient(**Phone(tmp_path).async_arguments("eva")) as client:
            return await client.statuses()

    assert asyncio.run(statuses()) == ()
