"""A share and a rate for each caller, whatever the others do."""

import asyncio
from itertools import count

import pytest

from nabij_backend.shares import Rates, Shares, TooManyAtOnce


def test_a_caller_has_so_many_at_once_and_the_others_have_theirs() -> None:
    async def run() -> None:
        shares = Shares(2, wait_s=0.01)
        async with shares.of("eva"), shares.of("eva"):
            with pytest.raises(TooManyAtOnce):
                async with shares.of("eva"):
                    pytest.fail("a third one at once")
            async with shares.of("bob"):
                pass
        async with shares.of("eva"):
            pass

    asyncio.run(run())


def test_who_waits_has_the_next_that_comes_free() -> None:
    async def run() -> list[str]:
        shares, order = Shares(1, wait_s=10), list[str]()
        leave = asyncio.Event()

        async def first() -> None:
            async with shares.of("eva"):
                await leave.wait()
                order.append("first")

        async def second() -> None:
            async with shares.of("eva"):
                order.append("second")

        tasks = [asyncio.create_task(each()) for each in (first, second)]
        await asyncio.sleep(0)
        leave.set()
        await asyncio.gather(*tasks)
        return order

    assert asyncio.run(run()) == ["first", "second"]


def test_who_gave_up_takes_nothing_along() -> None:
    async def run() -> None:
        shares = Shares(1, wait_s=0)
        async with shares.of("eva"):
            for _ in range(3):
                with pytest.raises(TooManyAtOnce):
                    async with shares.of("eva"):
                        pytest.fail("a second one at once")
        async with shares.of("eva"):
            pass

    asyncio.run(run())


def test_after_a_burst_come_so_many_a_second() -> None:
    now = [0.0]
    rates = Rates(2, burst=3, seconds=lambda: now[0])
    assert [rates.take("eva") for _ in range(3)] == [0, 0, 0]
    assert rates.take("eva") == pytest.approx(0.5)
    assert rates.take("bob") == 0
    now[0] = 0.5
    assert (rates.take("eva"), rates.take("eva") > 0) == (0, True)
    now[0] = 100
    assert [rates.take("eva") for _ in range(3)] == [0, 0, 0]
    assert rates.take("eva") > 0


def test_who_is_refused_does_not_wait_longer_for_that() -> None:
    rates = Rates(1, burst=1, seconds=lambda: 0.0)
    assert rates.take("eva") == 0
    assert [rates.take("eva") for _ in range(100)] == [pytest.approx(1)] * 100


def test_without_a_rate_there_is_no_limit() -> None:
    rates = Rates(0, burst=1, seconds=lambda: 0.0)
    assert {rates.take("eva") for _ in range(1_000)} == {0}


def test_many_names_fill_no_memory() -> None:
    moments = count()
    rates = Rates(1_000, burst=1, seconds=lambda: float(next(moments)), most=10)
    for number in range(100):
        assert rates.take(number) == 0
    assert rates.remembered <= 1
    standing = Rates(1, burst=1, seconds=lambda: 0.0, most=10)
    for number in range(100):
        assert standing.take(number) == 0
    assert standing.remembered == 10
