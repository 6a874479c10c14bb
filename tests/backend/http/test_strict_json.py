"""A body that two parsers could read differently is refused."""

import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_backend.http.strict_json import DEEPEST, NotStrict, require_strict
from tests.service import Service

NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)

LAX: dict[str, bytes] = {
    "nothing": b" ",
    "a byte order mark": b'\xef\xbb\xbf{"number": 1}',
    "UTF-16": '{"number": 1}'.encode("utf-16"),
    "UTF-32": '{"number": 1}'.encode("utf-32-le"),
    "Latin-1": b'{"caf\xe9": 1}',
    "half a surrogate": b'{"a": "\xed\xa0\x80"}',
    "a member twice": b'{"number": 1, "number": 2}',
    "a member twice, once escaped": b'{"number": 1, "n\\u0075mber": 2}',
    "a member twice, further in": b'{"a": [{"b": 1, "b": 1}]}',
    "no number": b'{"number": NaN}',
    "no end": b'{"number": Infinity}',
    "no beginning": b'{"number": -Infinity}',
    "a comment": b'{"number": 1} // one',
    "two values": b'{"number": 1} {"number": 2}',
    "a trailing comma": b'{"number": 1,}',
    "single quotes": b"{'number': 1}",
    "a leading zero": b'{"number": 01}',
    "a number without end": b'{"number": ' + b"9" * 5_000 + b"}",
    "lists in lists": b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
    "objects in objects": b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1),
    "very deep": b"[" * 100_000,
    "a string without end": b'{"a": "b',
    "a control character": b'{"a": "\x00"}',
}


@pytest.mark.parametrize("what", LAX)
def test_what_parsers_disagree_about_is_refused(what: str) -> None:
    with pytest.raises(NotStrict):
        require_strict(LAX[what])


@pytest.mark.parametrize("what", LAX)
def test_it_is_answered_as_no_json_and_not_repeated(shared_service: Service, what: str) -> None:
    eva = shared_service.caller()
    path = f"/v1/devices/{eva.device_id}/acknowledgement"
    headers = {**eva.headers, "Content-Type": "application/json"}
    answer = shared_service.http.put(path, content=LAX[what], headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-json")
    assert "number" not in answer.text


@given(VALUES)
def test_what_all_read_alike_is_taken(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    try:
        content = text.encode()
    except UnicodeEncodeError:
        return  # half a surrogate, which UTF-8 cannot write
    if _depth(value) <= DEEPEST:
        require_strict(content)


@given(st.binary())
def test_any_bytes_are_taken_or_refused(content: bytes) -> None:
    try:
        require_strict(content)
    except NotStrict:
        return
    json.loads(content.decode())


def test_brackets_in_a_string_are_no_depth() -> None:
    require_strict(json.dumps({"a": "[{" * 1_000 + '\\"' * 50}).encode())
    require_strict(b"[" * DEEPEST + b"]" * DEEPEST)


def _depth(value: object) -> int:
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return 1 + max(map(_depth, members.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, cast("list[object]", value)), default=0)
    return 0
