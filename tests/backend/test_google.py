"""Calls to Google end by a deadline, and so many are under way at once."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from threading import Event, current_thread

import pytest
from structlog.testing import capture_logs

from nabij_backend.google import SHARE, Calls, Outage, Outages
from nabij_backend.shares import TooManyAtOnce


@pytest.fixture
def over() -> Iterator[Event]:
    """Set at the end of the test, so that no thread outlives it for long."""
    event = Event()
    yield event
    event.set()


def test_what_is_returned_or_raised_reaches_whoever_asked() -> None:
    async def ask() -> None:
        calls = Calls()
        assert await calls.call(lambda: current_thread().name) == "google"
        with pytest.raises(ValueError, match="as it was raised"):
            await calls.call(_fail)

    asyncio.run(ask())


def _fail() -> int:
    raise ValueError("as it was raised")


def test_a_call_without_an_answer_ends_by_the_deadline(over: Event) -> None:
    async def ask() -> None:
        with pytest.raises(TimeoutError):
            await Calls(deadline_s=0.05).call(over.wait)

    asyncio.run(ask())


def test_a_call_that_outlasts_its_deadline_keeps_its_place_until_it_ends(over: Event) -> None:
    async def ask() -> None:
        calls, begun = Calls(at_once=2, deadline_s=0.05), list[int]()
        stuck = [calls.call(over.wait) for _ in range(2)]
        assert all(
            isinstance(each, TimeoutError)
            for each in await asyncio.gather(*stuck, return_exceptions=True)
        )
        with pytest.raises(TimeoutError):
            await calls.call(lambda: begun.append(1))
        assert begun == []
        over.set()
        while not begun:  # until a place is free again
            with suppress(TimeoutError):
                await calls.call(lambda: begun.append(1))

    asyncio.run(ask())


def test_an_account_has_its_share_of_the_calls_waiting_ones_included(over: Event) -> None:
    async def ask() -> None:
        calls = Calls(at_once=2, deadline_s=0.2)
        asked = [calls.call(over.wait, of="eva") for _ in range(SHARE + 3)]
        ended = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(each) for each in ended] == [TimeoutError] * SHARE + [TooManyAtOnce] * 3
        with pytest.raises(TimeoutError):  # no place is free, and the share of others is
            await calls.call(over.wait, of="bob")

    asyncio.run(ask())


def test_a_loop_that_ended_meanwhile_disturbs_no_thread(over: Event) -> None:
    calls, ended = Calls(deadline_s=0.05), Event()

    def outlast() -> None:
        over.wait()
        ended.set()

    async def ask() -> None:
        with pytest.raises(TimeoutError):
            await calls.call(outlast)

    asyncio.run(ask())
    over.set()
    assert ended.wait(5)


def test_an_outage_is_counted_each_time_and_said_once_a_minute() -> None:
    counted, now = list[Outage](), [0.0]
    outages = Outages(counted.append, lambda: now[0])
    with capture_logs() as lines:
        for second in range(121):
            now[0] = second
            outages.tell(Outage.PUSH)
        outages.tell(Outage.CREDENTIALS)
    assert counted == [Outage.PUSH] * 121 + [Outage.CREDENTIALS]
    assert [line["outage"] for line in lines] == ["push"] * 3 + ["credentials"]
    assert all(line["log_level"] == "error" and line["advice"] for line in lines)


@pytest.mark.parametrize("outage", Outage)
def test_each_outage_comes_with_what_to_do(outage: Outage) -> None:
    assert outage.advice.startswith(("Let ", "Set "))
