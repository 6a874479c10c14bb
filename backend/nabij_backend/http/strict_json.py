"""Strict JSON (RFC 8259; I-JSON, RFC 7493): bodies that every parser reads alike.

Two parsers that disagree, as the service and a proxy that inspects may, let through what neither
would take. So a body is UTF-8 without a byte order mark, names no member twice, holds no number
that JSON has not, and is no deeper than anything that the service takes.
"""

import json
import re
from typing import Final, NoReturn

DEEPEST: Final = 16
_MARKS = re.compile(rb'"(?:[^"\\\\]|\\\\.)*"|[\[\]{}]')


class NotStrict(ValueError):
    """The text is not JSON, or JSON that parsers disagree about."""


def require_strict(body: bytes) -> None:
    """Hold a body against the rules above.

    Raises:
        NotStrict: it breaks one.
    """
    if _depth(body) > DEEPEST:
        raise NotStrict
    try:
        json.loads(
            body.decode("utf-8", "strict"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except ValueError as error:  # of the decoding, too
        raise NotStrict from error


def _depth(body: bytes) -> int:
    depth = deepest = 0
    for mark in _MARKS.findall(body):
        if mark in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in b"]}":
            depth -= 1
    return deepest


def _once(members: list[tuple[str, object]]) -> None:
    if len({name for name, _ in members}) != len(members):
        raise NotStrict


def _no_constant(_name: str) -> NoReturn:
    raise NotStrict
