"""Responses that are sent again as they were sent."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from nabij_backend.http.response_cache import ResponseCache, SentResponses, keep


class Origin:
    """An application that counts how often it is asked, and answers with that number."""

    def __init__(self) -> None:
        self.asked = 0
        self.version: int | None = 1
        self.parts = 1
        self.answers_of = lambda: self.version
        self.sent = SentResponses(lambda: self.version, most_bytes=13_000)
        self.cache = ResponseCache(self, lambda: self.sent)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.asked += 1
        version = self.answers_of()
        if version is not None:
            keep(Request(scope), version)
        scope["route"] = f"route of {scope['path']}"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        body = f"{self.asked}".encode()
        for part in range(1, self.parts + 1):
            more = part < self.parts
            await send({"type": "http.response.body", "body": body, "more_body": more})

    def get(
        self, path: str = "/", query: bytes = b"", method: str = "GET", **headers: str
    ) -> tuple[str, str]:
        """What is answered, and the route that the request log finds."""
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request"}

        named = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
        scope: Scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query,
            "headers": named,
        }
        asyncio.run(self.cache(scope, receive, send))
        assert sent[0]["type"] == "http.response.start"
        return sent[1]["body"].decode(), scope["route"]


def test_what_was_sent_is_sent_again_and_its_route_is_known() -> None:
    origin = Origin()
    assert [origin.get("/a"), origin.get("/a")] == [("1", "route of /a")] * 2


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/b"},
        {"query": b"k=1"},
        {"method": "HEAD"},
        {"accept_encoding": "gzip"},
        {"if_none_match": '"a"'},
    ],
    ids=str,
)
def test_another_question_has_another_answer(other: dict[str, str]) -> None:
    origin = Origin()
    origin.get("/a")
    assert origin.get(**{"path": "/a", **other})[0] == "2"  # type: ignore[arg-type]
    assert origin.get("/a")[0] == "1"


def test_headers_that_choose_nothing_make_no_other_question() -> None:
    origin = Origin()
    assert {origin.get(user_agent=each)[0] for each in ("phone", "page")} == {"1"}


def test_nothing_is_sent_again_of_another_version_or_while_none_is_known() -> None:
    origin = Origin()
    told: list[str] = []
    for version in (1, 1, 2, None, None, 2, 1):
        origin.version = version
        told.append(origin.get()[0])
    # Nothing is kept of what was asked while none was known; and an old version is a new one.
    assert told == ["1", "1", "2", "3", "4", "2", "5"]


def test_a_response_of_a_version_that_has_ended_meanwhile_is_not_kept() -> None:
    origin = Origin()

    def end() -> int | None:
        before, origin.version = origin.version, 2
        return before

    origin.answers_of = end
    assert [origin.get()[0] for _ in range(2)] == ["1", "2"]


def test_what_nobody_says_is_the_same_for_all_is_not_kept() -> None:
    origin = Origin()
    origin.answers_of = lambda: None
    assert [origin.get()[0] for _ in range(2)] == ["1", "2"]


def test_what_was_sent_longest_ago_goes_where_there_is_no_room() -> None:
    origin = Origin()
    for path in [*"abcde", "a", *"fg"]:
        origin.get(path)
    asked = origin.asked
    origin.get("a")
    assert origin.asked == asked
    origin.get("b")
    assert origin.asked == asked + 1


def test_nothing_of_a_question_is_kept() -> None:
    """FastAPI lets a query through that nobody asked for, such as a position."""
    origin = Origin()
    for _ in range(2):
        assert origin.get("/a", b"latitude=52.3702", if_none_match="eyJhbGciOi")[0] == "1"
    kept = repr(vars(origin.sent))
    assert "route of /a" in kept
    assert not any(secret in kept for secret in ("52.3702", "latitude", "eyJ"))


def test_where_a_path_ends_and_a_query_begins_is_part_of_the_question() -> None:
    origin = Origin()
    assert [origin.get("/ab", b"c")[0], origin.get("/a", b"bc")[0]] == ["1", "2"]


def test_what_is_sent_in_parts_is_not_kept() -> None:
    origin = Origin()
    origin.parts = 2
    assert [origin.get()[0] for _ in range(2)] == ["1", "2"]
