"""What an app passes in, asked so that an answer that is none is a refusal.

Rules:

1. whatever a callback returns that is not of the expected type, or raises, is a ``CallbackFailed``
   that names the callback and nothing of its answer;
2. a token is printable ASCII without spaces, as a header can carry it; anything else is nobody's;
3. whoever must go on all the same, to end a permission, takes what this system offers instead.
"""

import inspect
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from types import NoneType
from typing import Final, TypeVar
from uuid import UUID

from nabij._errors import CallbackFailed
from nabij.sensors import Conditions

T = TypeVar("T")

_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_log = logging.getLogger("nabij.device")


def asked(which: str, callback: Callable[[], T], is_one: Callable[[T], bool]) -> Callable[[], T]:
    """``callback``, whose every answer is one.

    Raises:
        CallbackFailed: by what is returned, where the answer is none.
    """

    def ask() -> T:
        answer = _answer(which, callback)
        if not is_one(answer):
            raise CallbackFailed(which)
        return answer

    return ask


def _answer(which: str, callback: Callable[[], T]) -> T:
    try:
        return callback()
    except Exception as error:  # noqa: BLE001 - rule 1: code of the app may raise anything
        _log.warning("%s of the app failed: %s", which, type(error).__name__)
    raise CallbackFailed(which)  # not from its error, which may hold anything


def is_moment(value: object) -> bool:
    """Return whether a clock may say so: a time with its zone."""
    return isinstance(value, datetime) and value.utcoffset() is not None


def is_id(value: object) -> bool:
    """Return whether it is an id."""
    return isinstance(value, UUID)


def is_chance(value: object) -> bool:
    """Return whether it is a number from 0 to 1."""
    return isinstance(value, float | int) and not isinstance(value, bool) and 0 <= value <= 1


def are_conditions(value: object) -> bool:
    """Return whether they say yes, no or cannot tell, and nothing else."""
    return isinstance(value, Conditions) and all(
        type(each) in {bool, NoneType} for each in (value.metered, value.roaming, value.low_battery)
    )


def is_token(value: object) -> bool:
    """Return whether a header can carry it."""
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


def system_time() -> datetime:
    """Return the time where the app's clock fails."""
    return datetime.now(UTC)


def require_plain(callback: Callable[..., object]) -> None:
    """Refuse a callback that nobody would await.

    Raises:
        TypeError: it is a coroutine function, or cannot be called.
    """
    if not callable(callback) or inspect.iscoroutinefunction(callback):
        raise TypeError("Give a plain function: nobody awaits it.")


def call_each(callbacks: tuple[Callable[[], object], ...]) -> None:
    """Call all, whatever one of them raises; that is logged by its type."""
    for callback in callbacks:
        try:
            callback()
        except Exception as error:  # noqa: BLE001 - the others are to hear of it, too
            _log.warning("a callback of the app failed: %s", type(error).__name__)
