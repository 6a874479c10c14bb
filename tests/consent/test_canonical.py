"""``canonical_json`` against the reference implementation of RFC 8785."""

import math

import pytest
import rfc8785
from hypothesis import given

from nabij_consent import Json, canonical_json
from tests.consent.values import canonical_values


@given(canonical_values)
def test_is_what_rfc_8785_says(value: Json) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


def test_order_of_members_does_not_matter() -> None:
    assert canonical_json({"b": 1, "a": [True, None]}) == b'{"a":[true,null],"b":1}'
    assert canonical_json({"a": [True, None], "b": 1}) == b'{"a":[true,null],"b":1}'


def test_a_tuple_is_a_list() -> None:
    assert canonical_json(("a", 1)) == b'["a",1]'


@pytest.mark.parametrize(
    "value",
    [1.0, math.nan, 2**53, -(2**53), b"bytes", {"a": {1}}, {"é": 1}, {1: "a"}, ["a", [0.5]]],
)
def test_refuses_what_readers_may_read_differently(value: object) -> None:
    with pytest.raises(TypeError, match="Canonical JSON here"):
        canonical_json(value)  # pyright: ignore[reportArgumentType]  # wrong on purpose
