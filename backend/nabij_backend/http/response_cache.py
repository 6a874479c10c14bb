"""A cache of responses (RFC 9111), before the application and in its process.

What is sent again is neither routed, nor validated, nor negotiated anew. Rules:

1. a response is kept where the endpoint says of what version of the catalogue it is, and is sent
   again while that version is current; of no other, and not while nobody knows which is current;
2. the same was asked: the same path and query, byte for byte, and the same values of the headers
   that public answers are chosen by (``_CHOSEN_BY``);
3. the responses sent longest ago go when there is no room.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES: Final = 32 * 1024 * 1024
_CHOSEN_BY: Final = frozenset({b"accept-encoding", b"if-none-match"})
# What an entry takes beside its body, generously.
_ENTRY_BYTES: Final = 2_048
_VERSION: Final = "nabij.response_cache.version"

_Question: TypeAlias = bytes
"""The SHA-256 digest of what was asked: a query may hold what nobody should keep."""


@dataclass(frozen=True, slots=True)
class _SentResponse:
    start: Message
    body: Message
    route: object

    @property
    def size(self) -> int:
        return len(self.body["body"]) + _ENTRY_BYTES


class SentResponses:
    """Responses by what was asked; ``current`` tells the version that is current, if known."""

    def __init__(self, current: Callable[[], int | None], most_bytes: int = MOST_BYTES) -> None:
        self._current = current
        self._most_bytes = most_bytes
        self._version: int | None = None
        self._kept: OrderedDict[_Question, _SentResponse] = OrderedDict()
        self._size = 0

    def find(self, question: _Question) -> _SentResponse | None:
        """Return the response of the current version to the question, if it is kept."""
        version = self._current()
        if version is None:
            return None
        if version != self._version:
            self._kept.clear()
            self._size, self._version = 0, version
        found = self._kept.get(question)
        if found is not None:
            self._kept.move_to_end(question)
        return found

    def keep(self, question: _Question, version: int, response: _SentResponse) -> None:
        """Keep a response of this version, if it is the one that was current last."""
        if version != self._version or question in self._kept:
            return
        self._kept[question] = response
        self._size += response.size
        while self._size > self._most_bytes:
            self._size -= self._kept.popitem(last=False)[1].size


class ResponseCache:
    """Sends again what was ``sent``."""

    def __init__(self, app: ASGIApp, sent: Callable[[], SentResponses]) -> None:
        self._app = app
        self._sent = sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        question = _question(scope)
        kept = self._sent().find(question)
        if kept is None:
            await self._ask(question, scope, receive, send)
            return
        scope["route"] = kept.route
        await send(kept.start)
        await send(kept.body)

    async def _ask(self, question: _Question, scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        async def watch(message: Message) -> None:
            if _VERSION in scope:
                messages.append(message)
            await send(message)

        await self._app(scope, receive, watch)
        match messages:
            case [start, body]:
                response = _SentResponse(start, body, scope["route"])
                self._sent().keep(question, scope[_VERSION], response)
            case _:
                pass


def keep(request: Request, version: int) -> None:
    """Say that the response to ``request`` is of this version, and the same for everybody."""
    request.scope[_VERSION] = version


def _question(scope: Scope) -> _Question:
    chosen = b"\n".join([b":".join(each) for each in scope["headers"] if each[0] in _CHOSEN_BY])
    path, query = scope["path"].encode(), scope["query_string"]
    # Each length comes first, so that no two questions share an input.
    lengths = b"%d %d " % (len(path), len(query))
    return hashlib.sha256(lengths + path + query + chosen).digest()
