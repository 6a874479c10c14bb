"""One JSON text for one value, so that a digest means something.

Source: RFC 8785, JSON Canonicalization Scheme, for the values that consent needs: strings,
integers of at most 53 bits, booleans, null, arrays and objects with ASCII names.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "str | int | bool | None | Sequence[Json] | Mapping[str, Json]"

_LARGEST_EXACT = 2**53 - 1


def canonical_json(value: Json) -> bytes:
    """The RFC 8785 form of ``value`` in UTF-8.

    Raises:
        TypeError: a number that JSON readers round, or a name or value outside the subset.
    """
    _require_canonical(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _require_canonical(value: object) -> None:
    match value:
        case str() | bool() | None:
            pass
        case int() if abs(value) <= _LARGEST_EXACT:
            pass
        case dict():
            _require_ascii_names(value)
            for member in value.values():
                _require_canonical(member)
        case list() | tuple():
            for item in value:
                _require_canonical(item)
        case _:
            raise TypeError("Canonical JSON here holds text, 53-bit integers, lists and objects.")


def _require_ascii_names(names: Mapping[object, object]) -> None:
    if not all(isinstance(name, str) and name.isascii() for name in names):
        raise TypeError("Canonical JSON here has ASCII names only.")
