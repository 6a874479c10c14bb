import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from nabij_backend.http.answer_cache import AnswerCache


@dataclass(frozen=True)
class Answer:
    text: str

    @property
    def size(self) -> int:
        return len(self.text)


class Kitchen:
    """Works answers out once it is told to, and counts how often."""

    def __init__(self, text: str = "soup") -> None:
        self.count = 0
        self.ready = asyncio.Event()
        self._text = text

    async def work_out(self) -> Answer:
        self.count += 1
        await self.ready.wait()
        return Answer(self._text)


def at_once(text: str) -> Callable[[], Awaitable[Answer]]:
    async def work_out() -> Answer:
        return Answer(text)

    return work_out


async def settled() -> None:
    """Let everybody come as far as they get."""
    for _ in range(10):
        await asyncio.sleep(0)


def test_however_many_wait_it_is_worked_out_once() -> None:
    async def play() -> None:
        cache, kitchen = AnswerCache[Answer](100), Kitchen()
        guests = [asyncio.create_task(cache.get("a", kitchen.work_out)) for _ in range(200)]
        await settled()
        kitchen.ready.set()
        assert {each.text for each in await asyncio.gather(*guests)} == {"soup"}
        await cache.get("a", kitchen.work_out)
        assert kitchen.count == 1

    asyncio.run(play())


def test_who_leaves_ends_it_for_nobody() -> None:
    async def play() -> None:
        cache, kitchen = AnswerCache[Answer](100), Kitchen()
        first = asyncio.create_task(cache.get("a", kitchen.work_out))
        second = asyncio.create_task(cache.get("a", kitchen.work_out))
        await settled()
        first.cancel()
        await settled()
        kitchen.ready.set()
        assert (await second).text == "soup"
        assert kitchen.count == 1

    asyncio.run(play())


def test_a_failure_is_told_to_all_and_not_kept() -> None:
    async def fail() -> Answer:
        await asyncio.sleep(0)
        raise ConnectionError

    async def play() -> None:
        cache = AnswerCache[Answer](100)
        guests = [asyncio.create_task(cache.get("a", fail)) for _ in range(3)]
        outcomes = await asyncio.gather(*guests, return_exceptions=True)
        assert [type(each) for each in outcomes] == [ConnectionError] * 3
        assert (await cache.get("a", at_once("soup"))).text == "soup"

    asyncio.run(play())


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    async def play() -> None:
        cache = AnswerCache[Answer](10)
        await cache.get("a", at_once("aaaa"))
        await cache.get("b", at_once("bbbb"))
        await cache.get("a", at_once("never"))
        await cache.get("c", at_once("cccc"))
        assert cache.size == 8
        assert (await cache.get("a", at_once("new"))).text == "aaaa"
        assert (await cache.get("b", at_once("new"))).text == "new"

    asyncio.run(play())


def test_what_is_larger_than_all_the_room_is_not_kept() -> None:
    async def play() -> None:
        cache = AnswerCache[Answer](3)
        assert (await cache.get("a", at_once("aaaa"))).text == "aaaa"
        assert cache.size == 0

    asyncio.run(play())


def test_what_was_begun_before_the_change_is_answered_and_not_kept() -> None:
    async def play() -> None:
        cache, kitchen = AnswerCache[Answer](100), Kitchen("old")
        await cache.get("b", at_once("also old"))
        before = asyncio.create_task(cache.get("a", kitchen.work_out))
        await settled()
        cache.clear()
        assert cache.size == 0
        after = await cache.get("a", at_once("new"))
        kitchen.ready.set()
        assert ((await before).text, after.text) == ("old", "new")
        assert (await cache.get("a", at_once("newer"))).text == "new"

    asyncio.run(play())


@pytest.mark.parametrize("asked", [("cell", 10), "text", 7])
def test_anything_hashable_can_be_asked(asked: object) -> None:
    assert asyncio.run(AnswerCache[Answer](9).get(asked, at_once("x"))).text == "x"
