"""Parsed JSON as what it should be. Messages never repeat what was read."""

from collections.abc import Mapping
from typing import cast

from nabij_consent.errors import ConsentError


def members(value: object) -> Mapping[str, object]:
    """Return an object's members."""
    if not isinstance(value, dict):
        raise ConsentError("Expected an object.")
    return cast("Mapping[str, object]", value)


def items(value: object) -> list[object]:
    """Return a list's items."""
    if not isinstance(value, list):
        raise ConsentError("Expected a list.")
    return cast("list[object]", value)


def text(value: object) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise ConsentError("Expected text.")
    return value


def integer(value: object) -> int:
    """Return a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ConsentError("Expected a whole number.")
    return value
