"""One JSON text for one value, so that a digest means something.

Source: RFC 8785, JSON Canonicalization Scheme, for the values that consent needs: strings,
integers of at most 53 bits, booleans, null, arrays and objects with ASCII names.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, cast

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

_LARGEST_EXACT = 2**53 - 1


def canonical_json(value: Json) -> bytes:
    """Return the RFC 8785 form of ``value`` in UTF-8.

    Raises:
        TypeError: a number that JSON readers round, or a name or value outside the subset.
    """
    _require_canonical(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _require_canonical(value: object) -> None:
    if isinstance(value, dict):
        members = cast("dict[object, object]", value)
        _require_ascii_names(members)
        _require_all_canonical(members.values())
    elif isinstance(value, list | tuple):
        _require_all_canonical(cast("Sequence[object]", value))
    elif not _is_canonical_leaf(value):
        raise TypeError("Canonical JSON here holds text, 53-bit integers, lists and objects.")


def _require_all_canonical(values: Iterable[object]) -> None:
    for value in values:
        _require_canonical(value)


def _is_canonical_leaf(value: object) -> bool:
    is_exact = not isinstance(value, int) or abs(value) <= _LARGEST_EXACT
    return is_exact and isinstance(value, str | int | None)


def _require_ascii_names(names: Iterable[object]) -> None:
    if not all(isinstance(name, str) and name.isascii() for name in names):
        raise TypeError("Canonical JSON here has ASCII names only.")
