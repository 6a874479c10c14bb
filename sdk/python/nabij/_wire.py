"""Calls and answers as values: what the engine asks of the network, and what came back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeVar

from nabij._decode import read_problem, read_superseding_notice
from nabij._errors import (
    NabijError,
    NoticeSuperseded,
    NotSignedIn,
    Rejected,
    ServiceUnavailable,
    UnknownAnswer,
)
from nabij._live import LiveGrant
from nabij_consent import Json

T = TypeVar("T")

_SUPERSEDED: Final = "/problems/notice-superseded"


class Identity(Enum):
    """Who a call says that it is from."""

    NOBODY = "nobody"
    IF_SIGNED_IN = "if-signed-in"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Call:
    """One request. Its path and content may tell of a person, so they are not printed.

    It is begun only while ``grants`` are live, and is cut when one of them ends.
    """

    method: str
    path: str = field(repr=False)
    identity: Identity
    params: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    json: Json = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    grants: tuple[LiveGrant, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """One response. ``headers`` has lower-case names."""

    status: int
    content: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    @property
    def json(self) -> object:
        """What the content parses to; None where it does not."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            return None


def understand(answer: Answer, read: Callable[[object], T]) -> T:
    """Return what ``read`` makes of a success.

    Raises:
        NabijError: the answer is a failure, or nothing that ``read`` can read.
    """
    content_of(answer)
    return _attempt(read, answer.json)


def content_of(answer: Answer) -> bytes:
    """Return the content of a success.

    Raises:
        NabijError: the answer is a failure.
    """
    if answer.status not in range(200, 300):
        raise _failure(answer)
    return answer.content


def nothing(_body: object) -> None:
    """What ``understand`` makes of a success that says nothing more."""


def _failure(answer: Answer) -> NabijError:
    match answer.status:
        case 401:
            return NotSignedIn()
        case 429:
            return ServiceUnavailable(_retry_after_s(answer))
        case status if status in range(500, 600):
            return ServiceUnavailable(_retry_after_s(answer))
        case status if status in range(400, 500):
            return _refusal(answer)
        case _:
            return UnknownAnswer()


def _refusal(answer: Answer) -> NabijError:
    problem = read_problem(answer.status, answer.json)
    if problem.type == _SUPERSEDED:
        return NoticeSuperseded(_attempt(read_superseding_notice, answer.json))
    return Rejected(problem)


def _attempt(read: Callable[[object], T], body: object) -> T:
    try:
        return read(body)
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise UnknownAnswer from error


def _retry_after_s(answer: Answer) -> int | None:
    seconds = answer.headers.get("retry-after", "")
    return int(seconds) if seconds.isascii() and seconds.isdigit() else None
